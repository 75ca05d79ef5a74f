/** Text as it stands in HTML, in element content and in quoted attributes. */
export function escaped(plain: string): string {
  return plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Prose: besides, no line ends between a figure and its percent sign. */
export function prose(plain: string): string {
  return escaped(plain).replace(/(?<=\d) (?=%)/g, '&nbsp;');
}
