import type { Plan } from '../../domain/plan.ts';
import type { Baselines } from '../../domain/rivals/baselines.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import { findVerdict } from '../answer.ts';
import { regretChart } from '../charts/regret-chart.ts';
import { type Block, paragraph, type Section } from '../document.ts';
import type { ReportInput } from '../report-input.ts';
import { platformsTable, rivalsTable, weightsTable, workloadsTable } from './baselines-tables.ts';
import { baselinesInWords } from './baselines-words.ts';

/** What was computed beside the arms (METHOD 6.1), and the two platforms on slots and blocks (6.0). */
export function baselinesSections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) return [];
  return [...rivalSections(input, verdict), ...platformSections(verdict)];
}

function rivalSections(input: ReportInput, verdict: Verdict): Section[] {
  const { baselines } = verdict;
  if (baselines === undefined) return [];
  const blocks: Block[] = [
    paragraph(baselinesInWords(verdict, baselines)),
    rivalsTable(verdict, baselines),
    workloadsTable(verdict, baselines),
    ...regretBlocks(input.plan, baselines, verdict.blocks),
    weightsTable(baselines, input.plan),
    paragraph(limits(baselines)),
  ];
  return [{ id: 'rivals', title: 'Rivals that were computed', blocks }];
}

function regretBlocks(plan: Plan, baselines: Baselines, blocks: number): Block[] {
  if (baselines.regrets.length === 0) {
    return [
      paragraph(
        'No workload has a Fargate service by the capacity decision, or none of its requests was ' +
          'scored: nothing is routed, and there is no regret.',
      ),
    ];
  }
  return [regretChart(baselines, plan, blocks)];
}

function limits({ pairs, ofRequests }: Baselines): string {
  const missing = ofRequests - pairs;
  const paired =
    missing === 0
      ? 'Every scored request has an outcome on both pure arms.'
      : `${pairs} of ${ofRequests} scored requests have an outcome on both pure arms and stand for all.`;
  return (
    'The limit of all this: lambda-only and ecs-only each carried the full load. A rival that ' +
    'sends less to a platform would find other queues and other cold starts there, and that was ' +
    'not measured. Its costs are for services of the size that its own share needs; tasks that ' +
    'ecs-only added count by the share of its requests. Rivals inform and decide nothing. ' +
    paired
  );
}

function platformSections({ platforms, quantile }: Verdict): Section[] {
  if (platforms === undefined) return [];
  const table = platformsTable(platforms, quantile);
  if (table === undefined) return [];
  const blocks: Block[] = [
    paragraph(
      'Every request of the collection went to both platforms, so that its slots say something ' +
        'about lambda-only and ecs-only, too.' +
        (platforms.apartBecause === undefined
          ? ' Slots and blocks were drawn again together, each from its own kind.'
          : ` They are not put together: ${platforms.apartBecause}`),
    ),
    table,
  ];
  return [{ id: 'platforms', title: 'Lambda against Fargate, on slots and on blocks', blocks }];
}
