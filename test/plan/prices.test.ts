import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { priceBookOf, priceFields, requirePriceBook } from '../../src/domain/money/price-books.ts';
import { readPriceFile } from '../../src/plan/price-file.ts';
import { aFolder, changed, check, goodPlan, problemsOf } from './plan-files.ts';

const listed = requirePriceBook('us-east-1/x86_64/2026-11');
const planWith = (pricing: string) => `${goodPlan}pricing: { ${pricing} }\n`;

async function read(text: string, name = 'ours.yaml') {
  const folder = await aFolder({ [name]: text });
  return readPriceFile(join(folder, name));
}

async function problemsIn(text: string): Promise<string[]> {
  const file = await read(text);
  if (!('problems' in file)) throw new Error('The price file was accepted.');
  return file.problems.map((problem) => problem.replace(/^.*ours\.yaml: /, ''));
}

async function pricesIn(text: string) {
  const file = await read(text);
  if ('problems' in file) throw new Error(file.problems.join('\n'));
  return file.prices;
}

describe('the architecture of a plan', () => {
  test('chooses the book of the same region', async () => {
    const { plan } = await check(planWith('book: eu-west-1/x86_64/2026-11, architecture: arm64'));
    expect(plan.pricing).toEqual({
      book: 'eu-west-1/arm64/2026-11',
      edge: { lambda: 'http-api', ecs: 'alb' },
      targetUtilisation: 0.6,
    });
  });

  test.each([
    ['book: eu-central-1/x86_64/2026-11, architecture: arm64', 'pricing.architecture'],
    ['book: eu-central-1/arm64/2026-11', 'pricing.book'],
  ])('without known prices (%s) is refused with what a file must have', async (pricing, path) => {
    const problems = await problemsOf(planWith(pricing));
    expect(problems).toEqual([
      expect.objectContaining({
        path,
        message: expect.stringContaining('fargateVcpuHourUsd and fargateGbHourUsd'),
        suggestion: expect.stringContaining('extends: eu-central-1/arm64/2026-11'),
      }),
    ]);
  });

  test('does not go against that of a file', async () => {
    const files = { 'ours.yaml': 'extends: us-east-1/x86_64/2026-11' };
    const [problem] = await problemsOf(planWith('book: ours.yaml, architecture: arm64'), { files });
    expect(problem).toMatchObject({ path: 'pricing.architecture', line: 11 });
    expect(problem?.message).toContain('x86_64, not arm64');
  });
});

describe('a book that is not known', () => {
  test('is answered with the one that was meant and those that there are', async () => {
    const [problem] = await problemsOf(planWith('book: us-east-1/x86_64/2026-10'));
    expect(problem?.suggestion).toContain('Did you mean "us-east-1/x86_64/2026-11"?');
    expect(problem?.suggestion).toContain('.yaml');
  });
});

describe('prices of a file of its own', () => {
  test('are frozen into the plan under the name of the file', async () => {
    const files = {
      'prices/ours.yaml': 'extends: us-east-1/x86_64/2026-11\nfargateVcpuHourUsd: 0.02\n',
    };
    const { plan } = await check(planWith('book: ./prices/ours.yaml'), { files });
    expect(plan.pricing.book).toBe('ours');
    expect(priceBookOf(plan.pricing)).toEqual({
      ...listed,
      name: 'ours',
      fargateVcpuHourUsd: 0.02,
    });
  });

  test('lie beside the plan that names them, also when another extends it', async () => {
    const files = {
      'base/base.yaml': planWith('book: ours.yaml'),
      'base/ours.yaml': '{ "extends": "us-east-1/x86_64/2026-11", "name": "contract 7" }',
    };
    const { plan } = await check('extends: base/base.yaml\n', { files });
    expect(plan.pricing.ownPrices?.name).toBe('contract 7');
  });

  test('make another experiment when they change', async () => {
    const hashes = await Promise.all(
      [0.02, 0.021].map(async (usd) => {
        const text = `extends: us-east-1/x86_64/2026-11\nfargateVcpuHourUsd: ${usd}\n`;
        return (await check(planWith('book: ours.yaml'), { files: { 'ours.yaml': text } })).hash;
      }),
    );
    expect(new Set(hashes).size).toBe(2);
  });

  test('can stand without any book', async () => {
    const all = priceFields.map((field, index) => `${field}: 0.00${index + 1}`).join('\n');
    const prices = await pricesIn(`region: my-cloud\narchitecture: arm64\ndate: 2027-01\n${all}`);
    expect(prices).toMatchObject({ region: 'my-cloud', architecture: 'arm64', date: '2027-01' });
    expect(priceFields.map((field) => prices[field])).toEqual(
      priceFields.map((_, index) => Number(`0.00${index + 1}`)),
    );
    expect(prices).toMatchObject({
      unverified: [],
      lambdaTiers: [],
      lambdaFree: { requests: 1e6 },
    });
  });

  test('fill the gap of a book whose prices nobody knows', async () => {
    const prices = await pricesIn(
      'extends: eu-central-1/arm64/2026-11\nfargateVcpuHourUsd: 0.037\nfargateGbHourUsd: 0.004\n',
    );
    expect(prices).toMatchObject({ region: 'eu-central-1', fargateGbHourUsd: 0.004 });
    expect(prices.unverified).toContain('albHourUsd');
    expect(prices.unverified).not.toContain('fargateGbHourUsd');
  });

  test('of another region are marked where they come from the book', async () => {
    const prices = await pricesIn(
      'extends: us-east-1/x86_64/2026-11\nregion: sa-east-1\nfargateVcpuHourUsd: 0.07\n',
    );
    expect(prices.unverified).toEqual(priceFields.filter((name) => name !== 'fargateVcpuHourUsd'));
  });

  test('with a price for GB-seconds have no tiers of the list price below it', async () => {
    const base = 'extends: us-east-1/x86_64/2026-11\n';
    expect((await pricesIn(base)).lambdaTiers).toEqual(listed.lambdaTiers);
    expect((await pricesIn(`${base}lambdaGbSecondUsd: 0.00001\n`)).lambdaTiers).toEqual([]);
  });
});

