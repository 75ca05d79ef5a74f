/** How sure the verdict is: what was drawn again, how wide chance is, what noise alone does. */
import type { Platform } from '../../domain/platform.ts';
import type { PairingGain, Verdict } from '../../domain/verdict/verdict.ts';
import { findVerdict } from '../answer.ts';
import { type Block, paragraph, type Section, type Table, text } from '../document.ts';
import { capitalised, counted, figure, listed, percent } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { intervalText } from './contrast-text.ts';

/** Empty without a verdict, and for one of a version that did not say how it was made. */
export function certaintySections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict?.unit === undefined) return [];
  return [
    {
      id: 'certainty',
      title: 'How sure',
      blocks: [
        certaintyTable(verdict, input),
        ...pairingBlocks(verdict),
        paragraph(
          'Only the question of the plan was tested; every other difference in this report is ' +
            'described and not corrected for many looks. It was measured in one place, for one ' +
            'span of time, on one mix.',
        ),
      ],
    },
  ];
}

function certaintyTable(verdict: Verdict, { plan }: ReportInput): Table {
  const { quantile } = verdict;
  const rows: readonly (readonly [string, string] | undefined)[] = [
    ['Drawn again', drawnText(verdict)],
    ['95 % intervals', intervalsText(verdict)],
    ['Neighbours alike', autocorrelationText(verdict)],
    ['Smallest difference that is seen', detectableText(verdict, plan.question.margin)],
    ['Answer in resamples', `the same in ${percent(verdict.share)}, which decides nothing`],
    ...(verdict.noiseFloor ?? []).map((floor): readonly [string, string] => {
      const latency =
        floor.latency === undefined
          ? ''
          : `; latency (${quantile ?? 'a quantile'}) ${intervalText(floor.latency)}`;
      const name = `Noise floor, ${platformName[floor.platform]}`;
      return [name, `a copy against its original: cost ${intervalText(floor.cost)}${latency}`];
    }),
    ['Without what is degraded', degradedText(verdict)],
    extensionRow(verdict),
  ];
  return {
    kind: 'table',
    caption: 'What the intervals and the answer rest on',
    columns: [text('What'), text('Here')],
    rows: rows.flatMap((row) => (row === undefined ? [] : [{ cells: row }])),
    ...(verdict.noiseFloor === undefined
      ? {}
      : {
          note:
            'Noise floor: two deployments that are the same in everything. Differences that are ' +
            'no larger mean nothing.',
        }),
    narrow: 'cards',
  };
}

const platformName: Readonly<Record<Platform, string>> = { lambda: 'Lambda', ecs: 'Fargate' };

function drawnText({ unit, units, blocks }: Verdict): string {
  const whole = counted(blocks, 'block');
  return unit === 'days' ? `${counted(units ?? 0, 'whole day')} of ${whole}` : whole;
}

function intervalsText({ intervals, widening }: Verdict): string {
  const wider = widening === undefined ? '' : `, widened ${figure(widening)} times`;
  switch (intervals) {
    case 'few-block-t':
      return `Student's t, because they are fewer than six${wider}`;
    case 'always-valid':
      return `always-valid: they hold however often one looks${wider}`;
    case 'bootstrap':
    case undefined:
      return `bootstrap, at least 2,000 resamples, expanded percentiles${wider}`;
    default:
      return intervals satisfies never;
  }
}

function autocorrelationText({ autocorrelation, unit, widening }: Verdict): string {
  if (autocorrelation === undefined) return 'too few neighbours to tell';
  const value = `autocorrelation ${figure(Math.round(1000 * autocorrelation) / 1000)}`;
  if (unit === 'days') return `${value}, above 0.2: whole days were drawn`;
  return widening === undefined
    ? `${value}, not above 0.2: blocks may be drawn one by one`
    : `${value}, above 0.2, and too few days to draw them: intervals were widened`;
}

function detectableText(verdict: Verdict, margin: number): string {
  const planned = verdict.plannedMinimumDetectableEffect;
  const before = planned === undefined ? '' : `, planned ${percent(planned)}`;
  const found = percent(verdict.minimumDetectableEffect);
  return `${found} of cost as measured${before}; margin ${percent(margin)}`;
}

function degradedText({ degraded }: Verdict): string {
  if (degraded === undefined) return 'nothing was degraded';
  const parts = [
    ...(degraded.blocks > 0 ? [counted(degraded.blocks, 'block')] : []),
    ...(degraded.slots > 0 ? [counted(degraded.slots, 'slot')] : []),
  ];
  const same = degraded.isSame ? 'the same answer' : 'another answer, so it is undecided';
  return `without ${listed(parts)}: ${same}`;
}

function extensionRow({ extension }: Verdict): readonly [string, string] | undefined {
  if (extension === undefined) return undefined;
  const { planned, to, reason } = extension;
  return ['Extension', `looked at from block ${planned} on, at most ${to}. ${reason}`];
}

/** Below it, pairing made no difference that a reader should know about. */
const noticeable = 1.05;

function pairingBlocks({ pairing = [], quantile }: Verdict): Block[] {
  if (pairing.length === 0) return [];
  const rivals = [...new Set(pairing.map(({ against }) => against))];
  const sentences = rivals.map((against) => {
    const gains = pairing.filter((gain) => gain.against === against);
    const [first] = gains;
    return `${capitalised(first?.arm ?? '')} against ${against}: ${listed(gains.map((gain) => gainText(gain, quantile)))}.`;
  });
  return [
    paragraph(
      'All arms met the same requests in the same blocks, so that what disturbs them all cancels ' +
        `out. What that brought: ${sentences.join(' ')}`,
    ),
  ];
}

function gainText({ measure, blocksFactor }: PairingGain, quantile: Verdict['quantile']): string {
  const of = measure === 'cost' ? 'cost' : `${quantile ?? 'latency'} latency`;
  if (blocksFactor >= noticeable) {
    return `for ${of} unpaired arms would have needed x${figure(blocksFactor)} the blocks`;
  }
  return blocksFactor <= 1 / noticeable
    ? `for ${of} it did not pay (unpaired arms: x${figure(blocksFactor)} the blocks)`
    : `for ${of} it made no difference`;
}
