import { PermanentFailure } from '../domain/failures.ts';
import type { TrainingRows } from '../domain/models/training.ts';
import { fewestToShow } from '../domain/statistics/statistics.ts';
import { checkRows } from './check-rows.ts';
import { constantFeatures } from './columns.ts';

/**
 * 59, as METHOD 4.4's detectors ask for: with fewer, a class of 5 % may not be among them at all,
 * and whether a router is needed could not be told.
 */
const fewestRows = fewestToShow(0.95);

/**
 * Throws what no retry can cure before time is spent on a fit: `CorruptObject` for rows that are not
 * whole or hold no number, `TooFewObservations` for too few of them, for one class, and when every
 * feature is constant. Some constant features are harmless; an evaluation names them.
 */
export function checkTraining(rows: TrainingRows): void {
  checkRows(rows);
  if (rows.rowCount < fewestRows) {
    throw new PermanentFailure(
      'TooFewObservations',
      `There are ${rows.rowCount} pairs to learn from; at least ${fewestRows} are needed. ` +
        'Collect more slots.',
    );
  }
  if (constantFeatures(rows).length < rows.features.length) return;
  throw new PermanentFailure(
    'TooFewObservations',
    `Every one of the ${rows.features.length} features has the same value in all ${rows.rowCount} ` +
      'rows, so nothing can tell them apart. Collect slots with other rates, payloads or hours.',
  );
}
