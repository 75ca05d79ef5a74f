import { type Comparability, comparabilityOf } from '../../domain/evidence/comparability.ts';
import {
  type ComparedMetric,
  compareMetrics,
  isSameMeasurement,
} from '../../domain/evidence/comparison.ts';
import type { CliServices } from '../services.ts';
import { codeVersion } from './code-version.ts';
import { comparisonLines } from './compare-text.ts';
import { type ComparedCampaign, readCompared } from './compared-campaign.ts';

export interface CampaignComparison {
  readonly first: ComparedCampaign;
  readonly second: ComparedCampaign;
  readonly comparability: Comparability;
  /** The very same requests with the very same outcomes. */
  readonly isSame: boolean;
  readonly margin: number;
  readonly metrics: readonly ComparedMetric[];
}

/** Two campaigns, or bundles, side by side. Comparing always succeeds: it decides nothing. */
export async function compareCampaigns(
  services: CliServices,
  subjects: readonly [string, string],
): Promise<number> {
  const here = await codeVersion(services.config.checkoutFolder);
  const first = await readCompared(services, subjects[0], here);
  const second = await readCompared(services, subjects[1], here);
  const comparison = comparisonOf(first, second);
  for (const line of comparisonLines(comparison)) services.output.line(line);
  services.output.json({
    first: facts(first),
    second: facts(second),
    comparability: comparison.comparability,
    isSameMeasurement: comparison.isSame,
    margin: comparison.margin,
    metrics: comparison.metrics,
  });
  return 0;
}

function comparisonOf(first: ComparedCampaign, second: ComparedCampaign): CampaignComparison {
  // The stricter of two questions: what is equivalent by it is so by the other.
  const margin = Math.min(first.setting.plan.question.margin, second.setting.plan.question.margin);
  const isMeasured = first.measured !== undefined && second.measured !== undefined;
  return {
    first,
    second,
    comparability: comparabilityOf(first.setting, second.setting),
    isSame: isMeasured && isSameMeasurement(first.measured, second.measured),
    margin,
    metrics: isMeasured
      ? compareMetrics({ first: first.measured, second: second.measured, margin })
      : [],
  };
}

function facts({
  name,
  campaignId,
  setting,
  verdict,
  setup,
  crossovers,
  models,
}: ComparedCampaign) {
  return {
    name,
    campaignId,
    testbed: setting.plan.testbed,
    code: setting.code,
    machine: setting.machine,
    prices: setting.prices.name,
    answer:
      'none' in verdict
        ? { none: verdict.none }
        : { arm: verdict.answer, isDecided: verdict.isDecided, sentence: verdict.sentence },
    capacity: setup && { table: setup.table, withCapacity: setup.withCapacity },
    crossovers,
    models,
  };
}
