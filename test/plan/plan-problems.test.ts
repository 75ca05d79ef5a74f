import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPlan } from '../../src/plan/load-plan.ts';
import { PlanProblems } from '../../src/plan/problems.ts';
import { aFolder, changed, check, goodPlan, problemsOf } from './plan-files.ts';

test('all problems of a plan are reported at once, from top to bottom', async () => {
  const problems = await problemsOf(
    changed('share: 100%', 'share: 80%')
      .replace('ecs: 1vCPU/2GB', 'ecs: 1vCPU/1GB')
      .replace('every: 30s', 'every: 5s, pace: immediate')
      .replace('rate: 2/s', 'rate: 2'),
  );
  expect(problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '3 workloads',
    '8 workloads.heavy.ecs',
    '9 schedule.every',
    '9 schedule.pace',
    '10 load.rate',
  ]);
});

test('a problem has the value that was written and what would be right', async () => {
  expect(await problemsOf(changed('every: 30s', 'every: 30sec'))).toEqual([
    {
      path: 'schedule.every',
      line: 9,
      value: '30sec',
      message: '"30sec" is not a duration',
      suggestion: expect.stringContaining('22s'),
    },
  ]);
});

describe('an unknown key', () => {
  test.each([
    ['seed: 1', 'sede: 1', 'Did you mean "seed"?'],
    ['seed: 1', 'slots: 4', 'It belongs to schedule.slots.'],
    ['seed: 1', 'colour: red', 'Known here: '],
  ])('like %s written as %s is answered by %s', async (_meant, written, suggestion) => {
    const [problem, ...others] = await problemsOf(`${goodPlan}${written}\n`);
    expect(others).toEqual([]);
    expect(problem?.line).toBe(11);
    expect(problem?.message).toContain('Unknown key');
    expect(problem?.suggestion).toContain(suggestion);
  });

  test('deep inside is found as well', async () => {
    const [problem] = await problemsOf(
      changed('    lambda: 512MB', '    lambda: 512MB\n    slu: 1'),
    );
    expect(problem).toMatchObject({ path: 'workloads.heavy.slu', line: 8 });
    expect(problem?.suggestion).toBe('Did you mean "slo"?');
  });
});

describe('sizes', () => {
  test('an impossible Fargate size is answered with the possible ones', async () => {
    const [small] = await problemsOf(changed('1vCPU/2GB', '0.25vCPU/4GB'));
    expect(small?.suggestion).toBe('With 0.25 vCPU it has 0.5GB, 1GB, 2GB.');
    const [wide] = await problemsOf(changed('1vCPU/2GB', '1vCPU/1GB'));
    expect(wide?.suggestion).toBe('With 1 vCPU it has 2GB to 8GB in steps of 1GB.');
    const [odd] = await problemsOf(changed('1vCPU/2GB', '3vCPU/8GB'));
    expect(odd?.suggestion).toBe('It has 0.25, 0.5, 1, 2, 4, 8, 16 vCPU.');
  });

  test.each(['127MB', '10241MB', '0.3GB', '512'])('Lambda has no %s', async (size) => {
    const [problem] = await problemsOf(changed('lambda: 512MB', `lambda: ${size}`));
    expect(problem).toMatchObject({ path: 'workloads.heavy.lambda' });
    expect(problem?.suggestion).toContain('128MB to 10240MB');
  });
});

