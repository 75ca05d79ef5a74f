import type { EvaluationSetup } from '../../domain/evaluation.ts';
import { blockRun } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunReceipt } from '../../domain/receipt.ts';
import type { IntendedRequest } from '../../domain/requests/requests.ts';
import type { SimulationTrust } from '../../domain/simulation/scorecard.ts';
import {
  type EvaluationBlock,
  type Sensitivity,
  sensitivityOf,
} from '../../domain/simulation/sensitivity.ts';
import { readArtifact } from '../../learning/artifact.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';

type SimulationPorts = Pick<ActivityPorts, 'testbeds'>;

/** Stores what would flip the answer of a simulated evaluation (METHOD 7.2); elsewhere nothing. */
export async function storeSensitivity(
  ports: SimulationPorts,
  store: CampaignStore,
  blocks: readonly number[],
): Promise<void> {
  const [plan, { cpuMs }, setup] = await Promise.all([
    store.plan(),
    store.deployment(),
    store.requireJson<EvaluationSetup>(store.keys.evaluation),
  ]);
  const simulation = ports.testbeds[plan.testbed]?.simulation;
  if (simulation === undefined) return;
  const sensitivity = await sensitivityOf({
    plan,
    cpuMs,
    setup,
    ...(await artifactOf(store, setup.modelHash)),
    // Lead-in blocks too: what one block leaves behind, the next one finds.
    blocks: await Promise.all(blocks.map((block) => readBlock(store, block))),
    resimulate: simulation.resimulate,
  });
  await store.putJson(store.keys.report('sensitivity.json'), sensitivity);
}

/** How far the simulator of a campaign can be trusted, stored beside its report. */
export async function storedTrust(
  ports: SimulationPorts,
  store: CampaignStore,
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Promise<{ readonly simulation?: SimulationTrust }> {
  const model = ports.testbeds[plan.testbed]?.simulation;
  if (model === undefined) return {};
  const sensitivity = await store.json<Sensitivity>(store.keys.report('sensitivity.json'));
  const simulation: SimulationTrust = {
    ...model.trust(plan, cpuMs),
    ...(sensitivity === undefined ? {} : { sensitivity }),
  };
  await store.putJson(store.keys.report('scorecard.json'), simulation);
  return { simulation };
}

async function artifactOf(store: CampaignStore, hash: string | undefined) {
  if (hash === undefined) return {};
  const text = new TextDecoder().decode(await store.requireBytes(store.keys.model(hash)));
  return { artifact: readArtifact(text, hash) };
}

export async function readBlock(store: CampaignStore, block: number): Promise<EvaluationBlock> {
  const run = blockRun(block);
  const { startsAtMs } = await store.requireJson<RunReceipt>(store.keys.receipt(run));
  const lines = new TextDecoder().decode(await store.requireBytes(store.keys.requests(run)));
  const requests = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as IntendedRequest);
  return { block, startsAtMs, requests };
}
