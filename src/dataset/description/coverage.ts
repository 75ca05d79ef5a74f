import { z } from 'zod';
import { countByStatus, type SlotOutcome } from '../../domain/campaign.ts';
import type { Coverage } from '../../domain/dataset/dataset-description.ts';
import type { Database } from '../duckdb.ts';
import { readOutcomes, readTotals } from '../figures/profile-tables.ts';
import { isScored } from '../observations.ts';

export interface CoverageInput {
  readonly plannedSlots: number;
  readonly outcomes: readonly SlotOutcome[];
  /** Slots of the dataset. */
  readonly slots: readonly number[];
}

/** What the open observations cover of what was planned. */
export async function readCoverage(database: Database, input: CoverageInput): Promise<Coverage> {
  const { rows, pairs, joinedShare, explainedShare } = await readTotals(database);
  const reasons = await database.read(requestQuery, requestShape);
  return {
    plannedSlots: input.plannedSlots,
    slots: countByStatus(input.outcomes),
    leftOut: input.outcomes
      .filter(({ slot }) => !input.slots.includes(slot))
      .map(({ slot, status, reason }) => ({
        slot,
        status,
        reason: reason ?? 'it was not asked for',
      })),
    requests: reasons.reduce((sum, { requests }) => sum + requests, 0),
    rows,
    pairs,
    unpaired: reasons
      .filter(({ reason }) => reason !== 'pair')
      .map(({ reason, requests }) => ({ reason, requests })),
    outcomes: await readOutcomes(database),
    joinedShare,
    explainedShare,
  };
}

const requestShape = z.object({ reason: z.string(), requests: z.number() });

/** The first that holds: lead-in may lack an outcome as well, and is left out for being lead-in. */
const requestQuery = `
select
  case
    when is_pair then 'pair'
    when is_lead_in then 'lead-in'
    when is_not_issued then 'not issued to every target'
    when is_unrecorded then 'outcome of a target not recorded'
    else 'not sent to both platforms'
  end as reason,
  count(*) as requests
from (
  select
    count(distinct platform) filter (${isScored}) = 2 as is_pair,
    bool_or(lead_in) as is_lead_in,
    bool_or(outcome = 'not-issued') as is_not_issued,
    bool_or(outcome = 'unrecorded') as is_unrecorded
  from observation where arm is null group by slot, request_id
)
group by reason order by requests desc, reason
`;