test.each([
  ['campaign: small', 'campaign: Small', 'campaign', 'lowercase'],
  ['campaign: small', `campaign: ${'a'.repeat(41)}`, 'campaign', 'at most 40'],
  ['  heavy:', '  Heavy:', 'workloads.Heavy', 'lowercase'],
  ['slots: 3', 'slots: 2.5', 'schedule.slots', ''],
  ['slots: 3', 'slots: 0', 'schedule.slots', 'At least 1'],
  ['slots: 3', 'slots: 3, start: tomorrow', 'schedule.start', 'next-hour'],
  ['slots: 3', 'slots: 3, timezone: Europe/Berln', 'schedule.timezone', 'Europe/Berlin'],
  ['slots: 3', 'slots: 3, late: shfit', 'schedule.late', 'Did you mean "shift"'],
  ['slots: 3', 'slots: 3, grace: 30s', 'schedule.grace', 'less than every (30s)'],
  ['every: 30s', 'every: 10m, late: shift', 'schedule.late', 'late: skip'],
  ['every: 30s', 'every: 30s, pace: immediate', 'schedule.pace', 'wall-clock'],
  ['rate: 2/s', 'rate: 2/s, timeout: 40s', 'load.timeout', 'at most 29s'],
  ['rate: 2/s', 'rate: 10000/s', 'load.rate', '99999'],
  ['share: 100%', 'share: 100', 'workloads.heavy.share', '100%'],
  ['share: 100%', 'share: 100%\n    slo: { latency: 30s }', 'workloads.heavy.slo.latency', '29s'],
  [
    'share: 100%',
    'share: 100%\n    slo: { latency: 1s, attainment: 100% }',
    'workloads.heavy.slo.attainment',
    '99.9%',
  ],
  ['run: heavy/handler.ts', 'run: heavy/missing.ts', 'workloads.heavy.run', 'handler module'],
  ['run: heavy/handler.ts', 'run: docker.io/app', 'workloads.heavy.run', '.ts'],
  ['testbed: local', 'testbed: loca', 'testbed', 'local'],
])('%s written as %s is a problem of %s', async (from, to, path, suggestion) => {
  const problems = await problemsOf(changed(from, to));
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]?.suggestion ?? '').toContain(suggestion);
});

test('an empty or missing section says what it takes', async () => {
  const problems = await problemsOf('campaign: small\ntestbed: local\nschedule:\nworkloads: {}\n');
  expect(new Set(problems.map(({ path }) => path))).toEqual(
    new Set(['load', 'schedule', 'workloads']),
  );
  const schedule = problems.find(({ path }) => path === 'schedule');
  expect(schedule?.suggestion).toContain('slots, every');
});

test('shares that do not add up are said with their sum', async () => {
  const [problem] = await problemsOf(changed('share: 100%', 'share: 90%'));
  expect(problem?.message).toBe('The shares add up to 90%: heavy 90%');
  expect(problem?.suggestion).toContain('10% too little');
});

test('a slot that cannot fit is said with its arithmetic, and one that just fits is taken', async () => {
  const ladder = 'rate: 2/s, ladder: { utilisation: [25%, 50%], step: 4s }';
  const atEvery = (every: string) =>
    changed('rate: 2/s', ladder).replace('every: 30s', `every: ${every}`);
  const [problem] = await problemsOf(atEvery('21s'));
  expect(problem?.message).toBe('A slot needs 22s: 10s of load, 8s of ladder, 4s to prepare');
  await expect(problemsOf(atEvery('22s'))).rejects.toThrow('The plan was accepted.');
});

test('a timeout may be longer than that of a gateway where there is none', async () => {
  const { plan } = await check(
    `${changed('rate: 2/s', 'rate: 2/s, timeout: 40s')}pricing: { edge: { lambda: alb } }`,
  );
  expect(plan.load.timeoutMs).toBe(40_000);
});

test('an evaluation keeps a block to score', async () => {
  const [problem] = await problemsOf(`${goodPlan}evaluation: { blocks: 2, leadInBlocks: 2 }`);
  expect(problem?.path).toBe('evaluation.leadInBlocks');
});

test('a price book that nobody has is answered with those there are', async () => {
  const [problem] = await problemsOf(`${goodPlan}pricing: { book: us-east-1/x86_64/2026-10 }`);
  expect(problem?.suggestion).toContain('Did you mean "us-east-1/x86_64/2026-11"?');
  expect(problem?.suggestion).toContain('eu-central-1/x86_64/2026-11');
});

