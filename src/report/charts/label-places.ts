/** A point of a chart with words beside it; x and y in [0, 1], from the left and from the top. */
export interface LabelledPoint {
  /** One below the other. */
  readonly names: readonly string[];
  readonly x: number;
  readonly y: number;
}

export interface LabelPlace {
  readonly align: 'left' | 'right' | 'center';
  readonly dx: number;
  readonly dy: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Places to try, the best first: beside, above, below, and further away. */
const places: readonly LabelPlace[] = [
  { align: 'left', dx: 9, dy: -6 },
  { align: 'left', dx: 9, dy: 16 },
  { align: 'right', dx: -9, dy: 4 },
  { align: 'center', dx: 0, dy: -10 },
  { align: 'center', dx: 0, dy: 19 },
  { align: 'left', dx: 9, dy: -12 },
  { align: 'left', dx: 9, dy: 20 },
  { align: 'right', dx: -9, dy: -12 },
  { align: 'right', dx: -9, dy: 20 },
  { align: 'left', dx: 9, dy: -27 },
  { align: 'left', dx: 9, dy: 35 },
  { align: 'right', dx: -9, dy: -27 },
  { align: 'right', dx: -9, dy: 35 },
];

/** About the width of a character of 11 px; without a browser nobody knows better. */
const characterWidth = 6;
export const lineHeight = 13;

/**
 * Where to put the words so that they cover neither each other nor a point, one after the other.
 * Where there is no room left, words may overlap: the table has the same values.
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  { width, height }: { readonly width: number; readonly height: number },
): LabelPlace[] {
  const marks = points.map(({ x, y }) => boxAround(x * width, y * height));
  const taken: Box[] = [];
  return points.map((point) => {
    const boxOf = (place: LabelPlace): Box =>
      labelBox(point.names, place, { x: point.x * width, y: point.y * height });
    const free = places.find((place) => {
      const box = boxOf(place);
      const isInside =
        box.left >= -20 && box.right <= width + 8 && box.top >= -10 && box.bottom <= height;
      return isInside && ![...marks, ...taken].some((other) => overlaps(box, other));
    });
    const place = free ?? { align: 'left', dx: 9, dy: 16 };
    taken.push(boxOf(place));
    return place;
  });
}

function boxAround(x: number, y: number): Box {
  return { left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 };
}

function labelBox(
  names: readonly string[],
  { align, dx, dy }: LabelPlace,
  at: { readonly x: number; readonly y: number },
): Box {
  const width = characterWidth * Math.max(...names.map((name) => name.length));
  const from = { left: 0, center: -width / 2, right: -width } as const;
  const left = at.x + dx + from[align];
  // A text of several lines grows downwards from its first.
  const top = at.y + dy + 3 - lineHeight;
  return { left, right: left + width, top, bottom: top + lineHeight * names.length };
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
