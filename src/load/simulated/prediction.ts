import { parseRequestHeader, requestId } from '../../domain/names.ts';
import type { PlatformRecord } from '../../domain/observation.ts';
import type { Prediction, PredictionInput } from '../../domain/simulation/prediction.ts';
import type { SimulationSpec } from '../../testbeds/simulated/simulation-spec.ts';
import type { RunSink } from './run-sink.ts';
import { isGood, type Reply, type Send } from './send.ts';
import { SimulatedRun } from './simulated-run.ts';

const run = 'measured';
/** Everything that is on its way ends before the window does. */
const restMs = 3_600_000;

/**
 * The models on somebody's own send times: one prediction per send, in their order. Days and hours
 * are not disturbed, because nobody can predict how.
 */
export function predictSends(
  input: PredictionInput,
  specOf: (window: Pick<SimulationSpec, 'run' | 'services'>) => SimulationSpec,
): readonly Prediction[] {
  const { sends, workloads } = input;
  const startsAtMs = sends[0]?.atMs ?? 0;
  const spec = specOf({
    run,
    services: workloads
      .filter(({ ecsTasks }) => ecsTasks > 0)
      .map(({ name, ecsTasks }) => ({
        owner: 'collection',
        platform: 'ecs',
        workload: name,
        tasks: ecsTasks,
      })),
  });
  const sink = new Predictions();
  const simulated = new SimulatedRun({
    spec,
    times: {
      startsAtMs,
      movedMs: 0,
      timeoutMs: input.timeoutMs,
      endsBeforeMs: (sends.at(-1)?.atMs ?? 0) + input.timeoutMs + restMs,
    },
    sink,
  });
  for (const [index, { atMs, workload, platform, payloadBytes }] of sends.entries()) {
    simulated.accept({
      requestId: requestId(run, index),
      workload,
      payloadSeed: index,
      payloadBytes,
      isLeadIn: false,
      targets: [{ target: platform, owner: 'collection', platform, offsetMs: atMs - startsAtMs }],
    });
  }
  simulated.finish();
  return sends.map((_, index) => sink.of(requestId(run, index)));
}

class Predictions implements RunSink {
  readonly #replies = new Map<string, Reply>();
  readonly #cold = new Set<string>();

  outcome({ requestId: id }: Send, reply: Reply): void {
    this.#replies.set(id, reply);
  }

  platform(record: PlatformRecord): void {
    if (record.kind !== 'report' || record.initMs === undefined) return;
    const header = parseRequestHeader(record.awsRequestId);
    if (header !== undefined) this.#cold.add(header.requestId);
  }

  of(id: string): Prediction {
    const reply = this.#replies.get(id);
    const isCold = this.#cold.has(id);
    if (reply === undefined || reply.outcome !== 'answered' || !isGood(reply)) return { isCold };
    const { latencyMs, server } = reply;
    return { latencyMs, isCold, ...(server === undefined ? {} : { serverMs: server.serverMs }) };
  }
}
