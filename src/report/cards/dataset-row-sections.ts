import type {
  BlankRows,
  DatasetDescription,
  MissingValues,
} from '../../domain/dataset/dataset-description.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, listed, percent } from '../format.ts';

/** What was planned and measured, and what is missing of it. */
export function datasetRowSections(description: DatasetDescription): Section[] {
  return [
    { id: 'coverage', title: 'Coverage', blocks: coverageBlocks(description) },
    { id: 'missing', title: 'Missing values', blocks: missingBlocks(description) },
  ];
}

function coverageBlocks({ coverage }: DatasetDescription): Block[] {
  const { plannedSlots, slots, rows, joinedShare, explainedShare } = coverage;
  const over = Object.entries(slots).filter(([, value]) => value > 0);
  const open = plannedSlots - over.reduce((sum, [, value]) => sum + value, 0);
  const parts = [
    ...over.map(([status, value]) => `${count(value)} ${status}`),
    ...(open > 0 ? [`${count(open)} not over`] : []),
  ];
  const records =
    rows === 0
      ? ''
      : ` Of ${counted(rows, 'row')}, ${percent(joinedShare)} have their platform's record; ` +
        `${percent(explainedShare)} have it or a known reason why there is none.`;
  return [
    paragraph(`${counted(plannedSlots, 'planned slot')}: ${listed(parts)}.${records}`),
    ...leftOutBlocks(coverage.leftOut),
    ...(coverage.unpaired.length === 0 ? [] : [unpairedTable(coverage)]),
    ...(coverage.outcomes.length === 0 ? [] : [outcomeTable(coverage)]),
  ];
}

/** A week in which nothing worked has 168 reasons, mostly the same one. */
const mostReasons = 20;

function leftOutBlocks(leftOut: DatasetDescription['coverage']['leftOut']): Block[] {
  if (leftOut.length === 0) return [];
  const reasons = [...Map.groupBy(leftOut, ({ status, reason }) => `${status}: ${reason}`)];
  const entries = reasons.slice(0, mostReasons).map(([reason, slots]) => ({
    text: `Slot ${listed(slots.map(({ slot }) => String(slot)))} ${reason}`,
  }));
  const left = reasons.length - entries.length;
  const more = left > 0 ? [{ text: `and ${counted(left, 'more reason')}` }] : [];
  return [paragraph('Left out:'), { kind: 'list', entries: [...entries, ...more] }];
}

function unpairedTable({ unpaired, requests }: DatasetDescription['coverage']): Table {
  return {
    kind: 'table',
    caption: 'Requests that are no pair, and so have no label',
    columns: [text('Reason'), number('Requests'), number('Share')],
    rows: unpaired.map((row) => ({
      cells: [row.reason, count(row.requests), percent(row.requests / requests)],
    })),
  };
}

function outcomeTable({ outcomes, rows }: DatasetDescription['coverage']): Table {
  return {
    kind: 'table',
    caption: 'What became of the rows, and why some have no platform record',
    columns: [text('Outcome'), text('Reason without a record'), number('Rows'), number('Share')],
    rows: outcomes.map((row) => ({
      cells: [row.outcome, row.reason ?? blank, count(row.rows), percent(row.rows / rows)],
    })),
  };
}

function missingBlocks({ missing }: DatasetDescription): Block[] {
  if (missing.length === 0) return [paragraph('There are no rows.')];
  const withBlanks = missing.filter((column) => blanksOf(column).some(({ blank: n }) => n > 0));
  const complete = missing.length - withBlanks.length;
  const unknown = withBlanks.filter(({ isInformative }) => !isInformative);
  const informative = withBlanks.filter(({ isInformative }) => isInformative);
  return [
    paragraph(`${count(complete)} of ${counted(missing.length, 'column')} have no blank.`),
    ...(unknown.length === 0 ? [] : [blankTable(unknown, 'Blank where the value is unknown')]),
    ...(informative.length === 0
      ? []
      : [blankTable(informative, 'Blank where there is nothing to say, for example no error')]),
  ];
}

function blankTable(columns: readonly MissingValues[], caption: string): Table {
  const shares = (own: BlankRows | undefined): string[] =>
    own === undefined
      ? [blank, blank]
      : [shareText(own.blank, own.rows), shareText(own.blankOfAnswered, own.answered)];
  const [lambda, ecs] = (['lambda', 'ecs'] as const).map((platform) =>
    columns.map(({ platforms }) => platforms[platform]).find((own) => own !== undefined),
  );
  const sizes = [
    ...(lambda === undefined ? [] : [sizeText('Lambda', lambda)]),
    ...(ecs === undefined ? [] : [sizeText('Fargate', ecs)]),
  ];
  return {
    kind: 'table',
    caption,
    columns: [
      text('Column'),
      ...['Lambda', 'answered', 'Fargate', 'answered'].map((label) => number(label)),
    ],
    rows: columns.map(({ column, platforms }) => ({
      cells: [column, ...shares(platforms.lambda), ...shares(platforms.ecs)],
    })),
    note: `${sizes.join(', ')}; ${blank} = the column does not apply.`,
  };
}

function sizeText(name: string, { rows, answered }: BlankRows): string {
  return `${name}: ${counted(rows, 'row')}, ${count(answered)} answered`;
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? blank : percent(part / whole);
}

function blanksOf({ platforms }: MissingValues): BlankRows[] {
  return Object.values(platforms);
}
