import { describe, expect, test } from 'vitest';
import type { Champion } from '../../../src/domain/models/model.ts';
import { decideCapacity } from '../../../src/domain/money/capacity.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { renderReport } from '../../../src/report/report.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import { aReportedPlan, aReportInput, aVerdict } from '../../support/a-report-input.ts';

const plan = aReportedPlan();
const finding = 'Fargate was better for 96.4 % of 685 pairs: no router is needed.';

/** Decision and prices, as a retraining writes them. */
function aChampion(changes: Partial<Champion> = {}): Champion {
  const capacity = decideCapacity({
    plan,
    cpuMs: { lightweight: 1, thumbnail: 7, medium: 43, heavy: 199 },
    book: priceBookOf(plan.pricing),
    ratePerS: plan.evaluation.ratePerS,
    lambdaBilledMs: {},
    isFastEnough: undefined,
  });
  return {
    kind: 'best-static',
    table: { lightweight: 'lambda', thumbnail: 'lambda', medium: 'lambda', heavy: 'ecs' },
    withCapacity: ['heavy'],
    reason: finding,
    capacityReason: capacity.reason,
    slotsSeen: 6,
    ...changes,
  };
}

async function markdownOf(changes: Partial<ReportInput>): Promise<string> {
  const { model: _, ...input } = aReportInput({ plan, models: [], ...changes });
  return (await renderReport(input)).markdown;
}

function sectionOf(markdown: string, title: string): string {
  return markdown.split('\n## ').find((section) => section.startsWith(title)) ?? '';
}

describe('a retraining that found no router to be needed', () => {
  const champion = aChampion();
  const skipped = [{ arm: 'hybrid' as const, reason: champion.reason }];
  const sentence =
    'Lambda-only is the cheapest arm that is fast enough: all-in $1. Hybrid was not run: ' +
    `${champion.reason} A Fargate task has 3.5 times the CPU.`;
  const told = () =>
    markdownOf({
      champion,
      findings: [{ kind: 'static', message: finding }],
      verdict: aVerdict({ skipped, sentence }),
    });

  test('is told on the first screen without the prices of every workload', async () => {
    const markdown = await told();
    const [first = ''] = markdown.split('\n## ');
    expect(first).toContain(`Hybrid was not run: ${finding}`);
    expect(first).toContain('A Fargate task has 3.5 times the CPU.');
    expect(first).not.toContain('/h at');
  });

  test('is told once under The router, with the prices', async () => {
    const router = sectionOf(await told(), 'The router');
    expect(router.split(finding)).toHaveLength(2);
    expect(router).toMatch(/\n\nAt 13 requests\/s: lightweight on \w+ \(Lambda \$/);
    expect(router).toContain('There is no learned model: the training gave none');
  });
});

describe('the retrainings of a campaign', () => {
  const first = aChampion({ slotsSeen: 4, table: { lightweight: 'lambda', heavy: 'lambda' } });
  const last = aChampion({ kind: 'learned', reason: 'Better.' });

  test('are all there, with what each left in use and how its model did', async () => {
    const { model } = aReportInput();
    if (model === undefined) throw new Error('The builder has a model.');
    const retrainings = [{ champion: first }, { champion: last, model }];
    const router = sectionOf(await markdownOf({ champion: last, retrainings }), 'The router');
    expect(router).toContain('2 retrainings, each on all complete slots until then');
    expect(router).toContain(`| slot 4 | best-static | none | – | – | – | – | – | ${finding} |`);
    expect(router).toContain(
      '| slot 6 | learned model | heavy | cafe0123 | 158 | 94.3 % | −2.8710 | −2.8840 | Better. |',
    );
  });

  test('show no figures of a model that was judged on nothing', async () => {
    const { model } = aReportInput();
    if (model === undefined) throw new Error('The builder has a model.');
    const artifact = { ...model.artifact, notJudged: 'One slot alone cannot be judged.' };
    const retrainings = [{ champion: first, model: { ...model, artifact } }, { champion: last }];
    expect(await markdownOf({ retrainings })).toContain(
      '| slot 4 | best-static | none | cafe0123 | – | – | – | – |',
    );
  });

  test('need no table when there was one', async () => {
    expect(await markdownOf({ retrainings: [{ champion: last }] })).not.toContain('1 retraining');
  });
});

test('slots of the dataset are told in ranges', async () => {
  const dataset = { fingerprint: 'f00d', slots: [1, 2, 3, 5, 7, 8], rows: 12, pairs: 6 };
  expect(await markdownOf({ dataset })).toContain('| Slots in the dataset | 1 to 3, 5, 7 to 8 |');
});

test('the plan says when it learns', async () => {
  const learning = { families: ['random-forest' as const], retrain: '03:17', trees: 60 };
  expect(await markdownOf({ plan: aReportedPlan({ learning }) })).toContain(
    '| Learning | random-forest of 60 trees, after each nominal night (03:17) and after the last slot |',
  );
  expect(await markdownOf({ plan: aReportedPlan({ learning: { families: [] } }) })).toContain(
    '| Learning | no router |',
  );
});
