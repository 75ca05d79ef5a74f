import type { z } from 'zod';
import type { Finding, ValuePath } from './problems.ts';
import { isMapping, valueAt } from './problems.ts';
import {
  evaluationSchema,
  learningSchema,
  loadSchema,
  pricingSchema,
  scheduleSchema,
  testbedSchema,
  workloadSchema,
} from './schema.ts';
import { simulationSchema } from './simulation-schema.ts';

const schedulePart = scheduleSchema.partial();
const loadPart = loadSchema.partial();

/**
 * What can be read of a plan although other fields are wrong, so that rules between fields are
 * checked in the same pass: all problems are reported at once. Undefined: wrong by itself.
 */
export interface Sections {
  readonly testbed: z.output<typeof testbedSchema> | undefined;
  readonly workloads: readonly WorkloadSection[];
  readonly schedule: z.output<typeof schedulePart>;
  readonly load: z.output<typeof loadPart>;
  readonly evaluation: z.output<typeof evaluationSchema> | undefined;
  readonly learning: z.output<typeof learningSchema> | undefined;
  readonly pricing: z.output<typeof pricingSchema> | undefined;
  /** Undefined also when the plan says nothing about it. */
  readonly simulation: z.output<typeof simulationSchema> | undefined;
}

interface WorkloadSection {
  readonly name: string;
  readonly run: string | undefined;
  readonly share: number | undefined;
  readonly sloLatencyMs: number | undefined;
  readonly bound: 'cpu' | 'io' | undefined;
  readonly slotsPerTask: number | undefined;
}

/** `found` names what is already known to be wrong: it is set aside here. */
export function readSections(plan: unknown, found: readonly Finding[]): Sections {
  const clean = without(plan, found, []);
  const section = (name: string) => valueAt(clean, [name]);
  const simulation = section('simulation');
  return {
    testbed: testbedSchema.safeParse(section('testbed')).data,
    workloads: readWorkloads(section('workloads')),
    schedule: schedulePart.safeParse(section('schedule')).data ?? {},
    load: loadPart.safeParse(section('load')).data ?? {},
    evaluation: evaluationSchema.safeParse(section('evaluation')).data,
    learning: learningSchema.safeParse(section('learning')).data,
    pricing: pricingSchema.safeParse(section('pricing')).data,
    simulation: simulation === undefined ? undefined : simulationSchema.safeParse(simulation).data,
  };
}

function readWorkloads(value: unknown): WorkloadSection[] {
  if (!isMapping(value)) return [];
  const { run, share, slo, bound, slotsPerTask } = workloadSchema.shape;
  return Object.entries(value).map(([name, workload]) => ({
    name,
    run: run.safeParse(valueAt(workload, ['run'])).data,
    share: share.safeParse(valueAt(workload, ['share'])).data,
    sloLatencyMs: slo.safeParse(valueAt(workload, ['slo'])).data?.latency,
    bound: bound.safeParse(valueAt(workload, ['bound'])).data,
    slotsPerTask: slotsPerTask.safeParse(valueAt(workload, ['slotsPerTask'])).data,
  }));
}

/** The value without everything that stands at, or under, the path of a finding. */
function without(value: unknown, found: readonly Finding[], path: ValuePath): unknown {
  if (Array.isArray(value)) {
    return value
      .map((entry, index) => ({ entry, at: [...path, index] }))
      .filter(({ at }) => !isFound(found, at))
      .map(({ entry, at }) => without(entry, found, at));
  }
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !isFound(found, [...path, key]));
  return Object.fromEntries(
    kept.map(([key, entry]) => [key, without(entry, found, [...path, key])]),
  );
}

function isFound(found: readonly Finding[], path: ValuePath): boolean {
  return found.some(
    (finding) =>
      finding.path.length === path.length &&
      finding.path.every((key, index) => key === path[index]),
  );
}
