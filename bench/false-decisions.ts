/**
 * How often two identical arms are told apart: 1,000 seeded evaluations of 24 hourly blocks, in which
 * both arms are the same platform model. Simulator and verdict are called directly. At most 7 % may
 * be decided, because every decision is wrong. On Lambda the costs differ by chance; on Fargate they
 * are those of the tasks, so there the service level lies where half of the arms reach it. Prints a
 * table and one line of JSON.
 *
 *   node bench/false-decisions.ts [experiments]
 */
import { verdictOnIdenticalArms } from '../test/support/identical-arms.ts';

const experiments = Number(process.argv[2] ?? 1_000);
const most = 0.07;

const results = [];
for (const { platform, sloMs } of [
  { platform: 'lambda', sloMs: 3_000 },
  { platform: 'ecs', sloMs: 475 },
] as const) {
  const startedAt = performance.now();
  const effects: number[] = [];
  let decided = 0;
  for (let seed = 1; seed <= experiments; seed += 1) {
    const verdict = await verdictOnIdenticalArms({ platform, sloMs, seed, ratePerS: 0.1 });
    if (verdict.isDecided) decided += 1;
    effects.push(verdict.minimumDetectableEffect);
  }
  effects.sort((a, b) => a - b);
  results.push({
    platform,
    sloMs,
    experiments,
    decided,
    share: decided / experiments,
    most,
    isMet: decided / experiments <= most,
    detectableEffectMedian: Number((effects[Math.floor(experiments / 2)] ?? 0).toFixed(4)),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  });
}
console.table(results);
console.log(JSON.stringify({ bench: 'false-decisions', node: process.version, results }));
