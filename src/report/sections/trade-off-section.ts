import { frontierOf } from '../../domain/statistics/frontier.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import { findVerdict, whyNoVerdict } from '../answer.ts';
import type { Layer, Position } from '../charts/chart-panels.ts';
import { type LabelledPoint, lineHeight, placeLabels } from '../charts/label-places.ts';
import { type Chart, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, capitalised, counted, midSentence, milliseconds, usd } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import { type NamedOffer, offersOf } from './offers.ts';

/** What each way of serving costs and how fast it is, and which are worth a thought at all. */
export function tradeOffSections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) {
    return [
      section(paragraph(`There is no trade-off to show: ${midSentence(whyNoVerdict(input))}`)),
    ];
  }
  const offers = offersOf(verdict, input.plan);
  if (verdict.quantile === undefined || offers.length === 0) {
    const why = 'no quantile of latency can be printed for every workload of an arm';
    return [section(paragraph(`There is no trade-off to show: ${why}.`))];
  }
  return [section(tradeOffChart(verdict, offers, verdict.quantile))];
}

function section(block: Section['blocks'][number]): Section {
  return { id: 'trade-off', title: 'Cost against latency', blocks: [block] };
}

const size = { width: chartWidth.wide - 60, height: 230 } as const;

function tradeOffChart(verdict: Verdict, offers: readonly NamedOffer[], quantile: string): Chart {
  const frontier = frontierOf(offers);
  return {
    kind: 'chart',
    id: 'cost-latency',
    title: `${endsText(offers)}, over ${counted(verdict.blocks, 'block')}`,
    caption:
      `All-in cost of 1,000 good requests in USD with its 95 % interval, against the ${quantile} latency ` +
      'of the workloads in ms, weighted by their shares (geometric mean); left and low is better. ' +
      'Filled: arms that were run, the answer in green; open: rivals computed from what the arms did. ' +
      'Line: what no other offer beats in both.',
    spec: tradeOffSpec(offers, frontier),
    table: tradeOffTable(offers, frontier, quantile),
  };
}

/** The two ends of what can be chosen; of what was only computed nothing can be. */
function endsText(offers: readonly NamedOffer[]): string {
  const measured = offers.filter(({ kind }) => kind === 'measured');
  const [cheapest] = measured.toSorted((one, other) => one.costUsd - other.costUsd);
  const [fastest] = measured.toSorted((one, other) => one.latencyMs - other.latencyMs);
  if (cheapest === undefined || fastest === undefined) return 'What was computed beside the arms';
  const ms = `${milliseconds(fastest.latencyMs)} ms`;
  if (cheapest === fastest) {
    return `${capitalised(cheapest.name)} is both the cheapest arm (${usd(cheapest.costUsd)}) and the fastest (${ms})`;
  }
  return (
    `${capitalised(cheapest.name)} is the cheapest arm (${usd(cheapest.costUsd)}), ` +
    `${fastest.name} the fastest (${ms} against ${milliseconds(cheapest.latencyMs)} ms)`
  );
}

