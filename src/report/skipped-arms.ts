import type { Verdict } from '../domain/verdict.ts';
import { capitalised, midSentence, sentence } from './format.ts';
import type { ReportInput } from './report-input.ts';
import { routerDecision } from './router-choice.ts';

type Skipped = Verdict['skipped'][number];

/** `Hybrid was not run: …`. */
export function skippedText({ champion }: ReportInput, { arm, reason }: Skipped): string {
  const why = reason === champion?.reason ? routerDecision(champion) : reason;
  return `${capitalised(arm)} was not run: ${midSentence(sentence(why))}`;
}

/** What a verdict says behind its first sentence, without the arms that were not run. */
export function withoutSkipped(text: string, skipped: readonly Skipped[]): string {
  return skipped
    .reduce((left, { arm, reason }) => left.replace(sentenceOf(arm, reason), ''), text)
    .replace(/\s+/g, ' ')
    .trim();
}

/** As the verdict writes it. */
function sentenceOf(arm: string, reason: string): string {
  return `${capitalised(arm)} was not run: ${reason.replace(/\.$/, '')}.`;
}
