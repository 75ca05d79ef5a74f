import type { z } from 'zod';
import { closest } from './closest.ts';
import { descriptionAt, knownKeys, pathsOfKey } from './json-schema.ts';
import type { Finding, ValuePath } from './problems.ts';
import { quoted, valueAt } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** What the schema found, in the plan's own words; one finding for each unknown key. */
export function schemaFindings(issues: readonly Issue[], plan: unknown): Finding[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...path, key]));
    }
    return [{ path, ...explained(issue, path, valueAt(plan, path)) }];
  });
}

function unknownKey(path: ValuePath): Finding {
  const key = String(path.at(-1));
  const siblings = knownKeys(path.slice(0, -1));
  const near = closest(key, siblings);
  const elsewhere = pathsOfKey(key);
  const suggestion =
    near !== undefined
      ? `Did you mean "${near}"?`
      : elsewhere.length > 0
        ? `It belongs to ${elsewhere.join(' or ')}.`
        : `Known here: ${siblings.join(', ')}.`;
  return { path, message: `Unknown key "${key}"`, suggestion };
}

function explained(issue: Issue, path: ValuePath, value: unknown): Omit<Finding, 'path'> {
  if (issue.code === 'custom') {
    const { suggestion } = issue.params ?? {};
    return { message: issue.message, ...(typeof suggestion === 'string' ? { suggestion } : {}) };
  }
  if (value === undefined) return missing(path, issue);
  const shown = quoted(value);
  switch (issue.code) {
    case 'invalid_type':
      return { message: `${shown} is not ${expected(issue.expected)}`, ...hint(path) };
    case 'invalid_value':
      return notOneOf(value, issue.values.map(String));
    case 'too_small':
      return { message: `${size(value)} is too small`, suggestion: `At least ${issue.minimum}.` };
    case 'too_big':
      return { message: `${size(value)} is too large`, suggestion: `At most ${issue.maximum}.` };
    case 'invalid_key':
      return {
        message: `${quoted(path.at(-1))} cannot be a name`,
        suggestion: `${issue.issues[0]?.message ?? issue.message}.`,
      };
    default:
      return { message: `${shown}: ${issue.message}` };
  }
}

function missing(path: ValuePath, issue: Issue): Omit<Finding, 'path'> {
  if (issue.code === 'invalid_value') {
    return { message: 'is missing', suggestion: `One of ${issue.values.join(', ')}.` };
  }
  return { message: 'is missing', ...hint(path) };
}

/** What may be written at a path: the names that it takes, or what the field itself says. */
function hint(path: ValuePath): { readonly suggestion?: string } {
  const keys = knownKeys(path);
  if (keys.length > 0) return { suggestion: `It takes ${keys.join(', ')}.` };
  const description = descriptionAt(path);
  return description === undefined ? {} : { suggestion: `Write ${description}.` };
}

function notOneOf(value: unknown, allowed: readonly string[]): Omit<Finding, 'path'> {
  const near = closest(String(value), allowed);
  const meant = near === undefined ? '' : `Did you mean "${near}"? `;
  const choice =
    allowed.length === 1 ? `It can only be ${allowed[0]}.` : `One of ${allowed.join(', ')}.`;
  return { message: `${quoted(value)} is not known here`, suggestion: `${meant}${choice}` };
}

function size(value: unknown): string {
  return Array.isArray(value) ? `A list of ${value.length}` : quoted(value);
}

function expected(type: string): string {
  switch (type) {
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a mapping of names to values';
    default:
      return `a ${type}`;
  }
}