function tradeOffSpec(
  offers: readonly NamedOffer[],
  frontier: readonly NamedOffer[],
): Chart['spec'] {
  const x = domainOf(
    offers.flatMap(({ lowerUsd, upperUsd, costUsd }) => [lowerUsd, upperUsd, costUsd]),
  );
  const y = domainOf(offers.map(({ latencyMs }) => latencyMs));
  const spots = spotsOf(offers, { x, y });
  const labels = placeLabels(spots, size);
  const xOf = (field: string): Position => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [...x], nice: false, zero: false },
    axis: { format: '$~g', tickCount: 4, title: '$ per 1,000 good requests' },
  });
  const yOf: Position = {
    field: 'latencyMs',
    type: 'quantitative' as const,
    scale: { domain: [...y], nice: false, zero: false },
    axis: { tickCount: 5, title: 'latency, ms' },
  };
  const points = offers.map((offer) => ({ ...offer, colour: colourOf(offer) }));
  const colour = { field: 'colour', type: 'nominal' as const, scale: null, legend: null };
  const of = (kind: NamedOffer['kind']) => [{ filter: `datum.kind === '${kind}'` }];
  return {
    ...size,
    layer: [
      {
        data: { values: frontier.map(({ costUsd, latencyMs }) => ({ costUsd, latencyMs })) },
        mark: {
          type: 'line',
          interpolate: 'step-after',
          color: chartColours.soft,
          strokeDash: [4, 3],
        },
        encoding: { x: xOf('costUsd'), y: yOf },
      },
      {
        data: { values: points },
        mark: { type: 'rule' },
        encoding: { x: xOf('lowerUsd'), x2: { field: 'upperUsd' }, y: yOf, color: colour },
      },
      {
        data: { values: points },
        transform: of('measured'),
        mark: { type: 'point', filled: true, opacity: 1, size: 90 },
        encoding: { x: xOf('costUsd'), y: yOf, color: colour },
      },
      {
        data: { values: points },
        transform: of('computed'),
        mark: { type: 'point', filled: false, opacity: 1, size: 70, strokeWidth: 1.5 },
        encoding: { x: xOf('costUsd'), y: yOf, color: colour },
      },
      ...spots.map(
        ({ names, first }, index): Layer => ({
          data: { values: [{ costUsd: first.costUsd, latencyMs: first.latencyMs }] },
          mark: { type: 'text', fontSize: 11, lineHeight, text: [...names], ...labels[index] },
          encoding: { x: xOf('costUsd'), y: yOf },
        }),
      ),
    ],
  };
}

interface Spot extends LabelledPoint {
  readonly first: NamedOffer;
}

/** Offers that cannot be told apart in the drawing have one mark, and their names below each other. */
function spotsOf(
  offers: readonly NamedOffer[],
  domains: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
): Spot[] {
  const place = ({ costUsd, latencyMs }: NamedOffer) => ({
    x: (costUsd - domains.x[0]) / (domains.x[1] - domains.x[0]),
    y: 1 - (latencyMs - domains.y[0]) / (domains.y[1] - domains.y[0]),
  });
  const spots: Spot[] = [];
  for (const offer of offers) {
    const { x, y } = place(offer);
    const index = spots.findIndex((spot) => Math.hypot(spot.x - x, spot.y - y) < 0.02);
    const near = spots[index];
    if (near === undefined) spots.push({ names: [offer.name], x, y, first: offer });
    else spots[index] = { ...near, names: [...near.names, offer.name] };
  }
  return spots;
}

function colourOf({ name, isAnswer }: NamedOffer): string {
  if (isAnswer) return chartColours.answer;
  if (name === 'lambda-only') return chartColours.lambda;
  if (name === 'ecs-only') return chartColours.ecs;
  return chartColours.ink;
}

/** With room at both ends, so that no mark is cut; never empty. */
function domainOf(values: readonly number[]): readonly [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.12 * (most - least || most);
  return [Math.max(0, least - room), most + room];
}

function tradeOffTable(
  offers: readonly NamedOffer[],
  frontier: readonly NamedOffer[],
  quantile: string,
): Table {
  return {
    kind: 'table',
    caption: `Cost of 1,000 good requests and share-weighted ${quantile}`,
    columns: [
      text('Offer'),
      text('Kind'),
      number('$ per 1,000 good'),
      number('95 % interval'),
      number(`${quantile}, ms`),
      text('On the frontier'),
      text('Fast enough'),
    ],
    rows: offers.map((offer) => ({
      isAnswer: offer.isAnswer,
      cells: [
        offer.name,
        offer.kind,
        usd(offer.costUsd),
        `${usd(offer.lowerUsd)} to ${usd(offer.upperUsd)}`,
        milliseconds(offer.latencyMs),
        frontier.includes(offer) ? 'yes' : 'no',
        offer.fastEnough ?? blank,
      ],
    })),
    note: 'An offer on the frontier is not thereby the answer: the answer is the cheapest that is fast enough for every workload. Differences smaller than the intervals decide nothing.',
  };
}