test('learns with every family, tuned, at night, and routes by a service', async () => {
  const { plan } = await check(
    `${goodPlan}learning:\n` +
      '  families: [random-forest, gradient-boosting, neural-network]\n' +
      '  tune: true\n  retrain: "03:17"\n  keepSchedule: true\n' +
      'evaluation: { router: service }\n',
  );
  expect(plan.learning).toMatchObject({ tune: true, retrain: '03:17', keepSchedule: true });
  expect(plan.learning.families).toHaveLength(3);
  expect(plan.evaluation.router).toBe('service');
});

test('a schedule is kept only where there is one', async () => {
  const [problem] = await problemsOf(`${goodPlan}learning: { keepSchedule: true }\n`);
  expect(problem?.path).toBe('learning.keepSchedule');
});

describe('an evaluation that may go on', () => {
  test('ends behind the blocks that it has anyway', async () => {
    const text = 'evaluation: { blocks: 9, extend: { to: 9 } }';
    const [problem] = await problemsOf(`${goodPlan}${text}\n`);
    expect(problem?.path).toBe('evaluation.extend.to');
    expect(problem?.message).toContain('it has 9 blocks anyway');
  });

  test('has six scored blocks before anybody looks', async () => {
    const text = 'evaluation: { blocks: 6, leadInBlocks: 1, extend: { to: 12 } }';
    const [problem] = await problemsOf(`${goodPlan}${text}\n`);
    expect(problem?.path).toBe('evaluation.blocks');
    expect(problem?.suggestion).toContain('at least 7 blocks');
  });
});

describe('what a later version brings', () => {
  test.each([
    ['budget: { cap: 80 USD }', 'budget'],
    ['aws: { region: eu-west-1 }', 'aws'],
    ['expiry: 1h', 'expiry'],
    ['labels: { penalty: 4 }', 'labels.penalty'],
    ['learning: { degraded: exclude }', 'learning.degraded'],
  ])('%s is refused by name, once', async (text, path) => {
    const problems = await problemsOf(`${goodPlan}${text}\n`);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain('comes with a later version of Crossover');
    expect(problems[0]?.line).toBe(11);
  });

  test.each([
    'bound: io',
    'slotsPerTask: 4',
    'scaling: fixed',
    'payload: x.json',
    'package: zip',
    'requests: []',
  ])('a workload with %s is refused by name, once', async (field) => {
    const problems = await problemsOf(changed('share: 100%', `share: 100%\n    ${field}`));
    expect(problems.map(({ path }) => path)).toEqual([`workloads.heavy.${field.split(':')[0]}`]);
    expect(problems[0]?.message).toContain('later version');
  });

  test.each([
    ['lambda: 512MB', 'lambda: { arn: a }', 'workloads.heavy.lambda.arn'],
    ['ecs: 1vCPU/2GB', 'ecs: { url: a }', 'workloads.heavy.ecs.url'],
    ['rate: 2/s', 'rate: 2/s, shards: 2', 'load.shards'],
    ['testbed: local', 'testbed: aws', 'testbed'],
  ])('%s written as %s is refused by name, once', async (from, to, path) => {
    const problems = await problemsOf(changed(from, to));
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain('later version');
  });

  test('a testbed is refused with those there are', async () => {
    const [problem] = await problemsOf(changed('testbed: local', 'testbed: aws'));
    expect(problem?.message).toBe(
      'testbed "aws" comes with a later version of Crossover; this one runs testbed: local or ' +
        'testbed: simulated',
    );
  });
});

describe('payloads', () => {
  const megabytes = (count: number) => async () => count * 1024 * 1024;

  test('above a limit of Lambda are refused with the limit', async () => {
    const [problem] = await problemsOf(goodPlan, { payloadBytesOf: megabytes(4.6) });
    expect(problem).toMatchObject({ path: 'workloads.heavy.run' });
    expect(problem?.message).toContain('4.6 MB is above the 6 MB');
    await expect(problemsOf(goodPlan, { payloadBytesOf: megabytes(4.5) })).rejects.toThrow(
      'accepted',
    );
  });

  test('have the narrower limit of a balancer in front of Lambda', async () => {
    const alb = `${goodPlan}pricing: { edge: { lambda: alb } }`;
    const [problem] = await problemsOf(alb, { payloadBytesOf: megabytes(1.1) });
    expect(problem?.message).toContain('1 MB');
    await expect(problemsOf(alb, { payloadBytesOf: megabytes(1) })).rejects.toThrow('accepted');
  });

  test('are made from several seeds, and the largest counts', async () => {
    const payloadBytesOf = async (_path: string, seed: number) => (seed === 3 ? 10_000_000 : 10);
    expect(await problemsOf(goodPlan, { payloadBytesOf })).toHaveLength(1);
  });

  test('that cannot be made are a problem of the workload, with the reason', async () => {
    const payloadBytesOf = async () => {
      throw new Error('no such image');
    };
    const [problem] = await problemsOf(goodPlan, { payloadBytesOf });
    expect(problem?.message).toContain('no such image');
  });
});

