import type { Verdict } from './verdict.ts';

/** METHOD 1.6: the verdict holds only when it does not hang on what is degraded. */
export function agreement(
  all: Verdict,
  complete: Verdict,
  degraded: Omit<NonNullable<Verdict['degraded']>, 'isSame'>,
): Verdict {
  const isSame = all.answer === complete.answer && all.isDecided === complete.isDecided;
  if (isSame) return { ...all, degraded: { ...degraded, isSame } };
  const sentence =
    `Undecided: with ${degradedText(degraded)} the answer is another than without. ` +
    `With: ${all.sentence} Without: ${complete.sentence}`;
  return {
    ...all,
    ...extended(all, {
      isOpen: all.isDecided || [all, complete].some(({ extension }) => extension?.isOpen === true),
      reason: 'The answer hangs on what is degraded, and more blocks may settle it.',
    }),
    degraded: { ...degraded, isSame },
    isDecided: false,
    sentence,
  };
}

/** As the verdict has it, where the plan lets it go on at all. */
function extended(
  { extension }: Verdict,
  changes: Pick<NonNullable<Verdict['extension']>, 'isOpen' | 'reason'>,
): Pick<Verdict, 'extension'> {
  return extension === undefined ? {} : { extension: { ...extension, ...changes } };
}

function degradedText({ blocks, slots }: { readonly blocks: number; readonly slots: number }) {
  if (slots === 0) return `the ${blocks} degraded blocks`;
  if (blocks === 0) return `the ${slots} degraded slots`;
  return `the degraded blocks and slots (${blocks} and ${slots})`;
}

/** The same numbers, and nothing is decided by them. */
export function doubted(verdict: Verdict, doubt: string): Verdict {
  const sentence = `Undecided: ${doubt} Without that doubt: ${verdict.sentence}`;
  const changes = { isOpen: false, reason: 'More blocks do not undo the doubt.' };
  return { ...verdict, ...extended(verdict, changes), isDecided: false, sentence };
}
