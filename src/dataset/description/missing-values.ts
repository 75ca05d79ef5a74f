import { z } from 'zod';
import type { BlankRows, MissingValues } from '../../domain/dataset/dataset-description.ts';
import { observedColumns } from '../../domain/dataset/observed-columns.ts';
import { type Platform, platforms } from '../../domain/platform.ts';
import type { Database } from '../duckdb.ts';

/**
 * Blank values of each column of the open observations, per platform to which the column applies;
 * of the answered rows by themselves, because a request without an answer has little to tell.
 * Columns of the evaluation are left out; a dataset is made of slots.
 */
export async function readMissingValues(database: Database): Promise<MissingValues[]> {
  const counted = new Map<Platform, Readonly<Record<string, number>>>();
  for (const platform of platforms) {
    counted.set(platform, await database.readOne(countQuery(platform), countShape));
  }
  return describedColumns.map(({ name, appliesTo, blank, answeredOnly }) => {
    const own: Partial<Record<Platform, BlankRows>> = {};
    for (const [platform, counts] of counted) {
      if (appliesTo !== undefined && appliesTo !== platform) continue;
      const countOf = (key: string): number => counts[key] ?? 0;
      own[platform] = {
        rows: countOf('rows'),
        blank: countOf(`${name}:all`),
        answered: countOf('answered'),
        blankOfAnswered: countOf(`${name}:answered`),
      };
    }
    const isInformative = blank !== undefined && answeredOnly !== true;
    return { column: name, isInformative, platforms: own };
  });
}

const describedColumns = observedColumns.filter(
  ({ name, appliesTo }) => appliesTo !== 'evaluation' && name !== 'platform',
);

const countShape = z.record(z.string(), z.number());

/** A row that nobody could assign to a platform belongs to the one that it was meant for. */
const countQuery = (platform: Platform): string => `
select
  count(*) as rows,
  count(*) filter (outcome = 'answered') as answered,
  ${describedColumns
    .map(
      ({ name }) => `count(*) filter (${name} is null) as "${name}:all",
  count(*) filter (${name} is null and outcome = 'answered') as "${name}:answered"`,
    )
    .join(',\n  ')}
from observation
where coalesce(platform, target) = '${platform}'
`;
