import { darkColours, lightColours } from '../colours.ts';

/**
 * A drawing of the page as a file of its own. Its colours are written out, because what typesets a
 * thesis (Inkscape, librsvg, LaTeX) knows no variables; a browser in the dark takes the dark ones.
 */
export function figureFile(svg: string): string {
  const written = svg.replace(
    /var\(--([a-z-]+)\)/g,
    (whole, name: string) => light.get(name) ?? whole,
  );
  return `${written.replace(/(<svg [^>]*>)/, `$1${background}`)}\n`;
}

const light: ReadonlyMap<string, string> = new Map(Object.entries(lightColours));

const darkRules = Object.entries(lightColours)
  .map(([name, colour]) => ({ colour, dark: new Map(Object.entries(darkColours)).get(name) }))
  .map(
    ({ colour, dark }) =>
      `[fill="${colour}"] { fill: ${dark}; } [stroke="${colour}"] { stroke: ${dark}; }`,
  )
  .join('\n');

const background = `<style>
@media (prefers-color-scheme: dark) {
${darkRules}
}
</style><rect width="100%" height="100%" fill="${lightColours.page}"/>`;
