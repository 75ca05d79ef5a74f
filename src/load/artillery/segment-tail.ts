import { open } from 'node:fs/promises';
import type { ClientRecord } from '../../domain/observation.ts';
import type { LoadProgress } from '../load-generator.ts';
import { listSegments, type Segment } from '../segments.ts';

/** Follows the segments of one attempt while they are written, and counts what they say. */
export class SegmentTail {
  readonly #folder: string;
  readonly #firstSegment: number;
  readonly #offsets = new Map<number, number>();
  readonly #lagsMs: number[] = [];
  #sent = 0;
  #answered = 0;
  #errors = 0;

  constructor(folder: string, firstSegment: number) {
    this.#folder = folder;
    this.#firstSegment = firstSegment;
  }

  /** Targets that have an outcome. */
  get outcomes(): number {
    return this.#lagsMs.length;
  }

  /** Reads what is new. `errors` are outcomes that are no good answer, whatever the reason. */
  async read(): Promise<LoadProgress> {
    const segments = await listSegments(this.#folder);
    const own = segments.filter(({ number }) => number >= this.#firstSegment);
    for (const segment of own) await this.#readSegment(segment);
    return {
      sent: this.#sent,
      answered: this.#answered,
      errors: this.#errors,
      lagMsP99: percentile99(this.#lagsMs),
      closedSegments: lastClosed(segments),
    };
  }

  async #readSegment(segment: Segment): Promise<void> {
    const offset = this.#offsets.get(segment.number) ?? 0;
    const text = await readFrom(segment.file, offset);
    // A line that is being written is left for the next time.
    const whole = text.subarray(0, text.lastIndexOf(newline) + 1);
    this.#offsets.set(segment.number, offset + whole.byteLength);
    for (const line of whole.toString().split('\n')) {
      if (line !== '') this.#count(JSON.parse(line));
    }
  }

  #count(record: ClientRecord): void {
    if (record.kind === 'sent') {
      this.#sent += 1;
      return;
    }
    this.#lagsMs.push(record.sentAtMs - record.plannedAtMs);
    if (record.outcome === 'answered') this.#answered += 1;
    if (!record.isGood) this.#errors += 1;
  }
}

const newline = 0x0a;

export function lastClosed(segments: readonly Segment[]): number {
  return segments.findLast(({ isOpen }) => !isOpen)?.number ?? 0;
}

async function readFrom(file: string, offset: number): Promise<Buffer> {
  const handle = await openUnlessRenamed(file);
  if (handle === undefined) return Buffer.alloc(0);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A segment that was closed since it was listed is read under its new name the next time. */
async function openUnlessRenamed(file: string) {
  try {
    return await open(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function percentile99(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
}
