import { openRequestSource } from '../../dataset/request-log/request-source.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import type { Plan } from '../../domain/plan.ts';
import { drawBlock, drawSlot } from '../../domain/requests/draw.ts';
import type { LoadRunRef } from '../../domain/requests/load-run.ts';
import { replaySlot } from '../../domain/requests/replay.ts';
import type { IntendedRequest, SourceRequest } from '../../domain/requests/requests.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { handlerPaths } from './handler-paths.ts';

export interface DrawInput {
  readonly run: LoadRunRef;
  /** Nominal start of a slot: some shapes follow the hour. */
  readonly startsAtMs?: number;
}

/** Everything that a run will send: drawn from the plan, or from the request log that it names. */
export async function requestsOf(
  ports: Pick<ActivityPorts, 'payloadSizes' | 'checkoutFolder'>,
  store: CampaignStore,
  { run, startsAtMs }: DrawInput,
): Promise<readonly IntendedRequest[]> {
  const plan = await store.plan();
  const payloadBytesOf = await ports.payloadSizes(handlerPaths(plan, ports.checkoutFolder));
  if ('block' in run) {
    const setup = await store.requireJson<EvaluationSetup>(store.keys.evaluation);
    return drawBlock({ plan, block: run.block, ...setup, payloadBytesOf });
  }
  return drawSlot({
    plan,
    slot: run.slot,
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    cpuMs: (await store.deployment()).cpuMs,
    payloadBytesOf,
    ...(await replayed(plan, run.slot)),
  });
}

/** The rows of the plan's request log that a slot sends instead of drawn arrivals. */
async function replayed(
  plan: Plan,
  slot: number,
): Promise<{ readonly sourceRows?: readonly SourceRequest[] }> {
  const { source } = plan.load;
  if (source === undefined) return {};
  const workloads = plan.workloads.map((workload) => workload.name);
  const requestLog = await openRequestSource(source.file, { ...source, workloads });
  try {
    return { sourceRows: await replaySlot(plan, slot, requestLog) };
  } finally {
    requestLog.close();
  }
}
