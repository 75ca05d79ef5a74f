import type { JoinInput } from '../../src/dataset/join/join.ts';
import type { SlotParquet } from '../../src/dataset/merge.ts';
import type { ClientRecord, OutcomeRecord, PlatformRecord } from '../../src/domain/observation.ts';
import type { Platform } from '../../src/domain/platform.ts';
import type { IntendedRequest } from '../../src/domain/requests/requests.ts';
import { anOutcome, aPair, joined, platformRecords, startsAtMs } from './builders.ts';

/** A pair of a made collection: what is not said is an ordinary answer. */
export interface MadePair {
  readonly workload?: string;
  readonly ladderStep?: number;
  readonly isLeadIn?: boolean;
  readonly payloadBytes?: number;
  readonly first?: Platform;
  readonly lambda?: Partial<OutcomeRecord>;
  readonly ecs?: Partial<OutcomeRecord>;
  readonly billedMs?: number;
  /** Lambda has no platform records. */
  readonly isUnreported?: boolean;
}

/** One Parquet file for each slot's pairs, slots from 1, starting an hour apart. */
export async function aCollection(
  slots: readonly (readonly MadePair[])[],
  changes: Partial<JoinInput> = {},
): Promise<SlotParquet[]> {
  const files: SlotParquet[] = [];
  for (const [index, pairs] of slots.entries()) {
    const slot = index + 1;
    const { path } = await joined(recordsOf(slot, pairs), {
      slot,
      run: `slot-00${slot}`,
      startsAtMs: startsAtMs + index * 3_600_000,
      ...changes,
    });
    files.push({ slot, path });
  }
  return files;
}

function recordsOf(
  slot: number,
  pairs: readonly MadePair[],
): {
  readonly intended: IntendedRequest[];
  readonly client: ClientRecord[];
  readonly platform: PlatformRecord[];
} {
  const hourMs = startsAtMs + (slot - 1) * 3_600_000;
  const intended: IntendedRequest[] = [];
  const client: ClientRecord[] = [];
  const platform: PlatformRecord[] = [];
  for (const [index, pair] of pairs.entries()) {
    const requestId = `slot-00${slot}.${String(index).padStart(5, '0')}`;
    const { first = 'lambda', ladderStep, billedMs } = pair;
    intended.push(
      aPair(requestId, {
        first,
        offsetMs: index * 1000,
        workload: pair.workload ?? 'heavy',
        payloadBytes: pair.payloadBytes ?? 100,
        isLeadIn: pair.isLeadIn ?? false,
        ...(ladderStep === undefined ? {} : { ladderStep }),
      }),
    );
    for (const target of ['lambda', 'ecs'] as const) {
      const gapMs = target === first ? 0 : 250;
      const plannedAtMs = hourMs + index * 1000 + gapMs;
      client.push(
        anOutcome(requestId, target, {
          plannedAtMs,
          sentAtMs: plannedAtMs + 1,
          position: target === first ? 1 : 2,
          ...pair[target],
        }),
      );
      if (target === 'lambda' && pair.isUnreported) continue;
      platform.push(
        ...platformRecords(requestId, target, billedMs === undefined ? {} : { billedMs }),
      );
    }
  }
  return { intended, client, platform };
}
