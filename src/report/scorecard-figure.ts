import { type Claim, claimGroups } from '../domain/scorecard.ts';
import type { Figure, Table } from './document.ts';
import { drawing, fixed, label, line, wide } from './drawing.ts';
import { counted } from './format.ts';

/** Every claim as a dot: ours as a multiple of the target, beside the band in which it passes. */
export function scorecardFigure(claims: readonly Claim[], table: Table): Figure {
  const caption =
    'What the model gives, as a multiple of what it should; grey: where a claim passes; ' +
    'dot: a claim that passed, red ring: one that failed';
  return { kind: 'figure', drawings: [scorecardDrawing(claims, caption)], caption, table };
}

const rowHeight = 34;
/** What lies further off is drawn at the edge. */
const [from, to] = [0.5, 1.5];

function x(multiple: number): number {
  return (wide * (Math.min(to, Math.max(from, multiple)) - from)) / (to - from);
}

function scorecardDrawing(claims: readonly Claim[], title: string): string {
  const rows = rowsOf(claims);
  const bottom = rows.length * rowHeight;
  const ticks = [0.6, 0.8, 1, 1.2, 1.4].map(
    (tick) =>
      line(x(tick), 0, x(tick), bottom, 'axis') +
      label(x(tick), bottom + 16, `x${tick}`, { anchor: 'middle', kind: 'soft' }),
  );
  return drawing(wide, bottom + 22, title, [
    ...ticks,
    ...rows.map((row, index) => rowDrawing(row, index * rowHeight)),
  ]);
}

interface Row {
  readonly name: string;
  readonly claims: readonly Claim[];
}

/** A row for every prediction; what is only verified shares one, where its band is wide enough to see. */
function rowsOf(claims: readonly Claim[]): Row[] {
  const verified = claims.filter(({ kind, mark }) => kind === 'verification' && isRelative(mark));
  const groups = claimGroups(verified).map(({ group, of }) => ({
    name: `${group}: ${counted(of, 'claim')}`,
    claims: verified.filter((claim) => claim.group === group),
  }));
  const predicted = claims.filter(({ kind }) => kind === 'validation');
  return [...groups, ...predicted.map((claim) => ({ name: claim.name, claims: [claim] }))];
}

function isRelative(mark: string): boolean {
  return mark.endsWith('%');
}

function rowDrawing({ name, claims }: Row, y: number): string {
  const middle = y + 24;
  const [first] = claims;
  if (first === undefined) return '';
  const left = x(first.lower / first.target);
  const right = x(first.upper / first.target);
  const band = `<rect class="fill-neutral" opacity="0.35" x="${fixed(left)}" y="${middle - 5}" width="${fixed(right - left)}" height="10"/>`;
  const dots = claims.map(({ ours, target, passed }) => {
    const place = `cx="${fixed(x(ours / target))}" cy="${middle}"`;
    return passed
      ? `<circle class="fill-ink" ${place} r="3.5"/>`
      : `<circle class="failed" ${place} r="6"/>`;
  });
  const target = line(x(1), middle - 7, x(1), middle + 7, 'ink');
  return label(0, y + 14, name, { kind: 'soft' }) + band + target + dots.join('');
}
