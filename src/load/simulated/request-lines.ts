import { createReadStream } from 'node:fs';
import type { IntendedRequest } from '../../domain/requests/requests.ts';

/** Some two hundred requests: what a reader holds, and how long it keeps the process to itself. */
const pieceBytes = 64 * 1024;

/** The intended requests of a run piece by piece, so that memory does not grow with their number. */
export async function* readRequestPieces(
  requestsPath: string,
): AsyncGenerator<readonly IntendedRequest[]> {
  let rest = '';
  const stream = createReadStream(requestsPath, { encoding: 'utf8', highWaterMark: pieceBytes });
  for await (const piece of stream) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    yield requestsOf(lines);
  }
  yield requestsOf([rest]);
}

function requestsOf(lines: readonly string[]): readonly IntendedRequest[] {
  return lines.filter((line) => line !== '').map((line): IntendedRequest => JSON.parse(line));
}
