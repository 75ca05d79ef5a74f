/** Trains the same families with scikit-learn and xgboost, in a Python of the bench's own. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import type { TrainingRows } from '../../src/domain/models/training.ts';
import type { FamilyName } from '../../src/domain/plan.ts';
import type { FamilyParams } from '../../src/learning/model-family.ts';
import { requirePython } from './python.ts';

export interface ReferenceTimes {
  readonly wallS: number;
  readonly cpuS: number;
}

export interface References {
  readonly times: Readonly<Record<FamilyName, ReferenceTimes>>;
  readonly libraries: Readonly<Record<string, string>>;
  /** p_lambda of each test row. */
  readonly scores: Readonly<Record<FamilyName, Float64Array>>;
}

export async function trainReferences(
  folder: string,
  input: {
    readonly train: TrainingRows;
    readonly test: TrainingRows;
    readonly params: Readonly<Record<FamilyName, FamilyParams>>;
    /** Columns whose logarithm the network takes. */
    readonly logged: readonly number[];
  },
): Promise<References> {
  const { train, test, params, logged } = input;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'train.values'), bytesOf(train.values));
  await writeFile(join(folder, 'test.values'), bytesOf(test.values));
  await writeFile(join(folder, 'train.labels'), train.labels);
  await writeFile(join(folder, 'train.weights'), bytesOf(train.weights));
  const facts = {
    features: train.features,
    trainRows: train.rowCount,
    testRows: test.rowCount,
    logged,
    params,
  };
  await writeFile(join(folder, 'facts.json'), JSON.stringify(facts));
  await execa(await requirePython(), [join(import.meta.dirname, 'train.py'), folder], {
    stderr: 'inherit',
  });
  const { libraries, ...times } = JSON.parse(await readFile(join(folder, 'times.json'), 'utf8'));
  const scoresOf = async (family: FamilyName): Promise<Float64Array> => {
    const bytes = await readFile(join(folder, `${family}.scores`));
    return new Float64Array(new Uint8Array(bytes).buffer);
  };
  return {
    times,
    libraries,
    scores: {
      'random-forest': await scoresOf('random-forest'),
      'gradient-boosting': await scoresOf('gradient-boosting'),
      'neural-network': await scoresOf('neural-network'),
    },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
