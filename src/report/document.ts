import type { TopLevelSpec } from 'vega-lite';

/**
 * What a report says, before it is written as Markdown or HTML. Both are made from this one value,
 * so they cannot disagree. All texts are plain: the writers escape them.
 */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle: string;
  readonly answer: Answer;
  /** The first one is the summary; the contents list the others by their titles. */
  readonly parts: readonly Part[];
}

/** Sections that answer one kind of question; without any it is left out. */
export interface Part {
  readonly title: string;
  readonly sections: readonly Section[];
}

/** A page about one thing, such as a dataset: it has remarks to be read first, and no answer. */
export interface CardDocument {
  readonly title: string;
  readonly subtitle: string;
  readonly remarks: readonly string[];
  readonly sections: readonly Section[];
}

export interface Answer {
  readonly state: AnswerState;
  /** One sentence, with its numbers. */
  readonly sentence: string;
  /** What must be read together with the sentence. */
  readonly remarks: readonly string[];
}

/** `none`: there is no verdict, and the sentence says why. */
export type AnswerState = 'decided' | 'undecided' | 'none';

export interface Section {
  /** Anchor in the HTML. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = Paragraph | List | Table | Chart;

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
}

export interface List {
  readonly kind: 'list';
  readonly entries: readonly ListEntry[];
}

export interface ListEntry {
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
  readonly isSerious?: boolean;
}

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What a reader needs to read the figures, for example why cells are blank. */
  readonly note?: string;
  /** On a narrow screen: turned into one card a row, or scrolled sideways. */
  readonly narrow?: 'cards' | 'scroll';
}

export interface Column {
  readonly label: string;
  readonly isNumber?: boolean;
}

export interface Row {
  readonly cells: readonly string[];
  /** The row that the answer names. */
  readonly isAnswer?: boolean;
}

/** A chart, and the same values as a table: Markdown shows the table alone. */
export interface Chart {
  readonly kind: 'chart';
  /** Name of its file under `figures/`, without the ending; unique in a report. */
  readonly id: string;
  /** What it shows, with its n. */
  readonly title: string;
  /** Units, and what lines, bands and dashes mean. */
  readonly caption: string;
  /** With its values inside; without colours and sizes that the theme has. */
  readonly spec: TopLevelSpec;
  readonly table: Table;
}

/** In the order in which they are read. */
export function sectionsOf({ parts }: ReportDocument): readonly Section[] {
  return parts.flatMap(({ sections }) => sections);
}

export function paragraph(text: string): Paragraph {
  return { kind: 'paragraph', text };
}

/** A column of words. */
export function text(label: string): Column {
  return { label };
}

/** A column of figures, set right. */
export function number(label: string): Column {
  return { label, isNumber: true };
}
