import { createReadStream } from 'node:fs';
import type { TextForm } from './table-header.ts';

/** A line of JSON, or a CSV record, which may go over several lines. */
export interface FileRecord {
  /** Where it begins: lines of the file from 1, as an editor counts them. */
  readonly line: number;
  readonly isBlank: boolean;
  /** How it ends; undefined for the last one of a file that does not end with a line break. */
  readonly end: LineEnd | undefined;
  /** The file ends inside its quotes. */
  readonly isUnended: boolean;
  /** It has a zero byte, which no text has. */
  readonly hasZero: boolean;
}

/** `lone CR`: one within a line of a file whose lines end otherwise. */
export type LineEnd = 'LF' | 'CR LF' | 'CR' | 'lone CR';

/** The records of a text, piece by piece; blank ones are among them. */
export async function* recordsOf(
  path: string,
  form: TextForm,
): AsyncGenerator<readonly FileRecord[]> {
  const scanner = new RecordScanner(form);
  for await (const piece of createReadStream(path, { start: form.bomBytes })) {
    yield scanner.scan(piece as Buffer);
  }
  yield scanner.finish();
}

const noByte = -1;
const carriageReturn = 0x0d;
const quote = 0x22;
const space = 0x20;
const whitespace = [0x09, carriageReturn, space];

class RecordScanner {
  readonly #delimiter: number;
  readonly #lineBreak: number;
  /** Spaces alone are a value of a CSV file. */
  readonly #blanks: readonly number[];
  #line = 1;
  #begins = 1;
  #isBlank: boolean = true;
  #isQuoted: boolean = false;
  #hasZero: boolean = false;
  #hasLoneReturn: boolean = false;
  /** Nothing but spaces has come since the delimiter, so that a quote opens. */
  #isAtValue: boolean = true;
  /** The byte before closed a quote; another one makes a pair, which is a character of the value. */
  #hasClosed: boolean = false;
  #previous = noByte;

  constructor({ delimiter, lineBreak }: TextForm) {
    this.#delimiter = delimiter?.charCodeAt(0) ?? noByte;
    this.#lineBreak = lineBreak.charCodeAt(0);
    this.#blanks = delimiter === undefined ? whitespace : [carriageReturn];
  }

  scan(piece: Uint8Array): FileRecord[] {
    const found: FileRecord[] = [];
    for (const byte of piece) {
      if (byte === this.#lineBreak) {
        this.#line += 1;
        if (this.#isQuoted) this.#previous = byte;
        else found.push(this.#end(this.#endOf()));
      } else {
        this.#take(byte);
      }
    }
    return found;
  }

  finish(): FileRecord[] {
    return this.#isBlank ? [] : [this.#end(this.#hasLoneReturn ? 'lone CR' : undefined)];
  }

  #take(byte: number): void {
    // A return that no line feed follows; the return itself was taken as the one before a line feed.
    if (this.#previous === carriageReturn && !this.#isQuoted) this.#hasLoneReturn = true;
    const isQuote = byte === quote && this.#delimiter !== noByte;
    const closes = isQuote && this.#isQuoted;
    if (closes) this.#isQuoted = false;
    else if (isQuote && (this.#isAtValue || this.#hasClosed)) this.#isQuoted = true;
    this.#hasClosed = closes;
    this.#isAtValue = byte === this.#delimiter || (this.#isAtValue && byte === space);
    if (byte === 0) this.#hasZero = true;
    if (this.#isBlank && !this.#blanks.includes(byte)) this.#isBlank = false;
    this.#previous = byte;
  }

  #endOf(): LineEnd {
    if (this.#hasLoneReturn) return 'lone CR';
    if (this.#lineBreak === carriageReturn) return 'CR';
    return this.#previous === carriageReturn ? 'CR LF' : 'LF';
  }

  #end(end: LineEnd | undefined): FileRecord {
    const record = {
      line: this.#begins,
      isBlank: this.#isBlank,
      end,
      isUnended: this.#isQuoted,
      hasZero: this.#hasZero,
    };
    this.#begins = this.#line;
    this.#isBlank = true;
    this.#isQuoted = false;
    this.#hasZero = false;
    this.#hasLoneReturn = false;
    this.#isAtValue = true;
    this.#hasClosed = false;
    this.#previous = noByte;
    return record;
  }
}
