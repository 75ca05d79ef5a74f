import { priceBookOf } from '../../domain/money/price-books.ts';
import { type CheckedCell, type CheckedSide, fitCheck } from '../../domain/simulation/fit-check.ts';
import type { ResimulatedCell, ResimulationInput } from '../../domain/simulation/sensitivity.ts';
import { affordableBlocks, playedAtOnce } from '../../domain/simulation/simulated-blocks.ts';
import { testbedFacts } from '../../domain/testbed-facts.ts';
import { scoredCosts } from '../../domain/verdict/score-cells.ts';
import {
  type Changes,
  changedPlan,
  changedSetup,
  type WhatIf,
} from '../../domain/what-if/what-if.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import { readBlock } from '../evaluation/simulation-trust.ts';
import { joinedSlots } from '../joined-slots.ts';
import { findModel } from '../learning/stored-models.ts';
import type { EvaluatedCampaign } from './evaluated-campaign.ts';
import { fittedCampaign } from './fitted-campaign.ts';
import { changedBlocks, mostSends } from './what-if-blocks.ts';

export interface Simulated {
  readonly cells: readonly ResimulatedCell[];
  readonly fit: WhatIf['fit'] & {};
  readonly notes: readonly string[];
}

/** The blocks once more by the fitted simulator: as they were, to judge it, and under the changes. */
export async function simulate({
  ports,
  campaign,
  changes,
  onProgress,
}: {
  readonly ports: Pick<ActivityPorts, 'testbeds' | 'payloadSizes' | 'checkoutFolder'>;
  readonly campaign: EvaluatedCampaign;
  readonly changes: Changes;
  readonly onProgress: (text: string) => void;
}): Promise<Simulated> {
  const simulation = ports.testbeds.simulated?.simulation;
  if (simulation === undefined) throw new Error('This process has no simulator.');
  const { store, setup, cpuMs, blocks: measured } = campaign;
  onProgress('Fitting the simulator to the collection');
  const fitted = await fittedCampaign(store, (await joinedSlots(store)).complete);
  const stored = await Promise.all(measured.map((block) => readBlock(store, block)));
  const artifact = (await findModel(store, setup.modelHash))?.artifact;
  const play = (
    what: string,
    input: Pick<ResimulationInput, 'plan' | 'setup' | 'blocks' | 'book'>,
  ): Promise<readonly ResimulatedCell[]> => {
    let done = 0;
    const onBlock = (): void => onProgress(`${what}: block ${++done} of ${input.blocks.length}`);
    return simulation.resimulate({
      ...input,
      cpuMs,
      ...(artifact === undefined ? {} : { artifact }),
      onBlock,
    });
  };
  const asMeasured = affordableBlocks(fitted.plan, playedAtOnce(fitted.plan, stored), mostSends);
  const own = await play('Simulating what was measured', {
    plan: fitted.plan,
    setup,
    book: priceBookOf(fitted.plan.pricing),
    blocks: asMeasured,
  });
  const plan = changedPlan(fitted.plan, changes);
  const { blocks, notes } = await changedBlocks({ ports, campaign, changes, plan, stored });
  const cells = await play('Simulating what is asked', {
    // Prices judge; how long an init takes is that of the architecture that was measured.
    plan: { ...plan, pricing: { ...fitted.plan.pricing, edge: plan.pricing.edge } },
    setup: changedSetup(setup, changes),
    book: priceBookOf(plan.pricing),
    blocks,
  });
  const cut = blocks.length < measured.length ? [cutNote(blocks.length, measured.length)] : [];
  return {
    cells,
    fit: {
      ...checkOf(campaign, own),
      isOwnSimulation: testbedFacts[campaign.plan.testbed].hasVirtualTime,
    },
    notes: [...fitted.notes, ...notes, ...cut],
  };
}

function cutNote(used: number, all: number): string {
  return `The first ${used} of ${all} blocks were simulated, which were affordable.`;
}

/** Cold starts of measured cells are those that the platform billed an init of. */
function checkOf(campaign: EvaluatedCampaign, own: readonly ResimulatedCell[]) {
  const { plan, setup, cpuMs, cells, billed } = campaign;
  const simulatedBlocks = new Set(own.map(({ block }) => block));
  const measured = cells
    .filter(({ block }) => simulatedBlocks.has(block))
    .map((cell): CheckedCell => {
      const sum = billed.find(
        ({ arm, block, workload }) =>
          arm === cell.arm && block === cell.block && workload === cell.workload,
      );
      return { ...cell, coldStarts: sum?.coldStarts ?? 0 };
    });
  const sideOf = (of: readonly CheckedCell[]): CheckedSide => {
    const book = priceBookOf(plan.pricing);
    return { cells: of, costs: scoredCosts({ plan, setup, cpuMs, cells: of, book }) };
  };
  return fitCheck({ measured: sideOf(measured), predicted: sideOf(own) });
}
