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
  const groups = await database.read(countQuery, countShape);
  return describedColumns.map(({ name, appliesTo, blank, answeredOnly }) => {
    const own: Partial<Record<Platform, BlankRows>> = {};
    for (const platform of platforms) {
      if (appliesTo !== undefined && appliesTo !== platform) continue;
      const all = groups.filter((group) => group.platform === platform);
      const answered = all.filter(({ is_answered }) => is_answered);
      own[platform] = {
        rows: sumOf(all, 'rows'),
        blank: sumOf(all, 'rows') - sumOf(all, `known:${name}`),
        answered: sumOf(answered, 'rows'),
        blankOfAnswered: sumOf(answered, 'rows') - sumOf(answered, `known:${name}`),
      };
    }
    const isInformative = blank !== undefined && answeredOnly !== true;
    return { column: name, isInformative, platforms: own };
  });
}

const describedColumns = observedColumns.filter(
  ({ name, appliesTo }) => appliesTo !== 'evaluation' && name !== 'platform',
);

const countShape = z
  .object({ platform: z.string().nullable(), is_answered: z.boolean() })
  .catchall(z.number());

type Group = z.output<typeof countShape>;

function sumOf(groups: readonly Group[], count: string): number {
  return groups.reduce((sum, group) => sum + Number(group[count] ?? 0), 0);
}

/** A row that nobody could assign to a platform belongs to the one that it was meant for. */
const countQuery = `
select
  coalesce(platform, target) as platform,
  coalesce(outcome = 'answered', false) as is_answered,
  count(*) as rows,
  ${describedColumns.map(({ name }) => `count(${name}) as "known:${name}"`).join(',\n  ')}
from observation
group by 1, 2
`;
