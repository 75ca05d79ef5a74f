/** An estimate for people: lines of at most 80 columns, without colour. */
import { entry, sentence, width } from '../check/check-text.ts';
import { wrap } from '../wrap.ts';
import { money, savedShare } from './amounts.ts';
import type { EstimateAnswer } from './estimate-answer.ts';
import { edgeLines, rangeLines, taskLines } from './reason-lines.ts';
import type { Subject } from './subject.ts';
import { describeSubject } from './subject-lines.ts';
import { billLines, ratesLines, workloadLines } from './tables.ts';

export function describeEstimate(subject: Subject, answer: EstimateAnswer): string[] {
  return [
    ...describeSubject(subject, answer.estimate),
    '',
    ...wrap(verdictOf(answer), { width }),
    '',
    ...billLines(subject, answer),
    '',
    ...workloadLines(subject, answer),
    ...taskLines(subject, answer),
    ...edgeLines(subject, answer),
    ...rangeLines(subject, answer),
    ...naiveLines(answer),
    '',
    ...ratesLines(subject, answer),
    ...bullets('What was assumed', subject.assumed),
    ...bullets('What to doubt', subject.doubts),
    ...bullets('What was not looked at', notLookedAt),
    ...nextLines(subject),
  ];
}

/** The answer in one sentence with its numbers. */
function verdictOf({ estimate, leastCpu }: EstimateAnswer): string {
  const { lambda, fargate } = estimate.month;
  const least = leastCpu?.month.fargate.totalUsd ?? fargate.totalUsd;
  if (fargate.totalUsd - least < 0.005) {
    return (
      `By price: ${winner(lambda.totalUsd, fargate.totalUsd)} ` +
      `(Lambda ${money(lambda.totalUsd)} a month, Fargate ${money(fargate.totalUsd)}` +
      `${leastCpu === undefined ? '' : ', whatever CPU a request needs'}).`
    );
  }
  const span = `Fargate ${money(least)} to ${money(fargate.totalUsd)}`;
  const bills = `(Lambda ${money(lambda.totalUsd)} a month, ${span} by the CPU that a request needs)`;
  if (fargate.totalUsd < lambda.totalUsd) return `By price: Fargate, whatever the CPU ${bills}.`;
  if (least >= lambda.totalUsd) return `By price: Lambda, whatever the CPU ${bills}.`;
  const most = estimate.mostCpuMs;
  const limit =
    most === undefined
      ? 'Measure the CPU time of a request, and give it with --cpu.'
      : `Fargate costs less up to ${milliseconds(most)} of CPU a request, Lambda above. Measure ` +
        'it, and give it with --cpu.';
  return `By price it depends on the CPU time of a request ${bills}. ${limit}`;
}

function winner(lambdaUsd: number, fargateUsd: number): string {
  if (Math.abs(lambdaUsd - fargateUsd) < 0.005) return 'both the same';
  return fargateUsd < lambdaUsd
    ? `Fargate, ${savedShare(lambdaUsd, fargateUsd)} less than Lambda`
    : `Lambda, ${savedShare(fargateUsd, lambdaUsd)} less than Fargate`;
}

export function milliseconds(ms: number): string {
  return ms >= 10 ? `${Math.round(ms)} ms` : `${Number(ms.toPrecision(2))} ms`;
}

/** METHOD 3.3: what comparisons get that bill a task like a function. */
function naiveLines({ estimate: { naive } }: EstimateAnswer): string[] {
  const { usd, tasksUsd, factor } = naive;
  const off =
    factor >= 1
      ? `${times(factor)} times too little: tasks are paid when nothing comes, too`
      : `${times(1 / factor)} times too much: a task serves several requests at once`;
  return entry(
    'Naive',
    `Tasks billed by request duration, as often done, would come to ${money(usd)} instead of ` +
      `${money(tasksUsd)}, ${off}.`,
  );
}

function times(factor: number): string {
  return factor >= 10 ? String(Math.round(factor)) : factor.toFixed(1);
}

function bullets(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  return [
    '',
    title,
    ...sentences.flatMap((text) => wrap(`  - ${text}`, { width, indent: '    ' })),
  ];
}

const notLookedAt = [
  'Latency. Cold starts, queues on busy tasks, the slower CPU of a small task: whether either is ' +
    'fast enough is measured, not computed.',
  'Databases, queues, builds, the work of operating tasks, NAT, scaling in and out, deployments.',
] as const;

function nextLines({ source }: Subject): string[] {
  if (source.kind === 'plan' && !source.testbed.isThere) {
    return [
      '',
      'Next',
      ...sentence(
        `  The plan's testbed (${source.testbed.name}) is not there yet. With "testbed: simulated" it ` +
          'can be checked and run.',
      ),
    ];
  }
  if (source.kind === 'plan') {
    return [
      '',
      'Next',
      ...sentence(`  crossover check ${source.path}    what it does, and what it can decide`),
      ...sentence(`  crossover run ${source.path}      run it: latency as well`),
    ];
  }
  return [
    '',
    'Next',
    '  Add --write-plan my.yaml to this command for a plan with these numbers, then',
    '  crossover check my.yaml    what an experiment would do and can decide',
    '  crossover run my.yaml      simulate it; with your own handlers, measure it',
  ];
}
