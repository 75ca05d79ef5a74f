import { resolve } from 'node:path';

import {
  openPredictionFile,
  type PredictionFile,
  type PredictionRow,
} from '../../dataset/prediction-rows.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import { createPredictor, type PastRequest } from '../../router/predictor.ts';
import { type RowSink, standardOutput } from '../dataset/row-sink.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';
import { findModelToAsk, type ModelToAsk } from './predict-model.ts';

export interface PredictOptions {
  /** A file, CAMPAIGN or CAMPAIGN/HASH. */
  readonly model: string;
  readonly timezone?: string;
}

/**
 * Asks a model about every request of a file and prints `request_id,p_lambda` in the file's order,
 * so that others can judge the model. Whatever is wrong is said before the first row.
 */
export async function predict(
  services: CliServices,
  path: string,
  options: PredictOptions,
  sink: RowSink = standardOutput(),
): Promise<number> {
  const asked = await findModelToAsk(services, options.model, options.timezone);
  const pLambdaOf = predictorOf(asked);
  const file = await openPredictionFile(resolve(path), {
    workloads: asked.model.workloads,
    estimates: asked.estimates,
  });
  try {
    const format = services.output.isJson ? jsonLine : csvLine;
    if (!services.output.isJson && !(await sink.write('request_id,p_lambda\n'))) return 0;
    const pages = file.isInOrder ? inOrder(file, pLambdaOf) : reordered(file, pLambdaOf);
    for await (const page of pages) {
      if (!(await sink.write(page.map(format).join('')))) return 0;
    }
    return 0;
  } finally {
    file.close();
  }
}

type Predictor = (request: PastRequest) => number;

function predictorOf({ model, timezone }: ModelToAsk): Predictor {
  try {
    return createPredictor(model, timezone);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

interface Prediction {
  readonly requestId: string;
  readonly pLambda: number;
}

/** Printed as they are computed: memory holds a page of them. */
async function* inOrder(file: PredictionFile, pLambdaOf: Predictor): AsyncGenerator<Prediction[]> {
  for await (const rows of file.pagesByTime()) {
    yield rows.map((row) => ({ requestId: row.requestId, pLambda: pLambdaOf(row) }));
  }
}

/** A row's load follows from the rows before it in time, so all come before the first is printed. */
async function* reordered(
  file: PredictionFile,
  pLambdaOf: Predictor,
): AsyncGenerator<Prediction[]> {
  const pLambda = new Float64Array(file.count);
  const keep = (row: PredictionRow): void => {
    pLambda[row.index] = pLambdaOf(row);
  };
  for await (const rows of file.pagesByTime()) rows.forEach(keep);
  let index = 0;
  for await (const ids of file.pagesOfIds()) {
    const first = index;
    yield ids.map((requestId, place) => ({
      requestId,
      pLambda: pLambda[first + place] ?? Number.NaN,
    }));
    index += ids.length;
  }
}

function csvLine({ requestId, pLambda }: Prediction): string {
  return `${quotedField(requestId)},${pLambda}\n`;
}

function quotedField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLine({ requestId, pLambda }: Prediction): string {
  return `${JSON.stringify({ request_id: requestId, p_lambda: pLambda })}\n`;
}
