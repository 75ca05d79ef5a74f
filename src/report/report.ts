import { answerOf, findVerdict } from './answer.ts';
import { armsSection, comparisonSections } from './arms-section.ts';
import { collectionSection } from './collection-section.ts';
import { crossoversOf } from './crossover.ts';
import { crossoverSection } from './crossover-section.ts';
import type { ReportDocument, Section } from './document.ts';
import { fairnessSection } from './fairness.ts';
import { writeHtml } from './html.ts';
import { writeMarkdown } from './markdown.ts';
import { nextSteps } from './next-steps.ts';
import { provenanceSection } from './provenance-section.ts';
import type { ReportInput } from './report-input.ts';
import { routerSection } from './router-section.ts';
import { simulationSections } from './simulation-section.ts';
import { timelineSection } from './timeline-section.ts';
import { warningsOf } from './warnings.ts';

export interface RenderedReport {
  readonly markdown: string;
  /** One file that opens from a disk: no script, nothing loaded. */
  readonly html: string;
  /** The same facts for programs: plain JSON. */
  readonly json: unknown;
}

/**
 * The report of a campaign, however it ended: what is missing is named with its reason. A pure
 * function of its input, so that a report can be written again and be the same.
 */
export function renderReport(input: ReportInput): RenderedReport {
  const document = documentOf(input);
  return {
    markdown: writeMarkdown(document),
    html: writeHtml(document),
    json: factsOf(input),
  };
}

function documentOf(input: ReportInput): ReportDocument {
  const { plan } = input;
  const names = plan.workloads.map((workload) => workload.name).join(', ');
  return {
    title: `Crossover: ${input.campaignId}`,
    subtitle: `Lambda, Fargate or a mix for ${names}? Testbed ${plan.testbed}, campaign ${input.outcome}.`,
    answer: answerOf(input),
    sections: [
      armsSection(input),
      doubtSection(input),
      nextSection(input),
      ...simulationSections(input),
      crossoverSection(input),
      ...comparisonSections(input),
      routerSection(input),
      collectionSection(input),
      fairnessSection(input),
      provenanceSection(input),
      // Last, because a week has 168 lines.
      timelineSection(input),
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
