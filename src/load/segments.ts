import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';

/** A segment that is still being written; renamed to its final name when it is closed. */
export function openSegmentName(number: number): string {
  return `${segmentName(number)}${openSuffix}`;
}

export function segmentName(number: number): string {
  return `${String(number).padStart(3, '0')}.ndjson`;
}

const openSuffix = '.open';

export interface Segment {
  readonly number: number;
  readonly file: string;
  readonly isOpen: boolean;
}

/** The segments in a folder, in their order. */
export async function listSegments(folder: string): Promise<readonly Segment[]> {
  const names = await readdir(folder);
  return names
    .map((name) => parseSegment(folder, name))
    .filter((segment) => segment !== undefined)
    .sort((a, b) => a.number - b.number);
}

/**
 * Closes what a generator that is gone has left open, as it is: every line was written whole before
 * or after its send, so a killed generator loses no record that it had made.
 */
export async function adoptOpenSegments(folder: string): Promise<void> {
  for (const segment of await listSegments(folder)) {
    if (segment.isOpen) {
      await rename(segment.file, path.join(folder, segmentName(segment.number)));
    }
  }
}

function parseSegment(folder: string, name: string): Segment | undefined {
  const match = /^(\d{3,})\.ndjson(\.open)?$/.exec(name);
  if (match === null) return undefined;
  return {
    number: Number(match[1]),
    file: path.join(folder, name),
    isOpen: match[2] !== undefined,
  };
}
