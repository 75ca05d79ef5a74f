const delimiters = [',', ';', '\t', '|'] as const;

/**
 * Column names of a CSV text's first line, and what separates them: the delimiter that is in there
 * most often. A column without a name is called by its number.
 */
export function parseHeader(text: string): {
  readonly columns: readonly string[];
  readonly delimiter: string;
} {
  const line = firstLine(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const unquoted = line.replaceAll(/"(?:[^"]|"")*"/g, '');
  const [delimiter] = [...delimiters].sort((a, b) => count(unquoted, b) - count(unquoted, a));
  const used = delimiter ?? ',';
  return {
    columns: split(line, used).map((name, index) => name || `column ${index + 1}`),
    delimiter: used,
  };
}

function firstLine(text: string): string {
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && (character === '\n' || character === '\r')) return text.slice(0, index);
  }
  return text;
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
