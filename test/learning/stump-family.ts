import { encodeForest } from '../../src/domain/models/forest.ts';
import type { TrainingRows } from '../../src/domain/models/training.ts';
import { checkRows } from '../../src/learning/check-rows.ts';
import type { FitOptions, FittedModel, ModelFamily } from '../../src/learning/model-family.ts';

/**
 * A family of one split, without threads: the share of Lambda on both sides of `cut` in the first
 * feature. `seen` holds what it was fitted on, call after call.
 */
export function aStumpFamily(): ModelFamily & { readonly seen: TrainingRows[] } {
  const seen: TrainingRows[] = [];
  const learn = async (
    rows: TrainingRows,
    cut: number,
    { signal, onProgress }: FitOptions,
  ): Promise<FittedModel> => {
    signal.throwIfAborted();
    checkRows(rows);
    seen.push(rows);
    onProgress(1);
    return stump(rows, cut);
  };
  return {
    seen,
    name: 'random-forest',
    libraries: {},
    sizeParam: 'cut',
    defaults: () => ({ cut: 500 }),
    grid: () => [],
    fit: (rows, { cut = 0 }, options) => learn(rows, cut, options),
    fitSizes: async (rows, _, sizes, options) => {
      const models: FittedModel[] = [];
      for (const cut of sizes) models.push(await learn(rows, cut, options));
      return models;
    },
  };
}

function stump(rows: TrainingRows, cut: number): FittedModel {
  const shareWhere = (isWanted: (value: number) => boolean): number => {
    const labels = rows.labels.filter((_, row) => isWanted(rows.values[row] ?? 0));
    return labels.length === 0 ? 0 : labels.reduce((sum, one) => sum + one, 0) / labels.length;
  };
  return {
    scorer: encodeForest({
      roots: Int32Array.of(0),
      feature: Int16Array.of(0, -1, -1),
      threshold: Float64Array.of(cut, 0, 0),
      right: Int32Array.of(2, 0, 0),
      pLambda: Float32Array.of(
        0,
        shareWhere((value) => value < cut),
        shareWhere((value) => value >= cut),
      ),
    }),
    importance: Object.fromEntries(rows.features.map((name, f) => [name, f === 0 ? 1 : 0])),
  };
}
