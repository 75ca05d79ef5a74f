import * as vega from 'vega';

/**
 * Without a canvas Vega takes every letter for 0.8 em, a third more than the letters of a page have:
 * margins and legends would be half empty. Its types know nothing of the measure that it exports.
 */
export function measureTexts(): void {
  const metrics: unknown = Reflect.get(vega, 'textMetrics');
  if (typeof metrics !== 'object' || metrics === null || !('width' in metrics)) {
    throw new Error(
      'This version of vega exports no textMetrics; src/report/page/text-widths.ts needs it.',
    );
  }
  metrics.width = textWidth;
}

/** Between Helvetica's letters and the wider ones of DejaVu and Verdana. */
const letterEm = 0.6;

/** What Vega draws where a text names no size. */
const defaultFontSize = 11;

interface TextItem {
  readonly fontSize?: number;
  /** Longer texts are cut off there. */
  readonly limit?: number;
}

function textWidth({ fontSize = defaultFontSize, limit = 0 }: TextItem, text: unknown): number {
  const letters = String(text ?? '').trim().length;
  const width = letterEm * letters * fontSize;
  return limit > 0 ? Math.min(limit, width) : width;
}