describe('a price file with mistakes', () => {
  test('is answered with all of them at once', async () => {
    const problems = await problemsIn(
      [
        'extends: us-east-1/x86_64/2026-11',
        'name: eu-west-1/arm64/2026-11',
        'architecture: sparc',
        'fargateVcpuHourUsd: 4 cents',
        'fargateGbHour: 0.004',
        'lambdaGbSecondUsd: -1',
        'lambdaTiers: [{ fromGbSeconds: 2, gbSecondUsd: 1 }, { fromGbSeconds: 1, gbSecondUsd: 1 }]',
      ].join('\n'),
    );
    expect(new Set(problems)).toEqual(
      new Set([
        'architecture: "sparc" is not one of x86_64, arm64.',
        'fargateVcpuHourUsd: "4 cents" is not a price in USD.',
        'lambdaGbSecondUsd: -1 is not a price in USD.',
        'lambdaTiers: the tiers do not rise.',
        'unknown field "fargateGbHour". Did you mean "fargateGbHourUsd"?',
        `name: "eu-west-1/arm64/2026-11" is a book of Crossover's own. Choose another name.`,
      ]),
    );
  });

  test('that lacks prices names them all', async () => {
    const [problem, ...others] = await problemsIn('lambdaRequestUsd: 0.0000002\n');
    expect(others).toEqual([]);
    expect(problem).toContain(
      'no region, architecture, date, lambdaGbSecondUsd, fargateVcpuHourUsd',
    );
    expect(problem).toContain('extends');
    expect(problem).not.toContain('lambdaRequestUsd');
    const gap = await problemsIn('extends: eu-central-1/arm64/2026-11\n');
    expect(gap).toEqual(['no fargateVcpuHourUsd, fargateGbHourUsd. Give them.']);
  });

  test('cannot have the name of a book', async () => {
    const [problem] = await problemsIn(
      'extends: us-east-1/x86_64/2026-11\nname: us-east-1/x86_64/2026-11\n',
    );
    expect(problem).toContain("a book of Crossover's own");
  });

  test.each([
    ['extends: [', 'neither YAML nor JSON'],
    ['- 1\n- 2\n', 'not a mapping'],
    ['extends: mars-1\n', 'ours.yaml: extends: "mars-1" is not one of us-east-1/x86_64/2026-11'],
  ])('%j is %s', async (text, message) => {
    const file = await read(text);
    expect('problems' in file ? file.problems.join('\n') : '').toContain(message);
  });

  test('that is not there is a problem of the plan, beside its others', async () => {
    const text = changed('every: 30s', 'every: 30sec');
    const problems = await problemsOf(`${text}pricing: { book: missing.yaml }\n`);
    expect(problems.map(({ path, line }) => `${line} ${path}`)).toEqual([
      '9 schedule.every',
      '11 pricing.book',
    ]);
    expect(problems[1]?.message).toMatch(/missing\.yaml cannot be read \(ENOENT\)/);
  });
});

describe('edges', () => {
  test('with preflights have them as a share', async () => {
    const { plan } = await check(planWith('preflights: 20%'));
    expect(plan.pricing.preflights).toBe(0.2);
    const [problem] = await problemsOf(planWith('preflights: 120%'));
    expect(problem?.path).toBe('pricing.preflights');
  });

  test('a Fargate task has no function URL', async () => {
    const [problem] = await problemsOf(planWith('edge: { ecs: function-url }'));
    expect(problem).toMatchObject({ path: 'pricing.edge.ecs', line: 11 });
    expect(problem?.suggestion).toBe('Write none, http-api, rest-api, alb.');
  });

  test('that give up before the client does are warned of', async () => {
    const warningsFor = async (lambda: string) => {
      const text = changed('rate: 2/s', 'rate: 2/s, timeout: 60s');
      const { warnings } = await check(`${text}pricing: { edge: { lambda: ${lambda} } }\n`);
      return warnings.filter((warning) => warning.includes('gives up after 29s'));
    };
    expect(await warningsFor('rest-api')).toEqual([
      expect.stringMatching(/before Lambda, rest-api, .* waits for 1m/),
    ]);
    expect(await warningsFor('function-url')).toEqual([]);
    expect(await warningsFor('alb')).toEqual([]);
  });

  test('of API Gateway before Fargate leave something out of the price', async () => {
    const { warnings } = await check(planWith('edge: { ecs: rest-api }'));
    expect(warnings.join('\n')).toContain('A REST API reaches Fargate tasks over a VPC link');
  });
});
