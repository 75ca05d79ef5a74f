import { PermanentFailure } from '../../domain/failures.ts';
import type { TrainingRows } from '../../domain/models/training.ts';
import { randomFor } from '../../domain/statistics/random.ts';
import { checkRows } from '../check-rows.ts';
import type { FamilyParams, FitOptions, FittedModel, ModelFamily } from '../model-family.ts';
import { boostingGrid, boostingParams, boostingParamsOf } from './boosting-params.ts';
import { boostInThread } from './boosting-thread.ts';
import type { BoostTask } from './boosting-worker.ts';
import { drawRows, mostRows } from './draw-rows.ts';
import { largestLibraryValue, libraryValue } from './library-values.ts';

/**
 * Gradient boosting by `ml-xgboost`, which is XGBoost of 2017 compiled to WebAssembly, on rows drawn
 * in proportion to their weights. Its models are read from its own file format and no longer need it.
 */
export function createGradientBoosting(): ModelFamily {
  return {
    name: 'gradient-boosting',
    libraries: { 'ml-xgboost': '1.1.2' },
    sizeParam: 'trees',
    defaults: boostingParamsOf,
    grid: boostingGrid,
    fit: async (rows, params, options) => {
      const [model] = await boost(rows, params, [boostingParams(params).trees], options);
      if (model === undefined) throw new Error('The training of gradient boosting gave no model.');
      return model;
    },
    fitSizes: (rows, params, sizes, options) =>
      boost(rows, { ...params, trees: Math.max(...sizes) }, sizes, options),
  };
}

async function boost(
  rows: TrainingRows,
  familyParams: FamilyParams,
  sizes: readonly number[],
  { seed, signal, onProgress }: FitOptions,
): Promise<readonly FittedModel[]> {
  signal.throwIfAborted();
  const params = boostingParams(familyParams);
  checkRows(rows);
  const count = Math.min(rows.rowCount, mostRows(rows.features.length));
  const drawn = drawRows(rows.weights, count, randomFor(seed, 'boosting rows'));
  const task: BoostTask = { ...librarySet(rows, drawn), params, sizes, seed };
  const models = await boostInThread(task, { signal, onProgress });
  onProgress(1);
  return count === rows.rowCount ? models : models.map((model) => ({ ...model, rowsUsed: count }));
}

/** The drawn rows, in memory that the thread reads without a copy. Throws `CorruptObject`. */
function librarySet(
  rows: TrainingRows,
  drawn: Int32Array,
): Pick<BoostTask, 'features' | 'values' | 'labels'> {
  const { features, rowCount } = rows;
  const width = features.length;
  const values = new Float32Array(new SharedArrayBuffer(4 * width * drawn.length));
  const labels = new Uint8Array(new SharedArrayBuffer(drawn.length));
  for (const [at, row] of drawn.entries()) {
    labels[at] = rows.labels[row] as number;
    for (let f = 0; f < width; f += 1) {
      const value = rows.values[f * rowCount + row] as number;
      if (Math.abs(value) > largestLibraryValue) throw tooLarge(features[f], value, row);
      values[at * width + f] = libraryValue(value);
    }
  }
  return { features, values, labels };
}

function tooLarge(feature: string | undefined, value: number, row: number): PermanentFailure {
  return new PermanentFailure(
    'CorruptObject',
    `Feature "${feature}" is ${value} in training row ${row}; gradient boosting takes numbers up ` +
      `to ${largestLibraryValue}. Build the dataset again.`,
  );
}
