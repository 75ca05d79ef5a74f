import { z } from 'zod';
import type { PricingPlan, WorkloadPlan } from '../domain/plan.ts';
import { expandPricing, expandWorkload } from './expand.ts';
import { refused } from './load-plan.ts';
import { findPrices } from './prices.ts';
import { valueAt } from './problems.ts';
import { ruleFindings } from './rules.ts';
import {
  evaluationSchema,
  loadSchema,
  planSchema,
  pricingSchema,
  testbedSchema,
} from './schema.ts';
import { schemaFindings } from './schema-problems.ts';
import { readSections } from './sections.ts';
import { readPlanSource } from './source.ts';

/** The parts of a plan that cost money in production. */
export interface EstimatedPlan {
  readonly campaign: string;
  readonly workloads: readonly WorkloadPlan[];
  /** Of the question: the evaluation's, else the load's. */
  readonly ratePerS: number;
  readonly pricing: PricingPlan;
  /** As it is written: an estimate needs none, and a plan may name one that is not there yet. */
  readonly testbed: { readonly name: string; readonly isThere: boolean };
}

/** Everything else of a plan, its testbed and schedule above all, has no part in an estimate. */
const estimatedSchema = z.object({
  campaign: planSchema.shape.campaign,
  workloads: planSchema.shape.workloads,
  load: z.object({ rate: loadSchema.shape.rate }),
  evaluation: z.object({ rate: evaluationSchema.unwrap().shape.rate }).prefault({}),
  pricing: pricingSchema,
});

/**
 * Reads what an estimate needs of a plan, also of one that cannot run here: for a testbed that is
 * not there, or with handlers that are not written yet. Throws `PlanProblems` with all that is wrong
 * with these parts.
 */
export async function loadEstimatedPlan(path: string): Promise<EstimatedPlan> {
  const source = await readPlanSource(path);
  const parsed = estimatedSchema.safeParse(source.value);
  const schema = schemaFindings(parsed.error?.issues ?? [], source.value);
  const sections = readSections(source.value, schema);
  const found =
    sections.pricing === undefined ? { findings: [] } : await findPrices(sections.pricing, source);
  const rules = ruleFindings(sections).filter(
    ({ path: [section, ...inside] }) =>
      section === 'pricing' || (section === 'workloads' && inside.length === 0),
  );
  const findings = [...schema, ...rules, ...found.findings];
  const { prices } = found;
  if (findings.length > 0 || !parsed.success || prices === undefined) {
    throw refused(source, findings);
  }
  const testbed = valueAt(source.value, ['testbed']);
  const { campaign, workloads, load, evaluation, pricing } = parsed.data;
  return {
    campaign,
    workloads: Object.entries(workloads).map(([name, workload]) => expandWorkload(name, workload)),
    ratePerS: evaluation.rate ?? load.rate,
    pricing: expandPricing(pricing, prices),
    testbed: { name: String(testbed), isThere: testbedSchema.safeParse(testbed).success },
  };
}
