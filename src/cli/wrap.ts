/** Columns that everything we print for people fits into. */
export const columns = 80;

/**
 * Breaks a text into lines of at most `width` columns at its spaces; lines after the first are
 * indented. A word that is longer than a line stays whole.
 */
export function wrap(
  text: string,
  options: { readonly width?: number; readonly indent?: string } = {},
): string[] {
  const { width = columns, indent = '' } = options;
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const indentation = rest.length - rest.trimStart().length;
    const fitting = rest.lastIndexOf(' ', width);
    const end = fitting > indentation ? fitting : rest.indexOf(' ', indentation);
    if (end === -1) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = `${indent}${rest.slice(end + 1).trimStart()}`;
  }
  return [...lines, rest];
}
