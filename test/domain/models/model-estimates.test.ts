import { expect, test } from 'vitest';
import { type ModelArtifact, parseModelArtifact } from '../../../src/domain/models/model.ts';
import { aRoutingModel } from '../../support/routing-model.ts';

const light = { estimatedExecutionMs: 50, estimatedMemoryMb: 100 };
const heavy = { estimatedExecutionMs: 2_000, estimatedMemoryMb: 300 };

function withEstimates(estimates: object): ModelArtifact {
  const model = aRoutingModel();
  return parseModelArtifact({ ...model, lineage: { ...model.lineage, estimates } });
}

test('a model keeps the static features of all its workloads', () => {
  expect(withEstimates({ light, heavy }).lineage.estimates).toEqual({ light, heavy });
  expect(parseModelArtifact(aRoutingModel()).lineage.estimates).toBeUndefined();
});

test('estimates that leave out a workload, or have no number, are refused by their path', () => {
  expect(() => withEstimates({ light })).toThrow(/model\.lineage\.estimates\.heavy is missing/);
  expect(() => withEstimates({ light, heavy: { ...heavy, estimatedMemoryMb: 'x' } })).toThrow(
    /estimates\.heavy\.estimatedMemoryMb is "x"/,
  );
});
