import type { Plan } from '../domain/plan.ts';
import type { ArmResult, Verdict } from '../domain/verdict/verdict.ts';
import type { Answer } from './document.ts';
import { counted, figure, midSentence, percent, sentence } from './format.ts';
import type { ReportInput } from './report-input.ts';
import { findContrast, intervalText } from './sections/contrast-text.ts';
import { placesText } from './sections/fixed-places.ts';
import { stampRemarks } from './sections/simulation-section.ts';

/** The first thing that a report says: the verdict, or in a sentence why there is none. */
export function answerOf(input: ReportInput): Answer {
  const verdict = findVerdict(input);
  if (verdict === undefined) {
    return {
      state: 'none',
      sentence: `No verdict: ${whyNoVerdict(input)}`,
      remarks: [...untilThen(input), ...stampRemarks(input)],
    };
  }
  const { headline, rest } = splitVerdict(verdict.sentence);
  const remarks = [
    ...endOf(input),
    ...fixedPlaces(input, verdict),
    ...stampRemarks(input),
    ...rest,
    ...hybridRemarks(verdict),
    ...scopeRemarks(input.plan),
  ];
  const state = verdict.isDecided ? 'decided' : 'undecided';
  return { state, sentence: headline, remarks };
}

/** The name of the arm alone would not say what to do. */
function fixedPlaces({ champion }: ReportInput, { arms }: Verdict): string[] {
  const wasRun = arms.some(({ arm }) => arm === 'best-static');
  return wasRun && champion !== undefined ? [`Best-static here: ${placesText(champion)}.`] : [];
}

/** The verdict's first sentence has the answer with its numbers; what follows explains it. */
function splitVerdict(text: string): { readonly headline: string; readonly rest: string[] } {
  const [, headline = text, rest = ''] = /^(.+?[.!?])\s+(?=\p{Lu})(.+)$/su.exec(text.trim()) ?? [];
  return { headline: sentence(headline), rest: rest === '' ? [] : [sentence(rest)] };
}

/**
 * The verdict, when there may be one. Without enforced limits the platforms had other CPUs than
 * the plan says, so whatever was computed is not shown as a result (METHOD 1.7).
 */
export function findVerdict(input: ReportInput): Verdict | undefined {
  const isWithheld = input.noVerdict !== undefined || areLimitsMissing(input);
  return isWithheld ? undefined : input.verdict;
}

export function areLimitsMissing(input: ReportInput): boolean {
  return input.deployment?.limits === 'none';
}

/** In the middle of a sentence, and ending it. */
export function whyNoVerdict(input: ReportInput): string {
  if (areLimitsMissing(input)) {
    return (
      'CPU and memory limits could not be enforced on this machine, so the two platforms did not ' +
      'have the sizes of the plan; this run shows only that everything works.'
    );
  }
  if (input.noVerdict !== undefined) return midSentence(sentence(input.noVerdict));
  if (input.plan.evaluation.blocks === 0) return 'the plan asks for no evaluation (0 blocks).';
  if (input.outcome !== 'completed') {
    const because = input.reason === undefined ? '.' : `: ${sentence(input.reason)}`;
    return `the campaign was ${input.outcome} before its evaluation could be judged${because}`;
  }
  const failure = input.blockFailures[0];
  if (failure !== undefined) {
    return `${counted(input.blockFailures.length, 'block')} failed, the first with: ${sentence(failure.reason)}`;
  }
  return 'no block of the evaluation was scored.';
}

function endOf(input: ReportInput): string[] {
  if (input.outcome === 'completed') return [];
  const because = input.reason === undefined ? 'no reason was recorded.' : sentence(input.reason);
  return [`The campaign was ${input.outcome}: ${because} What follows was measured until then.`];
}

function untilThen({ outcome }: ReportInput): string[] {
  return outcome === 'completed' ? [] : ['What follows was measured until then.'];
}

/** When a mix brings nothing, that is a result, and it must not be hidden behind a table. */
function hybridRemarks(verdict: Verdict): string[] {
  const hybrid = verdict.arms.find((result) => result.arm === 'hybrid');
  if (hybrid === undefined) return [];
  const pure = purePlatform(hybrid.lambdaShare);
  // Of twins the verdict itself has said that no router is needed.
  const isTwin = verdict.twins?.some(({ arm }) => arm === 'hybrid') === true;
  if (pure === undefined) return isTwin ? [] : againstBestStatic(verdict);
  return [
    `The hybrid sent every request to ${pure}: a mix is not needed here, and that is the answer.`,
  ];
}

function purePlatform(lambdaShare: number): string | undefined {
  if (lambdaShare >= 0.999) return 'Lambda';
  return lambdaShare <= 0.001 ? 'Fargate' : undefined;
}

function againstBestStatic(verdict: Verdict): string[] {
  const contrast = findContrast(verdict, 'hybrid', 'best-static');
  if (contrast === undefined) return [];
  const measured = `cost ${intervalText(contrast.cost)} against best-static`;
  switch (contrast.cost.contrast) {
    case 'better':
    case 'materially-better':
      return [`Deciding request by request pays: the hybrid's ${measured}.`];
    case 'worse':
      return [
        `The hybrid loses to one fixed platform per workload (${measured}): the fixed choice is the better router, and that is the answer.`,
      ];
    case 'equivalent':
    case 'not-worse':
    case 'undecided':
      return [
        `Deciding request by request was not shown to beat one fixed platform per workload (${measured}): until it is, the fixed choice is the simpler router.`,
      ];
    default:
      return contrast.cost.contrast satisfies never;
  }
}

function scopeRemarks(plan: Plan): string[] {
  const rate = `at ${figure(plan.evaluation.ratePerS)} requests/s`;
  switch (plan.testbed) {
    case 'local':
      return [
        `Times are of real processes on one machine, not of AWS; dollars are list prices (${plan.pricing.book}) for those times, ${rate}.`,
      ];
    case 'simulated':
      return [`Times come from a model of both platforms, not from a measurement, ${rate}.`];
    case 'aws':
      return [`Measured in one region and one account, ${rate}.`];
    default:
      return plan.testbed satisfies never;
  }
}

/** `yes`, or which workloads are too slow, or not shown to be fast enough, and by how much. */
export function fastEnoughText(result: ArmResult): string {
  if (result.isFastEnough) return 'yes';
  const open = result.workloads.filter((row) => !row.isFastEnough);
  const parts = open.map((row) =>
    row.target === undefined
      ? row.workload
      : `${row.workload} ${percent(row.attainmentLower)} of ${percent(row.target)}`,
  );
  const word = fastEnoughWord(result);
  return parts.length === 0 ? word : `${word}: ${parts.join('; ')}`;
}

/** Too few requests to tell is another matter than too slow. */
export function fastEnoughWord({ isFastEnough, workloads }: ArmResult): string {
  if (isFastEnough) return 'yes';
  const open = workloads.filter((row) => !row.isFastEnough);
  const isOnlyOpen = open.length > 0 && open.every((row) => row.finding === 'not-shown');
  return isOnlyOpen ? 'not shown' : 'no';
}
