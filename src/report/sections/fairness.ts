import type { CpuRatio } from '../../domain/fairness/cpu.ts';
import { auditFairness, type FairnessFinding } from '../../domain/fairness/fairness.ts';
import { paragraph, type Section, text } from '../document.ts';
import type { Warning } from '../doubts/warning.ts';
import { capitalised, figure, listed } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** `Fargate had 3.46 times the CPU of Lambda in heavy (1 against 0.289 vCPU) and …` */
export function describeCpuRatios(ratios: readonly CpuRatio[]): string {
  const groups = Map.groupBy(ratios, ({ lambdaVcpu, ecsVcpu }) => figure(ecsVcpu / lambdaVcpu));
  const parts = [...groups].map(([times, members]) => {
    const named = members.map(
      ({ workload, lambdaVcpu, ecsVcpu }) =>
        `${workload} (${figure(ecsVcpu)} against ${figure(lambdaVcpu)} vCPU)`,
    );
    return `Fargate had ${times} times the CPU of Lambda in ${listed(named)}`;
  });
  return parts.join('; ');
}

/** What made the two platforms equal or unequal, whether or not it is doubted (METHOD 1.7). */
export function fairnessSection(input: ReportInput): Section {
  return {
    id: 'fairness',
    title: 'Fairness audit',
    blocks: [
      paragraph('What a comparison can be unfair about, and how it stood in this campaign.'),
      {
        kind: 'table',
        caption: 'Findings',
        columns: [text('Matter'), text('Standing'), text('Finding')],
        rows: auditOf(input).map(({ matter, standing, finding }) => ({
          cells: [matter === 'cpu' ? 'CPU' : capitalised(matter), standing, finding],
        })),
        narrow: 'cards',
      },
    ],
  };
}

/** METHOD 1.7: each finding is doubted in the report. These have a warning of their own. */
const warnedElsewhere: readonly FairnessFinding['matter'][] = ['cpu', 'limits', 'load generator'];

export function fairnessWarnings(input: ReportInput): readonly Warning[] {
  return auditOf(input).flatMap(({ matter, standing, finding, advice }) => {
    if (advice === undefined || warnedElsewhere.includes(matter)) return [];
    const isSerious = standing === 'unequal';
    return [{ kind: 'unfair', isSerious, message: finding, advice } satisfies Warning];
  });
}

function auditOf({ plan, deployment, largestBytes }: ReportInput): readonly FairnessFinding[] {
  return auditFairness(plan, {
    ...(deployment === undefined ? {} : { deployment }),
    ...(largestBytes === undefined ? {} : { largestBytes }),
  });
}
