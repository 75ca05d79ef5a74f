import path from 'node:path';
import type { PlatformRecord } from '../../domain/observation.ts';
import type { LoadProgress } from '../load-generator.ts';
import { openSegmentName, segmentName } from '../segments.ts';
import { LineFile } from './line-file.ts';
import { clientLines, platformLine } from './record-lines.ts';
import type { RunSink } from './run-sink.ts';
import { isGood, type Reply, type Send } from './send.ts';

/** Whoever reads a segment reads it whole: far below what fits into one string. */
const segmentLength = 128 * 1024 * 1024;

export interface RecordFilesInput {
  /** Where the segments go. */
  readonly folder: string;
  readonly firstSegment: number;
  readonly attempt: number;
  readonly platformPath: string;
  /** `<requestId>/<target>` that an earlier attempt has written down already. */
  readonly isWrittenAlready: (send: Send) => boolean;
}

/** Writes a simulated run's records as the real generator and the real platforms do. */
export class RecordFiles implements RunSink {
  readonly #input: RecordFilesInput;
  readonly #platform: LineFile;
  #client: LineFile | undefined;
  #segments: number;
  #sent = 0;
  #answered = 0;
  #errors = 0;

  constructor(input: RecordFilesInput) {
    this.#input = input;
    this.#segments = input.firstSegment - 1;
    this.#platform = new LineFile(input.platformPath, `${input.platformPath}.open`);
  }

  get progress(): LoadProgress {
    return {
      sent: this.#sent,
      answered: this.#answered,
      errors: this.#errors,
      // In virtual time everything is sent when it is due.
      lagMsP99: 0,
      closedSegments: this.#segments,
    };
  }

  outcome(send: Send, reply: Reply): void {
    if (this.#input.isWrittenAlready(send)) return;
    this.#sent += 1;
    if (reply.outcome === 'answered') this.#answered += 1;
    if (!isGood(reply)) this.#errors += 1;
    this.#client ??= this.#openSegment();
    this.#client.write(clientLines(send, reply, this.#input.attempt));
    if (this.#client.length >= segmentLength) this.closeSegment();
  }

  platform(record: PlatformRecord): void {
    this.#platform.write(platformLine(record));
  }

  /** Gives the current segment its final name. */
  closeSegment(): void {
    if (this.#client === undefined) return;
    this.#client.close();
    this.#client = undefined;
    this.#segments += 1;
  }

  closePlatform(): void {
    this.#platform.close();
  }

  /** Of a run that does not end the platforms' records are of no use: it will be repeated. */
  discardPlatform(): void {
    this.#platform.discard();
  }

  #openSegment(): LineFile {
    const number = this.#segments + 1;
    const { folder } = this.#input;
    return new LineFile(
      path.join(folder, segmentName(number)),
      path.join(folder, openSegmentName(number)),
    );
  }
}
