import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { PlanProblems } from '../../../src/plan/problems.ts';
import { aFolder, goodPlan } from '../../plan/plan-files.ts';
import { anEstimate } from './an-estimate.ts';
import { reportLine } from './log-lines.ts';

const numbers = { requests: '26M/month', duration: '200ms', memory: '256MB' };
const shipped = (name: string): string => join(import.meta.dirname, '../../../plans', name);

const second = (index: number): string =>
  new Date(Date.UTC(2026, 10, 20) + 1000 * index).toISOString();

function aLog(count: number, every = 1): string {
  return Array.from({ length: count }, (_, index) =>
    reportLine({ id: `r${index}`, at: second(every * index), durationMs: 200 }),
  ).join('\n');
}

describe('an estimate from numbers', () => {
  test('says what a month costs on both, the tasks with their formula, and the break-even', async () => {
    const { exitCode, text } = await anEstimate({ ...numbers, cpu: ['10ms'] });
    expect(exitCode).toBe(0);
    expect(text).toContain(
      'Fargate, 30 % less than Lambda (Lambda $60.92 a month, Fargate $42.64)',
    );
    expect(text).toContain(
      '1 x 0.25vCPU/0.5GB, from 9.89/s x 10 ms of CPU / (0.25 vCPU x 60 %) = 0.66',
    );
    expect(text).toContain('$7.65 a month is idle');
    expect(text).toContain('behind an HTTP API: $26.00, 42.7 % of its bill');
    expect(text).toContain('cheaper from 6.59/s (17.3M a month) on, at every higher rate');
    expect(text).toContain('This task serves up to 15/s');
    expect(text).toMatch(/half: 4.95\/s, 13M a month \$30.46 \$39.51 1 Lambda/);
    expect(text).toMatch(/double: 19.8\/s, 52M a month \$121.84 \$61.56 2 Fargate/);
    expect(text).toContain('billed by request duration, as often done, would come to $21.41');
  });

  test('says every default with its consequence, and what it did not look at', async () => {
    const { text } = await anEstimate({ ...numbers, cpu: ['10ms'] });
    expect(text).toContain('10 ms of CPU take 69 ms on 256 MB; the other 131 ms the request waits');
    expect(text).toContain("smallest with at least the function's CPU (256 MB buy 0.145 vCPU)");
    for (const option of [
      '--peak',
      '--target-utilisation',
      '--cold-share',
      '--ecs',
      '--tasks',
      '--edge-lambda',
      '--preflights',
      '--payload-out',
      '--free-tier',
    ]) {
      expect(text).toContain(option);
    }
    expect(text).toMatch(/What was not looked at - Latency/);
  });

  test('does not call assumed what was given', async () => {
    const { text } = await anEstimate({
      ...numbers,
      cpu: ['10ms'],
      peak: 'x3',
      tasks: '2',
      ecs: '0.25vCPU/0.5GB',
      init: '400ms',
      coldShare: '1%',
      preflights: '50%',
      payloadOut: '10kB',
      freeTier: true,
      targetUtilisation: '50%',
      edgeLambda: 'function-url',
      edgeEcs: 'alb',
    });
    expect(text).not.toMatch(/--\w+ (x3|2|400ms|50%)/);
    expect(text).toContain('Tasks are fixed for 3 times the mean rate');
    expect(text).toContain('3 x 9.89/s x 10 ms of CPU / (0.25 vCPU x 50 %)');
    expect(text).toMatch(/network out \$/);
    expect(text).toMatch(/compute after the free tier/);
  });

  test('shows both ends where nobody knows the CPU time, and where the answer turns', async () => {
    const both = await anEstimate({ ...numbers, requests: '30M/month', duration: '250ms' });
    expect(both.text).toContain('Lambda Fargate, waits computes');
    const turning = await anEstimate({ ...numbers, requests: '18M/month' });
    expect(turning.text).toMatch(
      /depends on the CPU time of a request .* Fargate costs less up to 22 ms of CPU/,
    );
  });

  test('counts the cold starts that are billed', async () => {
    const { json } = await anEstimate({
      ...numbers,
      cpu: ['10ms'],
      init: '399.5ms',
      coldShare: '2%',
    });
    // 98 % of 200 ms and 2 % of 600 ms.
    expect(json).toMatchObject({
      question: { services: [{ billedMs: 208 }] },
      estimate: { month: { lambda: { computeUsd: expect.closeTo((21.66671 * 208) / 200, 5) } } },
    });
  });

  test('fits into 80 columns', async () => {
    const longNames = ['orders', 'thumbnails-of-everything-production'].flatMap((name, index) =>
      Array.from(
        { length: 300 },
        (_, row) =>
          `${second(row)},${name}${row},200.5,201,2.56E8,9E7,,1:/aws/lambda/${name}-${index}`,
      ),
    );
    const csv =
      '@timestamp,@requestId,@duration,@billedDuration,@memorySize,@maxMemoryUsed,@initDuration,@log';
    const calls = [
      await anEstimate({ requests: '9000/s' }, { stdin: [csv, ...longNames].join('\n') }),
      await anEstimate({ ...numbers, cpu: ['10ms'] }),
      await anEstimate({ ...numbers, requests: '9000/s' }),
      await anEstimate({
        ...numbers,
        requests: '3/day',
        peak: 'x40',
        bound: 'io',
        slotsPerTask: '7',
      }),
      await anEstimate({}, { stdin: aLog(300) }),
      await anEstimate({}, { plan: shipped('week.yaml') }),
    ];
    for (const { exitCode, lines } of calls) {
      expect(exitCode).toBe(0);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test('takes rates per second, minute, hour, day, month and year', async () => {
    const rates = [
      '1/s',
      '60/min',
      '3.6k/h',
      '86,400/day',
      '2_628_000/month',
      '31.536M/y',
      '1 per s',
    ];
    for (const requests of rates) {
      const { json } = await anEstimate({ ...numbers, requests });
      expect(json, requests).toMatchObject({ estimate: { ratePerS: expect.closeTo(1, 9) } });
    }
  });

  test('is refused with everything that is wrong at once', async () => {
    const { exitCode, json, lines } = await anEstimate({
      requests: '26Q/month',
      duration: '200',
      cpu: ['fast'],
      coldShare: '2%',
      ecs: '0.25vCPU/8GB',
      edgeEcs: 'function-url',
      region: 'mars',
      peak: 'x0.5',
      slotsPerTask: '3',
    });
    expect(exitCode).toBe(2);
    expect(lines).toEqual([]);
    expect(json).toEqual({ error: 'usage', problems: expect.any(Array) });
    const problems = (json as { problems: string[] }).problems.join('\n');
    for (const option of [
      '--requests: "26Q/month"',
      '--duration: "200"',
      '--cpu: "fast"',
      '--cold-share needs --init',
      '--ecs: Fargate has no task with 0.25 vCPU and 8GB',
      '--edge-ecs: "function-url"',
      'no prices of mars',
      '--peak: "x0.5" is too small',
      '--slots-per-task goes with --bound io',
      '--memory is missing',
    ]) {
      expect(problems).toContain(option);
    }
  });

  test('is refused when the CPU time does not fit into the duration', async () => {
    const { json } = await anEstimate({ ...numbers, cpu: ['201ms'] });
    expect(json).toMatchObject({ problems: [expect.stringContaining('do not fit into 200 ms')] });
    const { text } = await anEstimate({ ...numbers, cpu: ['100ms'] });
    expect(text).toContain('256 MB buy 0.145 vCPU, with which 100 ms of CPU take 691 ms');
  });

  test('is refused without any numbers, with the three ways to ask', async () => {
    const { exitCode, json } = await anEstimate({});
    expect(exitCode).toBe(2);
    expect(JSON.stringify(json)).toMatch(/26M|1M.*aws logs tail.*plans\/week.yaml/);
  });
});

describe('prices', () => {
  test('are those of a region and an architecture', async () => {
    const { json } = await anEstimate({ ...numbers, region: 'eu-west-1', architecture: 'arm' });
    expect(json).toMatchObject({ question: { book: 'eu-west-1/arm64/2026-11' } });
  });

  test('that nobody knows are named with the fields of a file', async () => {
    const { json } = await anEstimate({
      ...numbers,
      region: 'eu-central-1',
      architecture: 'arm64',
    });
    expect(json).toMatchObject({
      problems: [expect.stringMatching(/fargateVcpuHourUsd .*extends: eu-central-1\/arm64/)],
    });
  });

  test('are those of a file', async () => {
    const folder = await aFolder({
      'ours.yaml': 'extends: us-east-1/x86_64/2026-11\nname: ours\nhttpApiRequestUsd: 0\n',
      'bad.yaml': 'lambdaRequestUsd: cheap\n',
    });
    const { json } = await anEstimate({ ...numbers, prices: join(folder, 'ours.yaml') });
    expect(json).toMatchObject({
      question: { book: 'ours' },
      estimate: { month: { lambda: { edgeUsd: 0 } } },
    });
    const bad = await anEstimate({ ...numbers, prices: join(folder, 'bad.yaml') });
    expect(bad.exitCode).toBe(2);
    expect(JSON.stringify(bad.json)).toContain('lambdaRequestUsd');
  });
});

describe('an estimate from a log', () => {
  test('has its rate, its durations and both ends of the CPU time', async () => {
    const { exitCode, json, text } = await anEstimate({}, { stdin: aLog(300) });
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      source: { kind: 'log', log: { badLines: 0 }, summary: { invocations: 300 } },
      estimate: { ratePerS: 1 },
      leastCpuMs: [{ cpuMs: 0 }],
    });
    expect(text).toContain('Standard input: 300 invocations in 300 lines');
    expect(text).toContain('it computes all the time (29 ms, all that 256 MB give in 200 ms)');
    expect(text).toContain('extrapolation from less than an hour');
  });

  test('takes the rate and the least CPU time from the options', async () => {
    const { json } = await anEstimate({ requests: '10/s', cpu: ['5ms'] }, { stdin: aLog(300) });
    expect(json).toMatchObject({ estimate: { ratePerS: 10 }, leastCpuMs: [{ cpuMs: 5 }] });
  });

  test('makes a service of every memory size, by its part of the rate', async () => {
    const lines = [
      reportLine({ id: 'a', at: second(0), memoryMb: 256 }),
      reportLine({ id: 'b', at: second(1), memoryMb: 512 }),
      reportLine({ id: 'c', at: second(2), memoryMb: 256 }),
    ];
    const { json, text } = await anEstimate({ requests: '30/s' }, { stdin: lines.join('\n') });
    expect(json).toMatchObject({
      estimate: {
        services: [
          { name: '256MB', ratePerS: 20 },
          { name: '512MB', ratePerS: 10 },
        ],
      },
    });
    expect(text).toContain('each memory size counts as one');
  });

  test('counts and names damaged lines', async () => {
    const { text } = await anEstimate({}, { stdin: `${aLog(5)}\nREPORT RequestId: x\tDur` });
    expect(text).toContain('1 damaged line left out: line 6: it has no Duration');
  });

  test('without times needs a rate', async () => {
    const stdin = [reportLine({ id: 'a' }), reportLine({ id: 'b' })].join('\n');
    const refused = await anEstimate({}, { stdin });
    expect(refused.exitCode).toBe(2);
    expect(refused.json).toMatchObject({
      problems: [expect.stringContaining('--requests 1M/day')],
    });
    expect((await anEstimate({ requests: '1M/day' }, { stdin })).exitCode).toBe(0);
  });

  test('takes no duration, and says a file that cannot be read', async () => {
    const { json } = await anEstimate({ log: '/nowhere/at-all', duration: '3ms' });
    expect(json).toMatchObject({ problems: [expect.stringContaining('--duration does not go')] });
    const missing = await anEstimate({ log: '/nowhere/at-all' });
    expect(missing.json).toMatchObject({ problems: [expect.stringContaining('(ENOENT)')] });
  });

  test('suggests the peak that it has seen', async () => {
    const busy = Array.from({ length: 400 }, (_, index) =>
      reportLine({ id: `b${index}`, at: second(7200 + index) }),
    );
    const { text } = await anEstimate({}, { stdin: `${aLog(100, 180)}\n${busy.join('\n')}` });
    expect(text).toMatch(/The busiest hour had [\d.]+ times the mean: --peak x/);
  });
});

describe('an estimate from a plan', () => {
  test('has every workload and one balancer, also for a testbed that is not there yet', async () => {
    const { exitCode, json, text } = await anEstimate({}, { plan: shipped('week.yaml') });
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      source: { kind: 'plan', campaign: 'week', testbed: { name: 'aws', isThere: false } },
      estimate: { ratePerS: expect.closeTo(0.1, 9) },
    });
    expect((json as { estimate: { services: unknown[] } }).estimate.services).toHaveLength(5);
    expect(text).toContain('100 ms of CPU a request for lightweight, thumbnail');
    expect(text).toContain('one for all services');
    expect(text).toContain('With "testbed: simulated"');
  });

  test('takes CPU times, a rate and prices from the options before those of the plan', async () => {
    const { json, text } = await anEstimate(
      { cpu: ['heavy=200ms', '10ms'], requests: '20/s', edgeLambda: 'http-api' },
      { plan: shipped('demo.yaml') },
    );
    expect(json).toMatchObject({
      question: { pricing: { edge: { lambda: 'http-api' } } },
      estimate: { ratePerS: expect.closeTo(20, 9) },
    });
    expect(text).toContain('heavy: 2 x 1vCPU/2GB, from 5.2/s x 200 ms of CPU');
    expect(text).not.toContain('100 ms of CPU a request');
  });

  test('is refused with what is wrong with plan and options together', async () => {
    const folder = await aFolder({ 'plan.yaml': goodPlan.replace('512MB', '100MB') });
    const plan = join(folder, 'plan.yaml');
    await expect(anEstimate({}, { plan })).rejects.toBeInstanceOf(PlanProblems);
    const { exitCode, json } = await anEstimate({ tasks: '2' }, { plan });
    expect(exitCode).toBe(2);
    expect(JSON.stringify(json)).toMatch(/--tasks does not go with this.*no function with 100 MB/);
    const other = await anEstimate({ cpu: ['light=2ms'] }, { plan: shipped('demo.yaml') });
    expect(other.json).toMatchObject({ problems: [expect.stringContaining('no workload light.')] });
  });
});
