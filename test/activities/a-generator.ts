import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ClientRecord } from '../../src/domain/observation.ts';
import type { IntendedRequest } from '../../src/domain/requests/requests.ts';
import type {
  LoadGenerator,
  LoadRunEnd,
  LoadRunOptions,
  LoadRunSpec,
} from '../../src/load/load-generator.ts';
import { anOutcome, aSent } from '../dataset/builders.ts';
import { linesOf } from './rig.ts';

/** What became of an attempt, behind the records that it has written. */
type AttemptEnd = (spec: LoadRunSpec, options: LoadRunOptions) => LoadRunEnd | Promise<LoadRunEnd>;

/** A load generator that sends nothing: it writes the records of all that an attempt has to send. */
export class WritingGenerator implements LoadGenerator {
  /** What each attempt was asked to do. */
  readonly specs: LoadRunSpec[] = [];
  readonly #end: AttemptEnd;

  constructor(end: AttemptEnd = () => ({ reason: 'completed', segments: 1 })) {
    this.#end = end;
  }

  async run(spec: LoadRunSpec, _deployment: unknown, options: LoadRunOptions): Promise<LoadRunEnd> {
    this.specs.push(spec);
    const sent = new Set(spec.alreadySent);
    const requests = parsed<IntendedRequest>(await readFile(spec.requestsPath, 'utf8'));
    const records = requests.flatMap(({ requestId, targets }) =>
      targets
        .filter(({ target }) => !sent.has(`${requestId}/${target}`))
        .flatMap(({ target }) => recordsOf(requestId, target, spec.attempt)),
    );
    await writeFile(join(spec.folder, '001.ndjson'), linesOf(records));
    options.onProgress({ sent: 1, answered: 1, errors: 0, lagMsP99: 1, closedSegments: 1 });
    return await this.#end(spec, options);
  }
}

/** A send and its answer. */
export function recordsOf(requestId: string, target: string, attempt = 1): ClientRecord[] {
  return [
    aSent(requestId, target, { attempt }),
    anOutcome(requestId, target, { attempt, plannedAtMs: 0, sentAtMs: 0 }),
  ];
}

export function parsed<Value>(text: string): Value[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
