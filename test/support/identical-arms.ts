import type { EvaluationSetup } from '../../src/domain/evaluation.ts';
import { armBlockCosts } from '../../src/domain/money/arm-cost.ts';
import { priceBookOf } from '../../src/domain/money/price-books.ts';
import type { Platform } from '../../src/domain/platform.ts';
import { drawBlock } from '../../src/domain/requests/draw.ts';
import { scoredMs } from '../../src/domain/schedule.ts';
import { decideVerdict } from '../../src/domain/verdict/decide.ts';
import type { ArmCell, Verdict } from '../../src/domain/verdict/verdict.ts';
import { resimulatedCells } from '../../src/load/simulated/resimulation.ts';
import { simulationSpec } from '../../src/testbeds/simulated/simulation-spec.ts';
import { aSimulatedPlan, calibration } from '../testbeds/simulated/builders.ts';

export interface IdenticalArms {
  /** What both arms run on. */
  readonly platform: Platform;
  /** Everything that is drawn follows from it. */
  readonly seed: number;
  readonly ratePerS: number;
  /** Of both workloads; 3 s, which everything reaches, when absent. */
  readonly sloMs?: number;
  readonly resamples?: number;
}

const cpuMs = { light: 7, heavy: 290 };
const startsAtMs = Date.UTC(2026, 10, 2);

/**
 * An evaluation of 24 hourly blocks in which both arms are the same platform, each with its own
 * pools or tasks: whatever is decided is wrong. The second arm's requests are counted for the other
 * platform, because arms that visibly do the same are one deployment, about which nothing is asked.
 */
export async function verdictOnIdenticalArms(input: IdenticalArms): Promise<Verdict> {
  const { platform, seed, ratePerS, sloMs = 3_000, resamples } = input;
  const slo = { latencyMs: sloMs, attainment: 0.95 };
  const plan = aSimulatedPlan({
    seed,
    workloads: aSimulatedPlan().workloads.map((workload) => ({ ...workload, slo })),
    evaluation: { blocks: 24, blockDurationMs: 3_600_000, ratePerS },
  });
  const cells = await cellsOn(platform, plan);
  const names = platform === 'ecs' ? plan.workloads.map(({ name }) => name) : [];
  const costs = armBlockCosts({
    cells,
    plan,
    cpuMs,
    book: priceBookOf(plan.pricing),
    hoursOf: (block) => scoredMs(plan, block) / 3_600_000,
    services: { 'lambda-only': names, 'ecs-only': names, hybrid: [], 'best-static': [] },
  });
  return decideVerdict({
    plan,
    cells: cells.map(asIfOnOwnPlatform),
    costs,
    arms: ['lambda-only', 'ecs-only'],
    skipped: [],
    seed,
    ...(resamples === undefined ? {} : { resamples }),
  });
}

async function cellsOn(
  platform: Platform,
  plan: ReturnType<typeof aSimulatedPlan>,
): Promise<readonly ArmCell[]> {
  const setup: EvaluationSetup = {
    arms: ['lambda-only', 'ecs-only'],
    skipped: [],
    table: {},
    withCapacity: [],
    estimates: {},
  };
  const blocks = Array.from({ length: plan.evaluation.blocks }, (_, index) => {
    const drawn = drawBlock({ plan, block: index + 1, ...setup, payloadBytesOf: () => 100 });
    const requests = drawn.map((request) => ({
      ...request,
      targets: request.targets.map((target) => ({ ...target, platform })),
    }));
    return {
      block: index + 1,
      startsAtMs: startsAtMs + index * plan.evaluation.blockDurationMs,
      requests,
    };
  });
  const services = setup.arms.flatMap((owner) =>
    plan.workloads.map(({ name, ecsTasks }) => ({
      owner,
      platform,
      workload: name,
      tasks: ecsTasks,
    })),
  );
  return await resimulatedCells({
    plan,
    cpuMs,
    setup,
    blocks,
    book: priceBookOf(plan.pricing),
    specOf: (window) => simulationSpec({ ...window, services, calibration }),
  });
}

function asIfOnOwnPlatform(cell: ArmCell): ArmCell {
  return cell.arm === 'lambda-only'
    ? { ...cell, lambdaRequests: cell.requests, ecsRequests: 0 }
    : { ...cell, lambdaRequests: 0, ecsRequests: cell.requests };
}
