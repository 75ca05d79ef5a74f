import { answerOf, findVerdict } from './answer.ts';
import { type ReportDocument, type Section, sectionsOf } from './document.ts';
import { warningsOf } from './doubts/warnings.ts';
import { drawCharts } from './page/charts.ts';
import { figureFile } from './page/figure-file.ts';
import { writeHtml } from './page/html.ts';
import { writeMarkdown } from './page/markdown.ts';
import type { ReportInput } from './report-input.ts';
import { contrastSections, costSections, latencySections } from './sections/arm-details-section.ts';
import { armsSection } from './sections/arms-section.ts';
import { baselinesSections } from './sections/baselines-section.ts';
import { breakEvenMapSections } from './sections/break-even-map-section.ts';
import { certaintySections } from './sections/certainty-section.ts';
import { coldStartSections } from './sections/cold-start-section.ts';
import { collectionSection } from './sections/collection-section.ts';
import { coverageSections } from './sections/coverage-section.ts';
import { crossoversOf } from './sections/crossover.ts';
import { crossoverSection } from './sections/crossover-section.ts';
import { deviationSection } from './sections/deviation-section.ts';
import { distributionSections } from './sections/distribution-section.ts';
import { fairnessSection } from './sections/fairness.ts';
import { generatorSections } from './sections/generator-section.ts';
import { labelSections } from './sections/label-section.ts';
import { nextSteps } from './sections/next-steps.ts';
import { pairingSections } from './sections/pairing-section.ts';
import { policyValueSections } from './sections/policy-value-section.ts';
import { priceSections } from './sections/price-section.ts';
import { provenanceSection } from './sections/provenance-section.ts';
import { rhythmSections } from './sections/rhythm-section.ts';
import { routerSection } from './sections/router-section.ts';
import { simulationSections } from './sections/simulation-section.ts';
import { standingSection } from './sections/standing-section.ts';
import { timelineSection } from './sections/timeline-section.ts';
import { tradeOffSections } from './sections/trade-off-section.ts';
import { wordsSection } from './sections/words-section.ts';

export interface RenderedReport {
  readonly markdown: string;
  /** One file that opens from a disk: no script, nothing loaded. */
  readonly html: string;
  /** The same facts for programs: plain JSON. */
  readonly json: unknown;
  /** Every chart as a file of its own, light or dark as its reader is, white on paper. */
  readonly figures: readonly ReportFigure[];
}

export interface ReportFigure {
  /** Without the ending; `report.md` links to `figures/NAME.svg`. */
  readonly name: string;
  readonly svg: string;
}

/**
 * The report of a campaign, however it ended: what is missing is named with its reason. A pure
 * function of its input, so that a report can be written again and be the same.
 */
export async function renderReport(input: ReportInput): Promise<RenderedReport> {
  const document = documentOf(input);
  const drawings = await drawCharts(sectionsOf(document));
  return {
    markdown: writeMarkdown(document, drawings),
    html: writeHtml(document, drawings),
    json: factsOf(input),
    figures: [...drawings.values()].flatMap(({ name, svg }) =>
      svg === undefined ? [] : [{ name, svg: figureFile(svg) }],
    ),
  };
}

/** The report before its charts are drawn. */
export function documentOf(input: ReportInput): ReportDocument {
  const { plan } = input;
  const names = plan.workloads.map((workload) => workload.name).join(', ');
  return {
    title: `Crossover: ${input.campaignId}`,
    subtitle: `Lambda, Fargate or a mix for ${names}? Testbed ${plan.testbed}, campaign ${input.outcome}.`,
    answer: answerOf(input),
    parts: [
      {
        title: 'In short',
        sections: [
          armsSection(input),
          standingSection(input),
          doubtSection(input),
          nextSection(input),
        ],
      },
      {
        title: 'Cost',
        sections: [
          ...costSections(input),
          ...tradeOffSections(input),
          crossoverSection(input),
          ...breakEvenMapSections(input),
          ...priceSections(input),
        ],
      },
      {
        title: 'Speed',
        sections: [
          ...latencySections(input),
          ...distributionSections(input),
          collectionSection(input),
          ...rhythmSections(input),
          ...coldStartSections(input),
        ],
      },
      {
        title: 'Certainty and fairness',
        sections: [
          ...contrastSections(input),
          ...certaintySections(input),
          ...baselinesSections(input),
          ...simulationSections(input),
          ...pairingSections(input),
          ...generatorSections(input),
          fairnessSection(input),
        ],
      },
      {
        title: 'The router',
        sections: [...labelSections(input), routerSection(input), ...policyValueSections(input)],
      },
      {
        title: 'The record',
        sections: [
          deviationSection(input),
          timelineSection(input),
          ...coverageSections(input),
          provenanceSection(input),
          wordsSection(input),
        ],
      },
    ],
  };
}

function doubtSection(input: ReportInput): Section {
  const entries = warningsOf(input).map(({ message, advice, isSerious }) => ({
    text: message,
    advice,
    isSerious,
  }));
  return { id: 'doubt', title: 'What to doubt', blocks: [{ kind: 'list', entries }] };
}

function nextSection(input: ReportInput): Section {
  const entries = nextSteps(input).map((step) => ({ text: step }));
  return { id: 'next', title: 'What to do next', blocks: [{ kind: 'list', entries }] };
}

function factsOf(input: ReportInput): unknown {
  const { state, sentence, remarks } = answerOf(input);
  return {
    schema: 'crossover-report/1',
    campaignId: input.campaignId,
    testbed: input.plan.testbed,
    outcome: input.outcome,
    reason: input.reason,
    answer: { state, sentence, remarks, arm: findVerdict(input)?.answer },
    verdict: findVerdict(input),
    stamp: input.simulation?.stamp,
    sensitivity: input.simulation?.sensitivity,
    warnings: warningsOf(input),
    nextSteps: nextSteps(input),
    crossovers: crossoversOf(input),
    champion: input.champion,
    retrainings: input.retrainings.map(({ champion, model }) => ({
      slotsSeen: champion.slotsSeen,
      inUse: champion.kind,
      reason: champion.reason,
      modelHash: model?.hash,
    })),
    datasetFingerprint: input.dataset?.fingerprint,
    modelHash: input.model?.hash,
    slots: input.slots,
    leftovers: input.leftovers,
  };
}
