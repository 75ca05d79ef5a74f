/** The eight principles of Papadopoulos et al., filled in for this campaign (METHOD 6.6). */
import { findVerdict } from '../../answer.ts';
import type { Table } from '../../document.ts';
import { text } from '../../document.ts';
import { count, counted, listed } from '../../format.ts';
import type { ReportInput } from '../../report-input.ts';

export interface Principle {
  readonly principle: string;
  readonly standing: 'met' | 'partly' | 'not met' | 'up to you';
  /** What of this campaign speaks for it, or what is missing. */
  readonly evidence: string;
}

export function principlesOf(input: ReportInput): readonly Principle[] {
  return [
    repetition(input),
    coverage(input),
    setup(input),
    {
      principle: 'Open access artifact',
      standing: 'up to you',
      evidence: `"crossover export ${input.campaignId} --bundle" holds plan, observations, models and prices; "crossover verify" recomputes the figures from it. It has to be published.`,
    },
    description(input),
    statistics(input),
    {
      principle: 'Measurement units',
      standing: 'met',
      evidence: 'Every figure has its unit: ms, requests/s, MB, vCPU, USD per 1,000 good requests.',
    },
    cost(input),
  ];
}

export function principlesTable(input: ReportInput): Table {
  return {
    kind: 'table',
    caption: 'The eight principles for reproducible performance evaluation, and this campaign',
    columns: [text('Principle'), text('Standing'), text('Evidence')],
    rows: principlesOf(input).map(({ principle, standing, evidence }) => ({
      cells: [principle, standing, evidence],
    })),
    narrow: 'cards',
  };
}

/** Fewer have no bootstrap interval (METHOD 6.3). */
const enoughRepetitions = 6;

function repetition(input: ReportInput): Principle {
  const complete = input.slots.filter(({ status }) => status === 'complete').length;
  const blocks = findVerdict(input)?.blocks ?? 0;
  const isMet = complete >= enoughRepetitions && blocks >= enoughRepetitions;
  const spread = input.plan.testbed === 'simulated' ? 'simulated hours' : 'separate load windows';
  return {
    principle: 'Repeated experiments',
    standing: isMet ? 'met' : complete > 1 || blocks > 1 ? 'partly' : 'not met',
    evidence: `${counted(complete, 'complete slot')} and ${counted(blocks, 'scored block')}, in ${spread}; ${enoughRepetitions} of each are wanted.`,
  };
}

function coverage({ plan }: ReportInput): Principle {
  const names = plan.workloads.map(({ name }) => name);
  const { ladder, shape } = plan.load;
  const rates =
    ladder === undefined
      ? 'one rate, so where the answer changes was computed and not visited'
      : `a ladder of ${counted(ladder.utilisation.length, 'rate')} per workload`;
  return {
    principle: 'Workload and configuration coverage',
    standing: ladder !== undefined && names.length > 1 ? 'met' : 'partly',
    evidence: `${counted(names.length, 'workload')} (${listed(names)}) under a ${shape} load and ${rates}; one size per workload and platform.`,
  };
}

function setup({ deployment, plan }: ReportInput): Principle {
  if (deployment === undefined) {
    return {
      principle: 'Experimental setup description',
      standing: 'partly',
      evidence:
        'The plan is stored as it was frozen; nothing was deployed, so no machine is known.',
    };
  }
  const where =
    plan.testbed === 'simulated'
      ? 'all parameters of the model'
      : `machine (${deployment.cpuModel}, ${counted(deployment.cpuCount, 'CPU')})`;
  return {
    principle: 'Experimental setup description',
    standing: 'met',
    evidence: `The frozen plan, ${where}, Node ${deployment.nodeVersion}, code hashes and library versions stand in the report.`,
  };
}

function description({ profile }: ReportInput): Principle {
  const principle = 'Probabilistic description of measured performance';
  if (profile === undefined || profile.rows === 0) {
    return { principle, standing: 'not met', evidence: 'No request was observed.' };
  }
  return {
    principle,
    standing: 'met',
    evidence: `Distributions and quantiles of ${count(profile.rows)} rows; a quantile is printed only with ten slower requests, and a request without an answer counts as infinitely slow.`,
  };
}

function statistics(input: ReportInput): Principle {
  const verdict = findVerdict(input);
  if (verdict === undefined) {
    return {
      principle: 'Statistical evaluation',
      standing: 'not met',
      evidence: 'There is no verdict; the report says why.',
    };
  }
  return {
    principle: 'Statistical evaluation',
    standing: verdict.isFewBlocks ? 'partly' : 'met',
    evidence: `Every contrast has a 95 % interval over ${verdict.unit ?? 'blocks'}; the question, its margin and its weights were frozen before slot 1.`,
  };
}

function cost(input: ReportInput): Principle {
  const verdict = findVerdict(input);
  return {
    principle: 'Cost',
    standing: verdict === undefined ? 'partly' : 'met',
    evidence: `List prices of the dated book ${input.plan.pricing.book}; ${
      verdict === undefined
        ? 'no arm was priced'
        : 'each arm pays for everything that was deployed for it, idle time included'
    }.`,
  };
}
