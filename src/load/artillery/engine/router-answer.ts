import type { IncomingHttpHeaders } from 'node:http';
import { header } from '../../../domain/names.ts';
import type { LoadColumns, OutcomeRecord } from '../../../domain/observation.ts';
import { platforms } from '../../../domain/platform.ts';

export type RouterFacts = Pick<
  OutcomeRecord,
  'platform' | 'routedTo' | 'routerMs' | 'modelHash' | 'pLambda' | keyof LoadColumns
>;

/**
 * What a router service says about its part of an answer; nothing when the request failed before it
 * was routed.
 */
export function routerFacts(headers: IncomingHttpHeaders): RouterFacts {
  const platform = platforms.find((candidate) => candidate === headers[header.routedTo]);
  if (platform === undefined) return {};
  const routerMs = numberIn(headers[header.routerMs]);
  const pLambda = numberIn(headers[header.pLambda]);
  const modelHash = headers[header.routerModel];
  return {
    platform,
    routedTo: platform,
    ...(routerMs === undefined ? {} : { routerMs }),
    // Where the model was not asked, the header names the table.
    ...(pLambda === undefined ? {} : { pLambda, modelHash: String(modelHash) }),
    ...loadColumns(String(headers[header.routerLoad] ?? '')),
  };
}

const columnNames = [
  'inFlightLambda',
  'inFlightEcs',
  'recentRateLambdaPerS',
  'recentRateEcsPerS',
  'sincePreviousLambdaMs',
  'sincePreviousEcsMs',
] as const satisfies readonly (keyof LoadColumns)[];

/** The load that the decision saw, from `name=value` with commas between. */
function loadColumns(text: string): Partial<LoadColumns> {
  const written = new Map(text.split(',').map((pair) => splitAt(pair, pair.indexOf('='))));
  const columns: { -readonly [Name in keyof LoadColumns]?: LoadColumns[Name] } = {};
  for (const name of columnNames) {
    const value = numberIn(written.get(name));
    if (value !== undefined) columns[name] = value;
  }
  return columns;
}

function splitAt(text: string, index: number): readonly [string, string] {
  return [text.slice(0, index), text.slice(index + 1)];
}

function numberIn(value: string | string[] | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
