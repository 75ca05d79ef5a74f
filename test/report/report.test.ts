import { describe, expect, test } from 'vitest';
import { type RenderedReport, renderReport } from '../../src/report/report.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import {
  aBlock,
  aContrast,
  anArm,
  aReportedPlan,
  aReportInput,
  aVerdict,
} from '../support/a-report-input.ts';

function render(overrides: Partial<ReportInput> = {}): Promise<RenderedReport> {
  return renderReport(aReportInput(overrides));
}

/** Without the keys, as `undefined` cannot be given for them. */
function renderWithout(keys: readonly (keyof ReportInput)[], overrides: Partial<ReportInput> = {}) {
  const input = { ...aReportInput(overrides) };
  for (const key of keys) delete (input as Partial<Record<keyof ReportInput, unknown>>)[key];
  return renderReport(input);
}

/** What a reader of the HTML sees: no markup, entities resolved. */
function readable(html: string): string {
  return html
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** The same of the Markdown: what a renderer would show. */
function readableMarkdown(markdown: string): string {
  return markdown.replace(/[*|>#]|\\(?=[\\`*|~])/g, ' ').replace(/\s+/g, ' ');
}

describe('the answer', () => {
  test('stands first, as the verdict says it, in both forms', async () => {
    const { markdown, html, json } = await render();
    const [headline = '', explanation = ''] = aVerdict().sentence.split(' A Fargate');
    expect(markdown.split('\n## ')[0]).toContain(`**${headline}**`);
    expect(readable(html.split('<h2>')[0] ?? '')).toContain(headline);
    expect(json).toMatchObject({ answer: { sentence: headline } });
    expect(markdown.split('\n## ')[0]).toContain(`A Fargate${explanation}`);
  });

  test('is marked as undecided when it is, and says what could have been decided', async () => {
    const verdict = aVerdict({ isDecided: false, minimumDetectableEffect: 0.237 });
    const { html, markdown } = await render({ verdict });
    expect(html).toContain('class="answer undecided"');
    expect(markdown).toContain('only cost differences of 23.7 % or more');
    // 8 blocks times (0.237 / 0.1)^2, and the lead-in block.
    expect(markdown).toContain('evaluation.blocks to about 46');
  });

  test('is the simpler arm when two served nearly every request alike', async () => {
    const verdict = aVerdict({ twins: [{ arm: 'hybrid', of: 'lambda-only' }] });
    expect((await render({ verdict })).markdown).toContain(
      '- Use lambda-only: hybrid hardly sent a request elsewhere.',
    );
  });

  test('says where best-static sends what, and to measure what a model has said', async () => {
    const plan = aReportedPlan();
    const { champion: chosen } = aReportInput();
    if (chosen === undefined) throw new Error('The builder has a champion.');
    const champion = { ...chosen, table: { lightweight: 'lambda', heavy: 'ecs' } } as const;
    const verdict = aVerdict({ answer: 'best-static', arms: [anArm('best-static', {})] });
    const { markdown } = await render({ plan, champion, verdict });
    const places = 'lightweight on Lambda and heavy on Fargate';
    expect(markdown).toContain(`Best-static here: ${places}.`);
    expect(markdown).toContain(`Use best-static (${places}) for this mix`);
    expect(markdown).not.toContain('Before you move anything');
    const simulated = { ...plan, testbed: 'simulated' } as const;
    expect((await render({ plan: simulated, champion, verdict })).markdown).toContain(
      'Before you move anything',
    );
  });

  test('is told to be of processes on this machine, not of AWS', async () => {
    expect((await render()).markdown.split('\n## ')[0]).toContain('not of AWS');
  });

  test('asks for more requests while it is open whether an arm is fast enough', async () => {
    const arm = anArm('hybrid', { lambda: 1 }, { fastEnoughStability: 0.8 });
    const { markdown } = await render({ verdict: aVerdict({ arms: [arm], isDecided: false }) });
    expect(markdown).toContain('until it is settled whether hybrid is fast enough');
  });

  test('asks for no blocks for the costs when only the speed of an arm is open', async () => {
    const arms = [
      anArm('lambda-only', { lambda: 1 }, { isFastEnough: false, fastEnoughStability: 0.6 }),
      anArm('hybrid', { lambda: 2 }),
      anArm('ecs-only', { idle: 3 }),
    ];
    const { markdown } = await render({ verdict: aVerdict({ arms, isDecided: false }) });
    expect(markdown).toContain('Undecided: it is open whether lambda-only is fast enough');
    expect(markdown).not.toContain('only cost differences of');
    expect(markdown).not.toContain('take the simpler one');
    // It is not known to be too slow.
    expect(markdown).not.toContain('Give what is too slow more memory');
  });

  test('asks for more blocks when a cost is open as well', async () => {
    const arms = [
      anArm('lambda-only', { lambda: 1 }, { fastEnoughStability: 0.6 }),
      anArm('hybrid', { lambda: 2 }),
    ];
    const contrasts = [aContrast('lambda-only', 'hybrid', [0.98, 0.9, 1.1], 'undecided')];
    const { markdown } = await render({ verdict: aVerdict({ arms, contrasts, isDecided: false }) });
    expect(markdown).toContain('only cost differences of');
    expect(markdown).toContain('until it is settled whether lambda-only is fast enough');
  });

  test('says of a ratio without an upper end that it is a bound, in both directions', async () => {
    const open = aContrast('lambda-only', 'hybrid', [2, 1.8, 2.2], 'worse');
    const cost = { ...open.cost, censored: 'at-least' as const };
    const direct = await render({ verdict: aVerdict({ contrasts: [{ ...open, cost }] }) });
    expect(direct.markdown).toContain('| at least +100 % [+80 %, +120 %] |');
    const turned = await render({
      verdict: aVerdict({
        contrasts: [{ ...aContrast('best-static', 'hybrid', [2, 1.8, 2.2], 'worse'), cost }],
        skipped: [],
      }),
    });
    expect(turned.markdown).toContain('cost at most −50 % [−54.5 %, −44.4 %]');
  });

  test('is that no mix is needed when the hybrid sent everything to one platform', async () => {
    const hybrid = anArm('hybrid', { lambda: 4.04 }, { lambdaShare: 1 });
    const { markdown } = await render({ verdict: aVerdict({ arms: [hybrid] }) });
    expect(markdown).toContain('sent every request to Lambda: a mix is not needed here');
  });

  test('is the fixed choice when the hybrid loses to best-static, whichever way it is stored', async () => {
    const contrasts = [aContrast('best-static', 'hybrid', [0.8, 0.75, 0.9], 'better')];
    const { markdown } = await render({ verdict: aVerdict({ contrasts, skipped: [] }) });
    expect(markdown).toContain('The hybrid loses to one fixed platform per workload');
    // 1 / 0.8, 1 / 0.9, 1 / 0.75.
    expect(markdown).toContain('+25 % [+11.1 %, +33.3 %]');
  });
});

describe('without a verdict', () => {
  test('the reason stands in its place, and the collection is still shown', async () => {
    const { markdown, html, json } = await renderWithout(['verdict'], {
      noVerdict: 'The evaluation never began.',
    });
    expect(markdown).toContain('No verdict: the evaluation never began.');
    expect(html).toContain('class="answer none"');
    expect(markdown).toContain('474 pairs in 948 rows');
    expect(json).toMatchObject({ answer: { state: 'none' } });
  });

  test('limits that were not enforced withhold even a verdict that was computed', async () => {
    const deployment = {
      ...aReportInput().deployment,
      limits: 'none',
    } as ReportInput['deployment'];
    const { markdown, html, json } = await renderReport({
      ...aReportInput(),
      ...(deployment === undefined ? {} : { deployment }),
    });
    expect(markdown).toContain('No verdict: CPU and memory limits could not be enforced');
    expect(readable(html)).not.toContain(aVerdict().sentence);
    expect(markdown).not.toContain('−18.1 %');
    expect(json).toMatchObject({ verdict: undefined });
  });

  test.each(['stopped', 'cancelled', 'failed'] as const)(
    'a %s campaign says why',
    async (outcome) => {
      const { markdown } = await renderWithout(
        ['verdict', 'profile', 'dataset', 'model', 'champion'],
        {
          models: [],
          outcome,
          reason: 'the fan caught fire',
          slots: [{ slot: 1, status: 'failed', reason: 'no <host>' }],
          blocks: [],
        },
      );
      expect(markdown).toContain(`the campaign was ${outcome}`);
      expect(markdown).toContain('the fan caught fire.');
      expect(markdown).toContain('1 of 6 slots');
      expect(markdown).toContain('no &lt;host>');
      expect(markdown).toContain('There is no dataset: no slot gave usable rows.');
      expect(markdown).toContain('There is no learned model');
    },
  );

  test('a campaign of which nothing exists but its plan has a report too', async () => {
    const { markdown, html } = await renderReport({
      campaignId: 'empty',
      plan: aReportedPlan(),
      outcome: 'failed',
      reason: 'no worker came',
      slots: [],
      blocks: [],
      blockFailures: [],
      notes: [],
      findings: [],
      retrainings: [],
      models: [],
    });
    expect(markdown).toContain('no worker came');
    expect(markdown).toContain('No slot was run.');
    expect(markdown).toContain(
      'the CPU time of a request was neither given in the plan nor measured',
    );
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('figures', () => {
  test('that both forms print are the same, in every table', async () => {
    const { markdown, html } = await render();
    const shown = readable(html);
    const cells = markdown
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.includes('---'))
      .flatMap((line) => line.split(' | ').map((cell) => cell.replace(/[|*]/g, '').trim()))
      .filter((cell) => cell !== '');
    expect(cells.length).toBeGreaterThan(300);
    expect(cells.filter((cell) => !shown.includes(cell))).toEqual([]);
  });

  test('of an arm are those of the verdict', async () => {
    const arm = anArm(
      'ecs-only',
      { busy: 1, idle: 2, balancer: 0.5 },
      { costPer1000Usd: 0.0123, costPer1000Lower: 0.0119, costPer1000Upper: 0.0131, failed: 7 },
    );
    const { markdown } = await render({ verdict: aVerdict({ arms: [arm], answer: 'ecs-only' }) });
    expect(markdown).toContain(
      '| **ecs-only (answer)** | **$0.0123** | **$0.0119 to $0.0131** | **$99.3** | **100 %** | **yes** |',
    );
    expect(markdown).toMatch(/\| Errors in 416 \|.*\n.*\n.*\| \*\*7\*\* \|/);
  });

  test('of arms with different numbers of requests say the errors of each', async () => {
    const arms = [
      anArm('lambda-only', { lambda: 4 }, { failed: 7 }),
      anArm('ecs-only', { idle: 2 }, { requests: 411 }),
    ];
    const { markdown } = await render({ verdict: aVerdict({ arms }) });
    expect(markdown).toContain('| 7 of 416 |');
    expect(markdown).toContain('| 0 of 411 |');
  });

  test('of the arm in front do not call it the answer while it is undecided', async () => {
    const { markdown } = await render({ verdict: aVerdict({ isDecided: false }) });
    expect(markdown).toContain('| **hybrid (in front)** |');
    expect(markdown).not.toContain('hybrid (answer)');
  });

  test('of a slow arm say which workload missed its service level, and by how much', async () => {
    const slow = anArm('lambda-only', { lambda: 4 });
    const workloads = slow.workloads.map((row) =>
      row.workload === 'heavy' ? { ...row, isFastEnough: false, attainmentLower: 0.883 } : row,
    );
    const arms = [{ ...slow, isFastEnough: false, workloads }];
    expect((await render({ verdict: aVerdict({ arms }) })).markdown).toContain(
      'no: heavy 88.3 % of 95 %',
    );
  });

  test('of an arm with too few requests say that nothing is shown, not that it is slow', async () => {
    const arm = anArm('lambda-only', { lambda: 4 });
    const workloads = arm.workloads.map((row) => ({
      ...row,
      isFastEnough: false,
      finding: 'not-shown' as const,
    }));
    const { markdown } = await render({
      verdict: aVerdict({ arms: [{ ...arm, isFastEnough: false, workloads }] }),
    });
    expect(markdown).toContain('not shown: lightweight 97.7 % of 95 %');
    // Other tables have other questions that are answered with no.
    const speed = markdown
      .split('\n## ')
      .filter((section) => /^(The arms|Latency|Cost against)/.test(section));
    expect(speed).toHaveLength(3);
    expect(speed.join('')).toMatch(/\| not shown \|/);
    expect(speed.join('')).not.toMatch(/\| no(:| \|)/);
  });

  test('of a quantile with too few slower requests are left blank, with the reason', async () => {
    const { markdown } = await render();
    expect(markdown).toMatch(/\| thumbnail \| lambda-only \| 88 \| 76 \| 91 \| – \| – \| – \|/);
    expect(markdown).toContain('fewer than 10 requests were slower');
  });

  test('of a break-even follow the price book and what the requests were billed', async () => {
    const { json } = await render();
    const { crossovers } = json as { crossovers: { workload: string; planPerHour: number }[] };
    // 13 requests/s, 27 % of them.
    expect(crossovers.find((row) => row.workload === 'heavy')?.planPerHour).toBeCloseTo(12_636);
  });

  test('of a longer time on Lambda bring the break-even down', async () => {
    const profile = aReportInput().profile;
    if (profile === undefined) throw new Error('The builder has a profile.');
    const dearer = {
      ...profile,
      latencies: profile.latencies.map((row) => ({
        ...row,
        marginalPer1000Usd: 2 * row.marginalPer1000Usd,
      })),
    };
    const of = (report: RenderedReport): number =>
      (report.json as { crossovers: { breakEven: { requestsPerHour: number } }[] }).crossovers[3]
        ?.breakEven.requestsPerHour ?? 0;
    expect(of(await render({ profile: dearer }))).toBeLessThan(of(await render()));
  });
});

test('of a model that was not judged the reason is printed, and no figure', async () => {
  const { model } = aReportInput();
  if (model === undefined) throw new Error('The made-up campaign has a model.');
  const notJudged = 'The model was not judged: 2 slots are too few';
  const { markdown } = await render({
    models: [{ ...model, artifact: { ...model.artifact, notJudged } }],
  });
  expect(markdown).toContain('Random-forest: The model was not judged: 2 slots are too few.');
  expect(markdown).not.toContain('ROC-AUC');
  expect(markdown).not.toContain('V_pair');
  expect(markdown).not.toContain('ROC-AUC');
});

describe('safety', () => {
  const hostile = '<script>alert("1")</script> | `x` ![a](https://evil.example/i.png)';

  test('nothing that a plan, a note or a failure says becomes markup', async () => {
    const { html, markdown } = await render({
      campaignId: hostile,
      notes: [{ atMs: 0, text: hostile }],
      blockFailures: [{ block: 9, reason: hostile }],
      verdict: aVerdict({ sentence: hostile }),
    });
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(markdown).not.toContain('<script');
    // But for the report's own figures.
    const rest = markdown.replace(/\]\(figures\/[a-z0-9-]+\.svg\)/g, '');
    expect(rest).not.toMatch(/(?<!\\)\]\(/);
    const header = markdown.split('\n').find((line) => line.startsWith('| Block |'));
    const failed = markdown.split('\n').find((line) => line.startsWith('| block 9 |'));
    expect(failed?.split(/(?<!\\)\|/).length).toBe(header?.split('|').length);
  });

  test('the page loads nothing and runs nothing', async () => {
    const { html } = await render();
    expect(html).not.toMatch(/(src|href|url\()\s*=?\s*["']?(https?:)?\/\//i);
    expect(html).not.toMatch(/<(script|link|img|iframe|object)\b|@import/i);
    expect(html).toContain("default-src 'none'");
  });

  test('every link of the contents leads to a section', async () => {
    const { html } = await render();
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(targets.length).toBeGreaterThan(8);
    expect(targets.filter((id) => !html.includes(`<section id="${id}">`))).toEqual([]);
  });

  test('the facts for programs survive being stored', async () => {
    const { json } = await render();
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      schema: 'crossover-report/1',
      answer: { state: 'decided', arm: 'hybrid' },
      modelHash: aReportInput().model?.hash,
    });
  });
});

test('the remarks of both forms are the same', async () => {
  const { markdown, html, json } = await render({ blocks: [1, 2, 3].map(aBlock) });
  const { answer } = json as { answer: { remarks: string[] } };
  expect(answer.remarks.length).toBeGreaterThan(1);
  for (const remark of answer.remarks) {
    expect(readable(html)).toContain(remark);
    expect(readableMarkdown(markdown)).toContain(remark);
  }
});
