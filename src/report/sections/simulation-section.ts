import {
  type Claim,
  claimGroups,
  type SimulationTrust,
  stampWords,
} from '../../domain/simulation/scorecard.ts';
import type { Decision, Sensitivity } from '../../domain/simulation/sensitivity.ts';
import { azureChart } from '../charts/azure-chart.ts';
import { scorecardChart } from '../charts/scorecard-chart.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { capitalised, claimFigure, count, counted, oursFigure } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** How far a simulated result can be trusted (METHOD 7.2); on other testbeds there is no section. */
export function simulationSections(input: ReportInput): readonly Section[] {
  if (input.plan.testbed !== 'simulated') return [];
  return [
    { id: 'trust', title: 'How far to trust the simulator', blocks: simulationBlocks(input) },
  ];
}

function simulationBlocks({ simulation }: ReportInput): Block[] {
  if (simulation === undefined) return [paragraph(notComputed)];
  const { claims, stamp, sensitivity, azure } = simulation;
  return [
    paragraph(`${capitalised(stamp)}.`),
    paragraph(stampWords),
    scorecardChart(claims, claimTable(claims)),
    groupTable(claims),
    sensitivity === undefined
      ? paragraph('Without a verdict there is no answer whose sensitivity could be told.')
      : sensitivityTable(sensitivity),
    azureChart(azure),
  ];
}

/** A report that was written from the store by a process that has no simulator. */
const notComputed =
  'The scorecard of this campaign was not computed; "crossover scorecard" prints that of the ' +
  'default parameters.';

/** What must be read together with every simulated answer. */
export function stampRemarks({ plan, simulation }: ReportInput): string[] {
  if (plan.testbed !== 'simulated') return [];
  if (simulation === undefined) return [`A simulation. ${notComputed}`];
  return [`A simulation, ${simulation.stamp}.${sensitivityWords(simulation)}`];
}

function sensitivityWords({ sensitivity }: SimulationTrust): string {
  if (sensitivity === undefined) return '';
  const flips = flippingChanges(sensitivity);
  return flips.length === 0
    ? ` None of ${count(sensitivity.rows.length)} changed assumptions gives another answer.`
    : ` Another answer follows from: ${flips.join(', ')}.`;
}

/** `Fargate speed −20 % (ecs-only)` for every change that gives another answer. */
export function flippingChanges({ rows }: Sensitivity): string[] {
  return rows
    .filter(({ flips }) => flips)
    .map((row) => `${row.factor} ${row.value} (${row.answer ?? 'no arm is fast enough'})`);
}

/** The claims behind the drawing: what was predicted, what failed, and of the rest the groups. */
function claimTable(claims: readonly Claim[]): Table {
  const shown = claims.filter(({ kind, passed }) => kind !== 'verification' || !passed);
  return {
    kind: 'table',
    caption: 'Validated and calibrated claims, and verified ones that failed',
    columns: [
      text('Claim'),
      text('Kind'),
      number('Target'),
      number('Ours'),
      text('Passes'),
      text('Result'),
      text('Source'),
    ],
    rows: shown.map((claim) => ({
      cells: [
        claim.name,
        claim.kind,
        claimFigure(claim.target),
        oursFigure(claim),
        claim.mark,
        claim.passed ? 'pass' : 'FAIL',
        claim.source,
      ],
    })),
    note: 'All claims stand in report/scorecard.json; "crossover scorecard" prints them.',
  };
}

function groupTable(claims: readonly Claim[]): Table {
  return {
    kind: 'table',
    caption: 'The scorecard, in groups',
    columns: [
      text('Group'),
      text('Kind'),
      number('Passed'),
      text('Furthest from its target'),
      number('Target'),
      number('Ours'),
      text('Passes'),
    ],
    rows: claimGroups(claims).map(({ group, kind, passed, of, worst }) => ({
      cells: [
        group,
        kind,
        `${count(passed)} of ${count(of)}`,
        worst.name,
        claimFigure(worst.target),
        oursFigure(worst),
        worst.mark,
      ],
    })),
    narrow: 'cards',
  };
}

function sensitivityTable({ baseline, rows, blocks, ofBlocks }: Sensitivity): Table {
  const part =
    blocks === ofBlocks
      ? `all ${counted(blocks, 'scored block')}`
      : `the first ${count(blocks)} of ${counted(ofBlocks, 'scored block')}, which were affordable`;
  return {
    kind: 'table',
    caption: `What would flip the answer: ${decisionText(baseline)} with nothing changed`,
    columns: [text('Assumption'), text('Changed to'), text('Flips'), text('Answer')],
    rows: rows.map((row) => ({
      cells: [row.factor, row.value, row.flips ? 'YES' : 'no', decisionText(row)],
    })),
    note:
      `Each line is ${part}, simulated again on the same requests with this one change, and ` +
      'decided again. Arms, services and router stay as they were pinned. The Fargate side has ' +
      'never been measured in public, so its speed is the first to doubt.',
  };
}

function decisionText({ answer, isDecided }: Decision): string {
  if (answer === undefined) return 'no arm is fast enough';
  return isDecided ? answer : `${answer} (undecided)`;
}
