import { expect, test } from 'vitest';

import { documentText } from '../../src/cli/document-text.ts';
import { datasetCard } from '../../src/report/cards/dataset-card.ts';
import { type Block, number, paragraph, type Table, text } from '../../src/report/document.ts';
import { aDatasetDescription } from '../support/a-dataset-description.ts';

function printed(...blocks: readonly Block[]): string[] {
  const sections = [{ id: 'one', title: 'One', blocks }];
  return documentText({ title: 'Title', subtitle: 'Subtitle', remarks: [], sections });
}

const reasons = (reason: string): Table => ({
  kind: 'table',
  caption: 'Reasons',
  columns: [text('Slot'), text('Reason'), number('Rows')],
  rows: [{ cells: ['a', reason, '7'] }],
});

test('a card of many columns fits into 80 columns', () => {
  const lines = documentText(datasetCard(aDatasetDescription()));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('figures are set right, words left', () => {
  expect(printed(reasons('short')).slice(-2)).toEqual(['Slot  Reason  Rows', 'a     short      7']);
});

test('a cell that is too wide goes on below, and the figures of the row stay in its first line', () => {
  const lines = printed(reasons('because '.repeat(12).trim())).slice(-2);
  expect(lines[0]).toMatch(/^a {5}because .*because {3,}7$/);
  expect(lines[1]).toMatch(/^ {6}because/);
});

test('a word that is longer than its column is cut, not lost', () => {
  const fingerprint = '0123456789'.repeat(9);
  const lines = printed(reasons(fingerprint)).slice(-2);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines.join('').replaceAll(/[a7 ]/g, '')).toBe(fingerprint.replaceAll('7', ''));
});

test('what is serious is marked without colour', () => {
  const list: Block = {
    kind: 'list',
    entries: [{ text: 'Bad.', isSerious: true }, { text: 'Fine.' }],
  };
  expect(printed(list, paragraph('End.')).slice(-4)).toEqual(['! Bad.', '- Fine.', '', 'End.']);
});
