import { z } from 'zod';
import { closest } from './closest.ts';
import { quoted } from './problems.ts';
import { percent, type Reading, type Unit } from './units.ts';

/** Limits of a quantity, with the words for them. */
interface Range {
  readonly least?: number;
  readonly most?: number;
  readonly says: string;
}

/**
 * A value that is written as text with a unit. The reading reports through one custom issue, whose
 * `params.suggestion` says what would be right.
 */
export function quantity<Value>(unit: Unit<Value>, range?: Range) {
  const editor = {
    type: 'string',
    pattern: unit.pattern.source,
    description: described(unit, range),
  };
  return leaf(editor, (value) => withinRange(value, read(value, unit), range));
}

/** A part of a whole: `30%`, or a number from 0 to 1. */
export function fraction(range: Range) {
  const editor = {
    anyOf: [
      { type: 'number', minimum: 0, maximum: 1 },
      { type: 'string', pattern: percent.pattern.source },
    ],
    description: described(percent, range),
  };
  return leaf(editor, (value) => {
    const reading = typeof value === 'number' ? numberFraction(value) : read(value, percent);
    return withinRange(value, reading, range);
  });
}

/** Text of a certain form, for example a name or a time. */
export function formed(what: string, right: string, isRight: (text: string) => boolean) {
  return leaf({ type: 'string', description: `${what}: ${right}` }, (value): Reading<string> => {
    if (typeof value === 'string' && isRight(value)) return { value };
    return { message: `${quoted(value)} is not ${what}`, suggestion: `Write ${right}.` };
  });
}

/** One of some names, or text of a certain form, for example the path of a file. */
export function nameOr(
  names: readonly string[],
  form: { readonly what: string; readonly right: string; isRight(text: string): boolean },
) {
  const right = `one of ${names.join(', ')}, or ${form.right}`;
  const editor = { anyOf: [{ enum: names }, { type: 'string' }], description: right };
  return leaf(editor, (value): Reading<string> => {
    if (typeof value === 'string' && (names.includes(value) || form.isRight(value))) {
      return { value };
    }
    const near = closest(String(value), names);
    const meant = near === undefined ? '' : `Did you mean "${near}"? `;
    return {
      message: `${quoted(value)} is not ${form.what}`,
      suggestion: `${meant}Write ${right}.`,
    };
  });
}

/** An unknown at the border of the plan: missing and empty values are said in the same words. */
function leaf<Value>(
  editor: Readonly<Record<string, unknown>>,
  readValue: (value: unknown) => Reading<Value>,
) {
  return z
    .unknown()
    .meta(editor)
    .transform((value, context): Value => {
      const reading = value === undefined ? missing(editor) : readValue(value);
      if ('value' in reading) return reading.value;
      const params = { suggestion: reading.suggestion };
      context.issues.push({ code: 'custom', message: reading.message, input: value, params });
      return z.NEVER;
    });
}

function missing({ description }: Readonly<Record<string, unknown>>): Reading<never> {
  return { message: 'is missing', suggestion: `Write ${String(description)}.` };
}

function read<Value>(value: unknown, unit: Unit<Value>): Reading<Value> {
  const match = typeof value === 'string' ? unit.pattern.exec(value.trim()) : null;
  if (match !== null) return unit.read(match);
  return { message: `${quoted(value)} is not ${unit.what}`, suggestion: `Write ${unit.right}.` };
}

function numberFraction(value: number): Reading<number> {
  if (value >= 0 && value <= 1) return { value };
  return {
    message: `${value} is not a part of 1`,
    suggestion: `Write ${value <= 100 && value > 1 ? `${value}%` : 'a percentage'}.`,
  };
}

function withinRange<Value>(
  written: unknown,
  reading: Reading<Value>,
  range: Range | undefined,
): Reading<Value> {
  if (range === undefined || !('value' in reading) || typeof reading.value !== 'number') {
    return reading;
  }
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, says } = range;
  if (reading.value >= least && reading.value <= most) return reading;
  const isLow = reading.value < least;
  return {
    message: `${quoted(written)} is too ${isLow ? 'small' : 'large'}`,
    suggestion: `It must be ${says}.`,
  };
}

function described<Value>(unit: Unit<Value>, range: Range | undefined): string {
  return range === undefined ? unit.right : `${unit.right}; ${range.says}`;
}
