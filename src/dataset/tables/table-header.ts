const delimiters = [',', ';', '\t', '|'] as const;

/** How a text file separates its values and records. */
export interface TextForm {
  /** Of CSV: what stands between two values. */
  readonly delimiter?: string;
  /** The byte that a line ends with; a carriage return where no line feed follows it. */
  readonly lineBreak: '\n' | '\r';
  /** Length of the mark that UTF-8 may begin with. */
  readonly bomBytes: 0 | 3;
}

/**
 * Column names of a CSV text's first line, and what separates them: the delimiter that is in there
 * most often. A column without a name is called by its number; an empty line has no columns.
 */
export function parseHeader(text: string): {
  readonly columns: readonly string[];
  readonly form: TextForm;
} {
  const hasBom = text.startsWith('\uFEFF');
  const { line, lineBreak } = firstLine(hasBom ? text.slice(1) : text);
  const unquoted = line.replaceAll(/"(?:[^"]|"")*"/g, '');
  const [delimiter] = [...delimiters].sort((a, b) => count(unquoted, b) - count(unquoted, a));
  const used = delimiter ?? ',';
  const names = line.trim() === '' ? [] : split(line, used);
  return {
    columns: names.map((name, index) => name || `column ${index + 1}`),
    form: { delimiter: used, lineBreak, bomBytes: hasBom ? 3 : 0 },
  };
}

function firstLine(text: string): { readonly line: string } & Pick<TextForm, 'lineBreak'> {
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted || (character !== '\n' && character !== '\r')) continue;
    const isLone = character === '\r' && text[index + 1] !== '\n';
    return { line: text.slice(0, index), lineBreak: isLone ? '\r' : '\n' };
  }
  return { line: text, lineBreak: '\n' };
}

function split(line: string, delimiter: string): string[] {
  const values: string[] = [];
  let value = '';
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === delimiter && !isQuoted) {
      values.push(value);
      value = '';
    } else {
      value += character;
    }
  }
  return [...values, value].map((text) => unquote(text.trim()));
}

function unquote(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"').trim() : text;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
