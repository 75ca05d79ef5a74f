import type { Baselines, Regret } from '../../domain/rivals/baselines.ts';
import type { RatioInterval, Verdict } from '../../domain/verdict/verdict.ts';
import { change, listed } from '../format.ts';
import { intervalText } from './contrast-text.ts';

/** What the rivals say about the arms, in plain words. */
export function baselinesInWords(verdict: Verdict, baselines: Baselines): string {
  const hybrid = baselines.regrets.find(({ of }) => of === 'hybrid');
  return [
    againstRate(verdict, baselines),
    againstRandom(baselines),
    ...(hybrid === undefined ? [] : [regretWords(hybrid)]),
    hindsightWords(baselines),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function againstRate(verdict: Verdict, baselines: Baselines): string {
  const byRate = ratioTo(baselines, 'switch-by-rate');
  const fixed = baselines.weights
    .map(({ workload, ecsPercent }) => `${workload} to ${ecsPercent > 0 ? 'Fargate' : 'Lambda'}`)
    .join(', ');
  const rule = `Switching by rate, which needs no model, sends ${fixed}.`;
  if (byRate === undefined) {
    const isRun = verdict.arms.some(({ arm }) => arm === 'hybrid');
    return isRun ? rule : `${rule} No hybrid was run, so there is no learned router to compare.`;
  }
  const interval = intervalText(byRate);
  if (byRate.upper < 1) {
    return `${rule} The learned router is cheaper than that: ${interval} in cost.`;
  }
  if (byRate.lower > 1) {
    return (
      `${rule} The learned router costs more than that: ${interval}. Unless it is faster where ` +
      'it matters, use the weights below instead of a model.'
    );
  }
  return (
    `${rule} The learned router does not beat it in cost: ${interval}. A rule without a model ` +
    'does as well.'
  );
}

function againstRandom(baselines: Baselines): string {
  const random = ratioTo(baselines, 'random');
  const shares = baselines.baselines.find(({ baseline }) => baseline === 'random')?.workloads ?? [];
  if (random === undefined) return '';
  const split = shares.filter(({ lambdaShare }) => lambdaShare > 0 && lambdaShare < 1);
  if (split.length === 0) {
    return (
      'The hybrid sent each workload to one platform as a whole, so that drawing at its share is ' +
      'the same thing.'
    );
  }
  const text = `Against drawing the platform at the same share, it costs ${intervalText(random)}`;
  const isClear = random.upper < 1 || random.lower > 1;
  return isClear
    ? `${text}.`
    : `${text}: in cost, which requests went where did not matter, only how many.`;
}

function regretWords({ regret, lower, upper }: Regret): string {
  const size = inPercent(regret);
  if (lower > 0) {
    return (
      `The hybrid is ${size} of latency and cost together above the best that workload, payload ` +
      'and load can tell.'
    );
  }
  if (upper < 0) {
    return (
      `The hybrid is ${size} of latency and cost together below the attainable oracle: its own ` +
      'services, which carried less load, did better than those of the pure arms.'
    );
  }
  return (
    'The hybrid cannot be told from the best that workload, payload and load can tell ' +
    `(${size} of latency and cost together, and the interval includes none).`
  );
}

function hindsightWords({ baselines, regrets, routed }: Baselines): string {
  const hindsight = regrets.find(({ of }) => of === 'hindsight');
  if (hindsight === undefined || baselines.length === 0) return '';
  return (
    `Hindsight takes the better outcome of each pair of ${listed(routed)} and is ` +
    `${inPercent(hindsight.regret)} better still, which no router can reach: to it even two ` +
    'identical platforms show 8 to 22 % of regret.'
  );
}

/** A difference of u, which is a logarithm of latency and cost, as a part of them. */
export function inPercent(difference: number): string {
  return change(Math.exp(Math.abs(difference))).replace('+', '');
}

export function ratioTo(
  { hybridAgainst }: Baselines,
  baseline: Baselines['hybridAgainst'][number]['baseline'],
): RatioInterval | undefined {
  return hybridAgainst.find((row) => row.baseline === baseline);
}
