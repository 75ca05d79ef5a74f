import { type Champion, modelInUse } from '../../domain/models/model.ts';
import type { Estimate } from '../../domain/models/model-evaluation.ts';
import { shortHash } from './stored-models.ts';

/** A router in a few words: which workloads it decides, and where the others go. */
export function routerText(champion: Champion): string {
  const { table, withCapacity } = champion;
  const hash = modelInUse(champion);
  const routes = Object.entries(table).map(([workload, platform]) => `${workload} → ${platform}`);
  if (hash === undefined) return `best-static: ${routes.join(', ')}`;
  const name = `model ${shortHash(hash)}`;
  if (withCapacity.length === 0) return `${name}, which has nothing to decide: all go to lambda`;
  const fixed = Object.keys(table).filter((workload) => !withCapacity.includes(workload));
  const others = fixed.length === 0 ? '' : `; ${fixed.join(', ')} → lambda`;
  return `${name} for ${withCapacity.join(', ')}${others}`;
}

/** `1-4, 6`; of a campaign with many holes, only how many: `151 of 1-168`. */
export function slotsText(slots: readonly number[]): string {
  const [first] = slots;
  const last = slots.at(-1);
  if (first === undefined || last === undefined) return 'none';
  const runs: [from: number, to: number][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run !== undefined && slot === run[1] + 1) run[1] = slot;
    else runs.push([slot, slot]);
  }
  const text = runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
  return text.length <= longestSlots ? text : `${slots.length} of ${first}-${last}`;
}

const longestSlots = 12;

/** `0.912 (0.880 to 0.944)`, or the value alone. */
export function estimateText({ value, lower, upper }: Estimate): string {
  if (lower === undefined || upper === undefined) return value.toFixed(3);
  return `${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;
}
