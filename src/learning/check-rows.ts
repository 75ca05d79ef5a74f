import { PermanentFailure } from '../domain/failures.ts';
import type { TrainingRows } from '../domain/models/training.ts';

/**
 * What every family needs of its rows, which no library checks by itself. Throws `CorruptObject`
 * for a wrong length, a feature that is no finite number, another label or a wrong weight, and
 * `TooFewObservations` when one class has no weight.
 */
export function checkRows(rows: TrainingRows): void {
  checkLengths(rows);
  checkColumns(rows);
  checkWeights(rows);
}

function checkLengths({ features, rowCount, values, labels, weights }: TrainingRows): void {
  const isWhole =
    features.length > 0 &&
    values.length === rowCount * features.length &&
    labels.length === rowCount &&
    weights.length === rowCount;
  if (!isWhole) {
    throw new PermanentFailure(
      'CorruptObject',
      `${rowCount} training rows of ${features.length} features came with ${values.length} values, ` +
        `${labels.length} labels and ${weights.length} weights. Build the dataset again.`,
    );
  }
}

function checkColumns({ features, rowCount, values }: TrainingRows): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  throw new PermanentFailure(
    'CorruptObject',
    `Feature "${features[Math.floor(at / rowCount)]}" is ${values[at]} in training row ${at % rowCount}. ` +
      'Every feature must be a finite number; build the dataset again.',
  );
}

function checkWeights({ rowCount, labels, weights }: TrainingRows): void {
  const weightOfClass: [number, number] = [0, 0];
  for (let row = 0; row < rowCount; row += 1) {
    const label = labels[row];
    const weight = weights[row] as number;
    if ((label !== 0 && label !== 1) || !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new PermanentFailure(
        'CorruptObject',
        `Training row ${row} has the label ${label} and the weight ${weight}; ` +
          'labels are 0 or 1 and weights not negative. Build the dataset again.',
      );
    }
    weightOfClass[label] += weight;
  }
  if (weightOfClass[0] > 0 && weightOfClass[1] > 0) return;
  const missing =
    weightOfClass[0] > 0 ? 'lambda' : weightOfClass[1] > 0 ? 'ecs' : 'either platform';
  throw new PermanentFailure(
    'TooFewObservations',
    `None of the ${rowCount} training rows carries weight for ${missing}: there is nothing to tell ` +
      'apart. Collect more slots, or use the best static choice.',
  );
}
