import { PermanentFailure } from './failures.ts';

/**
 * The fields of a stored JSON object, read one by one and checked on the way. Every reader throws
 * `ModelMismatch` with the field's path, its value and what it should be.
 */
export class StoredFields {
  readonly #path: string;
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw mismatch(path, value, 'an object');
    }
    this.#path = path;
    this.#fields = new Map(Object.entries(value));
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  object(name: string): StoredFields {
    return new StoredFields(this.#fields.get(name), `${this.#path}.${name}`);
  }

  /** One of a few words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#fields.get(name);
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw this.#mismatch(name, words.map((one) => `"${one}"`).join(' or '));
    return word;
  }

  text(name: string): string {
    const value = this.#fields.get(name);
    if (typeof value !== 'string' || value === '') throw this.#mismatch(name, 'a text');
    return value;
  }

  number(name: string): number {
    const value = this.#fields.get(name);
    if (!isNumber(value)) throw this.#mismatch(name, 'a number');
    return value;
  }

  /** At least one, no two alike. */
  names(name: string): readonly string[] {
    const names = this.#list(name);
    const isFine = names.length > 0 && names.every(isText) && new Set(names).size === names.length;
    if (!isFine) throw this.#mismatch(name, 'a list of different names');
    return names.filter(isText);
  }

  numbers(name: string): readonly number[] {
    const numbers = this.#list(name);
    if (!numbers.every(isNumber)) throw this.#mismatch(name, 'a list of numbers');
    return numbers.filter(isNumber);
  }

  pair(name: string): readonly [number, number] {
    const [first, second, ...more] = this.numbers(name);
    if (first === undefined || second === undefined || more.length > 0) {
      throw this.#mismatch(name, 'a list of two numbers');
    }
    return [first, second];
  }

  /** Two rows of two. */
  square(name: string): readonly [readonly [number, number], readonly [number, number]] {
    const rows = new StoredFields({ ...this.#list(name) }, `${this.#path}.${name}`);
    return [rows.pair('0'), rows.pair('1')];
  }

  /** Numbers by name. */
  record(name: string): Readonly<Record<string, number>> {
    const fields = this.object(name);
    return Object.fromEntries([...fields.#fields.keys()].map((key) => [key, fields.number(key)]));
  }

  /** Texts by name. */
  textRecord(name: string): Readonly<Record<string, string>> {
    const fields = this.object(name);
    return Object.fromEntries([...fields.#fields.keys()].map((key) => [key, fields.text(key)]));
  }

  #list(name: string): readonly unknown[] {
    const value = this.#fields.get(name);
    if (!Array.isArray(value)) throw this.#mismatch(name, 'a list');
    return value;
  }

  #mismatch(name: string, wanted: string): PermanentFailure {
    return mismatch(`${this.#path}.${name}`, this.#fields.get(name), wanted);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function mismatch(path: string, value: unknown, wanted: string): PermanentFailure {
  const shown = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
  return new PermanentFailure(
    'ModelMismatch',
    `${path} is ${shown}; it should be ${wanted}. The stored model is damaged or of another ` +
      'version: train it again.',
  );
}