describe('a plan that extends another', () => {
  const extending = 'extends: base/base.yaml\ncampaign: other\nload: { rate: 3/s }\n';

  test('changes what it names and keeps the rest', async () => {
    const root = await aFolder({ 'plan.yaml': extending, 'base/base.yaml': goodPlan });
    const { plan } = await loadPlan(join(root, 'plan.yaml'), { root });
    expect(plan).toMatchObject({
      campaign: 'other',
      load: { ratePerS: 3, durationMs: 10_000 },
      schedule: { slots: 3 },
    });
  });

  test('takes a field of the base away with an empty value', async () => {
    const base = changed('rate: 2/s', 'rate: 2/s, ladder: { step: 4s, utilisation: [50%] }');
    const files = {
      'plan.yaml': `${extending.replace('3/s', '3/s, ladder:')}`,
      'base/base.yaml': base,
    };
    const root = await aFolder(files);
    const { plan } = await loadPlan(join(root, 'plan.yaml'), { root });
    expect(plan.load).not.toHaveProperty('ladder');
  });

  test('has its problems in the file and line that the value came from', async () => {
    const files = { 'base/base.yaml': changed('every: 30s', 'every: 30sec') };
    const problems = await problemsOf(extending.replace('3/s', '3'), { files });
    expect(problems).toMatchObject([
      { path: 'load.rate', line: 3 },
      { path: 'schedule.every', line: 9, file: expect.stringContaining('base.yaml') },
    ]);
    expect(problems[0]).not.toHaveProperty('file');
  });

  test('must not extend itself, not even in a circle', async () => {
    const files = { 'base/base.yaml': 'extends: ../plan.yaml\n' };
    const [problem] = await problemsOf(extending, { files });
    expect(problem).toMatchObject({ path: 'extends', line: 1 });
    expect(problem?.message).toContain('circle');
  });

  test('names the base that is missing', async () => {
    const [problem] = await problemsOf(extending);
    expect(problem).toMatchObject({ path: 'extends', line: 1 });
    expect(problem?.message).toContain('base.yaml');
  });
});

describe('a file that is no plan', () => {
  test('is refused with its lines when it is no YAML', async () => {
    const problems = await problemsOf(`${goodPlan}seed: 1\nseed: 2\nlocal: [\n`);
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.every(({ message }) => message.startsWith('This is not YAML'))).toBe(true);
    expect(problems[0]?.line).toBe(12);
  });

  test('is refused when it is empty', async () => {
    expect((await problemsOf('# nothing\n'))[0]?.message).toContain('not a mapping');
  });

  test('is refused with its path when it is not there', async () => {
    const missing = join(await aFolder({}), 'nowhere.yaml');
    const failure = loadPlan(missing).catch((error: unknown) => error);
    expect(await failure).toBeInstanceOf(PlanProblems);
    await expect(loadPlan(missing)).rejects.toThrow('nowhere.yaml');
  });
});

test('the message of the error names the file, the count and the first problem', async () => {
  const root = await aFolder({ 'plan.yaml': changed('every: 30s', 'every: 30sec') });
  const failure = loadPlan(join(root, 'plan.yaml'), { root });
  await expect(failure).rejects.toThrow(/1 problem in .*plan\.yaml: schedule\.every: "30sec"/);
});
