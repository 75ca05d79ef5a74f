import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../src/report/report.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import {
  aBlock,
  aCompleteSlot,
  aReportedPlan,
  aReportInput,
} from '../../support/a-report-input.ts';

async function page(changes: Partial<ReportInput> = {}): Promise<string> {
  return (await renderReport(aReportInput(changes))).html;
}

async function sectionOf(title: string, changes: Partial<ReportInput>): Promise<string> {
  const { markdown } = await renderReport(aReportInput(changes));
  return markdown.split('\n## ').find((section) => section.startsWith(title)) ?? '';
}

describe('the first screen', () => {
  test('answers, compares, places, doubts and advises, in this order, before any contents', async () => {
    const html = await page();
    const places = [
      'class="answer decided"',
      '<section id="arms"',
      '<section id="standing"',
      '<section id="doubt"',
      '<section id="next"',
      '<nav',
    ].map((mark) => html.indexOf(mark));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places.toSorted((one, other) => one - other)).toEqual(places);
  });

  test('prices a month of the load from the all-in cost of the scored hours', async () => {
    // 416 good requests in 0.0107 h at $0.00331 per 1,000, times 730 h.
    expect(await page()).toContain('data-label="A month of this load" class="number">$93.9</td>');
  });

  test('says how far each workload is from its break-even, and up to where that holds', async () => {
    const section = await sectionOf('Where each workload changes sides', {});
    expect(section).toMatch(
      /\| heavy \| 12,600 \| [\d,]+ \| [\d.]+ times (below|above) \| [\d,]+ with \d+ tasks? \|/,
    );
    expect(section).toContain('computed');
  });

  test('calls a break-even measured only where the ladder ran on both sides of it', async () => {
    const { profile, plan } = aReportInput();
    if (profile === undefined) throw new Error('The made-up campaign has a profile.');
    const spread = {
      ...profile,
      ladder: profile.ladder.map((row) => ({
        ...row,
        ratePerS: row.step === 1 ? 0.001 : 1e6,
      })),
    };
    const basisOf = async (changes: Partial<ReportInput>) =>
      (await sectionOf('Where each workload changes sides', changes))
        .split('\n')
        .filter((line) => /^\| (lightweight|heavy)/.test(line))
        .map((line) => line.split(' | ').at(-1));
    expect(await basisOf({ profile: spread })).toContain('measured |');
    // So busy a task may be that the break-even needs more of them than ran.
    const pricing = { ...plan.pricing, targetUtilisation: 0.02 };
    const others = await basisOf({ profile: spread, plan: { ...plan, pricing } });
    expect(others).toHaveLength(2);
    expect(others).not.toContain('measured |');
  });
});

describe('a long table', () => {
  test('is folded on a screen and open on paper', async () => {
    const blocks = Array.from({ length: 60 }, (_, index) => aBlock(index + 1));
    const html = await page({ blocks });
    const [, folded = ''] = html.split(
      /<details><summary>Evaluation: 60 blocks[^<]*<\/summary><\/details>/,
    );
    expect(folded.trimStart().startsWith('<div class="folded">')).toBe(true);
    expect(html).toContain('@media screen { details:not([open]) + .folded { display: none; } }');
  });
});

describe('deviations from the plan', () => {
  test('are none when all has happened as planned', async () => {
    const section = await sectionOf('Deviations', { irregularRuns: [] });
    expect(section).toContain('Everything that was planned has happened as it was planned.');
    expect(section).toContain('| Complete slots | 6 | 6 |');
    expect(section).not.toContain('Why it differs');
  });

  test('name slots by their fate, those of one reason together', async () => {
    const reason = 'The machine slept.';
    const slots = [
      aCompleteSlot(1),
      { slot: 2, status: 'missed' as const, reason },
      { slot: 3, status: 'missed' as const, reason },
      {
        ...aCompleteSlot(4),
        status: 'degraded' as const,
        observed: 60,
        reason: 'Rows are missing.',
      },
    ];
    const section = await sectionOf('Deviations', { slots });
    expect(section).toContain('| Complete slots | 6 | 1 |');
    expect(section).toContain('2 missed (slot 2 to 3: The machine slept.)');
    expect(section).toContain('1 degraded (slot 4: Rows are missing.)');
    expect(section).toContain('2 slots did not come up');
    expect(section).toContain('| 158 | 139 observed |');
  });

  test('have what was run again, cut short, moved, failed and added', async () => {
    const section = await sectionOf('Deviations', {
      irregularRuns: [
        { run: 'slot-002', attempts: 3, endReason: 'completed' },
        { run: 'block-01', attempts: 1, endReason: 'ended-early' },
      ],
      shiftedMs: 90_000,
      blocks: Array.from({ length: 10 }, (_, index) => aBlock(index + 1)),
      blockFailures: [{ block: 11, reason: 'No task started.' }],
    });
    expect(section).toContain('| Load runs started again | 0 | 1 | slot-002 (3 attempts) |');
    expect(section).toContain('| Load runs cut short | 0 | 1 | block-01 (ended early) |');
    expect(section).toContain('| Slots moved in time | 0 ms | 1 min 30 s |');
    expect(section).toContain('block 11 failed: No task started.');
    expect(section).toContain('extended');
  });
});

describe('the timeline', () => {
  test('marks each fate by a form of its own, and counts them in its title', async () => {
    const slots = [
      aCompleteSlot(1),
      { slot: 2, status: 'missed' as const, reason: 'late' },
      { ...aCompleteSlot(3), status: 'degraded' as const, reason: 'rows' },
    ];
    const plan = aReportedPlan({ schedule: { slots: 4 } });
    const { figures, markdown } = await renderReport(aReportInput({ slots, plan }));
    const svg = figures.find(({ name }) => name === 'slots')?.svg ?? '';
    expect(svg).toContain('>×</text>');
    expect(svg).toContain('>▲</text>');
    expect(svg).not.toContain('>!</text>');
    expect(markdown).toContain('1 of 4 planned slots is complete; 1 degraded, 1 missed');
  });
});

test('the same input gives the same bytes', async () => {
  const [first, second] = [await renderReport(aReportInput()), await renderReport(aReportInput())];
  expect(JSON.stringify(second)).toBe(JSON.stringify(first));
});
