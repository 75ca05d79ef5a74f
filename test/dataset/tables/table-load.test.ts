import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { withDatabase } from '../../../src/dataset/duckdb.ts';
import { openTableFile } from '../../../src/dataset/tables/table-file.ts';
import { placesOf } from '../../../src/dataset/tables/table-lines.ts';
import { loadTable } from '../../../src/dataset/tables/table-load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-table-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Lines of rows and of rejected records, and the first value of every row that is not broken. */
async function load(text: string) {
  const path = join(folder, 'table.csv');
  await writeFile(path, text);
  return await withDatabase(async (database) => {
    const file = await openTableFile(database, path);
    const loaded = await loadTable(database, file, 'loaded', { value: 'a' });
    const rows = await database.read(
      'select n, is_broken, value from loaded order by n',
      z.object({ n: z.number(), is_broken: z.boolean(), value: z.string().nullable() }),
    );
    const numbers = rows.map(({ n }) => n);
    const { ofRow, rejected } = await placesOf(loaded, numbers, 100);
    const good = rows.filter((row) => !row.is_broken);
    return {
      lines: [...numbers.map((n) => ofRow.get(n) ?? 0), ...rejected].sort((a, b) => a - b),
      good: good.map(({ n, value }) => ({ line: ofRow.get(n), value })),
    };
  });
}

interface Drawn {
  /** `#` is a line break. */
  readonly text: string;
  /** Undefined where the record is wrong or none. */
  readonly value?: string | null;
}

const right: readonly Drawn[] = [
  { text: 'x,1', value: 'x' },
  { text: ',1', value: null },
  { text: 'x"y,1', value: 'x"y' },
  { text: 'x""y,"1"', value: 'x""y' },
  { text: '"x, y",1', value: 'x, y' },
  { text: '"x ""y""",1', value: 'x "y"' },
  { text: '"l1##l2",1', value: 'l1##l2' },
  { text: ' "x#y" ,1', value: 'x#y' },
  { text: 'x,"#"', value: 'x' },
];
const wrong: readonly Drawn[] = [
  { text: 'x' },
  { text: 'x,1,2' },
  { text: '"x"y,1' },
  { text: '"x,1"' },
];
const blank: Drawn = { text: '' };
/** All that comes behind it is in it. */
const unended: readonly Drawn[] = [{ text: '"x,1' }, { text: 'x,"1' }, { text: '"x"",1' }];

test('every CSV record is a row or rejected, at the line where it begins', async () => {
  const records = fc.array(fc.constantFrom(...right, ...wrong, blank), { maxLength: 8 });
  const last = fc.option(fc.constantFrom(...unended), { nil: undefined });
  const forms = fc.record({
    lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.constantFrom('', '\uFEFF'),
    end: fc.constantFrom('', '#'),
  });
  await fc.assert(
    fc.asyncProperty(records, last, forms, async (drawn, behind, { lineBreak, mark, end }) => {
      const broken = (text: string): string => text.replaceAll('#', lineBreak);
      const all = behind === undefined ? drawn : [...drawn, behind];
      let line = 2;
      const expected = all.map((record) => {
        const begins = line;
        line += record.text.split('#').length;
        return { ...record, line: begins };
      });
      const text = ['a,b', ...all.map((record) => record.text)].join('#') + end;

      const { lines, good } = await load(mark + broken(text));

      expect(lines).toEqual(expected.filter((one) => one.text !== '').map((one) => one.line));
      expect(good).toEqual(
        expected.flatMap(({ value, line: at }) =>
          value === undefined ? [] : [{ line: at, value: value && broken(value) }],
        ),
      );
    }),
    { numRuns: 60 },
  );
});
