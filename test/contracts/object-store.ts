import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../src/stores/object-store.ts';

export interface OpenedStore {
  /** Another connection to the same objects: what another process would hold. */
  openAnother(): ObjectStore;
  close(): Promise<void>;
}

/** What every object store promises; `open` begins with an empty one. */
export function describeObjectStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as an object store`, () => {
    let opened: OpenedStore;
    let store: ObjectStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.openAnother();
    });
    afterEach(() => opened.close());

    const textOf = async (key: string) => {
      const object = await store.get(key);
      return object && Buffer.from(object.body).toString('utf8');
    };

    test('gives back the bytes that were put', async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256);
      await store.put('a/b/bytes.bin', bytes);
      const object = await store.get('a/b/bytes.bin');
      expect(Buffer.compare(Buffer.from(object?.body ?? []), Buffer.from(bytes))).toBe(0);
    });

    test('gives back text as UTF-8, and an empty object as empty', async () => {
      await store.put('text.json', '{"name":"Zürich"}');
      await store.put('empty.json', '');
      expect(await textOf('text.json')).toBe('{"name":"Zürich"}');
      expect(await textOf('empty.json')).toBe('');
    });

    test('knows no object that was never put, nor a folder of objects', async () => {
      await store.put('a/b.json', 'x');
      expect(await store.get('a')).toBeUndefined();
      expect(await store.get('a/c.json')).toBeUndefined();
      expect(await store.get('a/b.json/c.json')).toBeUndefined();
    });

    test('put replaces, and the version follows the bytes', async () => {
      await store.put('k.json', 'one');
      const first = await store.get('k.json');
      await store.put('k.json', 'two');
      const second = await store.get('k.json');
      expect(await textOf('k.json')).toBe('two');
      expect(second?.version).not.toBe(first?.version);
      expect((await opened.openAnother().get('k.json'))?.version).toBe(second?.version);
    });

    test('putIfAbsent writes once and leaves the first object alone', async () => {
      expect(await store.putIfAbsent('receipts/slot-001.json', 'first')).toBe(true);
      expect(await store.putIfAbsent('receipts/slot-001.json', 'second')).toBe(false);
      expect(await textOf('receipts/slot-001.json')).toBe('first');
    });

    test('putIfAbsent writes again after a remove', async () => {
      await store.putIfAbsent('k', 'first');
      await store.remove('k');
      expect(await store.putIfAbsent('k', 'second')).toBe(true);
      expect(await textOf('k')).toBe('second');
    });

    test('of 20 writers that put the same absent key exactly one wins, in 20 rounds', async () => {
      const writers = Array.from({ length: 20 }, () => opened.openAnother());
      for (let round = 1; round <= 20; round++) {
        const key = `race/${round}.json`;
        const wins = await Promise.all(
          writers.map((writer, index) => writer.putIfAbsent(key, `writer ${index}`)),
        );
        expect(wins.filter(Boolean)).toHaveLength(1);
        expect(await textOf(key)).toBe(`writer ${wins.indexOf(true)}`);
      }
    });

    test('putIfMatch replaces the version it was told, and no other', async () => {
      await store.put('champion.json', 'one');
      const version = (await store.get('champion.json'))?.version ?? '';
      expect(await store.putIfMatch('champion.json', 'two', version)).toBe(true);
      expect(await store.putIfMatch('champion.json', 'three', version)).toBe(false);
      expect(await textOf('champion.json')).toBe('two');
    });

    test('putIfMatch never creates an object', async () => {
      await store.put('gone.json', 'one');
      const version = (await store.get('gone.json'))?.version ?? '';
      await store.remove('gone.json');
      expect(await store.putIfMatch('gone.json', 'two', version)).toBe(false);
      expect(await store.get('gone.json')).toBeUndefined();
    });

    test('no update is lost when 10 writers count together by putIfMatch', async () => {
      await store.put('count', '0');
      const countOnce = async (writer: ObjectStore) => {
        for (;;) {
          const current = await writer.get('count');
          const next = String(Number(Buffer.from(current?.body ?? []).toString()) + 1);
          if (await writer.putIfMatch('count', next, current?.version ?? '')) return;
        }
      };
      const writers = Array.from({ length: 10 }, () => opened.openAnother());
      await Promise.all(writers.map(countOnce));
      expect(await textOf('count')).toBe('10');
    });

    test('a put is never overwritten by a putIfMatch that read before it', async () => {
      for (let round = 1; round <= 20; round++) {
        const key = `mixed/${round}`;
        await store.put(key, 'old');
        const version = (await store.get(key))?.version ?? '';
        await Promise.all([
          opened.openAnother().putIfMatch(key, 'by match', version),
          opened.openAnother().put(key, 'by put'),
        ]);
        expect(await textOf(key)).toBe('by put');
      }
    });

    test('list finds exactly the keys with the prefix, sorted, at every depth', async () => {
      for (const key of ['a/b/2', 'a/b/10', 'a/bc/1', 'ab/1', 'b/1']) {
        await store.put(key, key);
      }
      expect(await store.list('')).toEqual(['a/b/10', 'a/b/2', 'a/bc/1', 'ab/1', 'b/1']);
      expect(await store.list('a/')).toEqual(['a/b/10', 'a/b/2', 'a/bc/1']);
      expect(await store.list('a/b')).toEqual(['a/b/10', 'a/b/2', 'a/bc/1']);
      expect(await store.list('a/b/')).toEqual(['a/b/10', 'a/b/2']);
      expect(await store.list('a/b/1')).toEqual(['a/b/10']);
      expect(await store.list('c/')).toEqual([]);
    });

    test('remove takes an object away, and what is not there without complaint', async () => {
      await store.put('a/b', 'x');
      await store.put('a/c', 'x');
      await store.remove('a/b');
      await store.remove('a/b');
      await store.remove('never/was');
      expect(await store.list('')).toEqual(['a/c']);
    });

    test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.', '.hidden', 'a\\b', 'a\0b'])(
      'refuses the key %j',
      async (key) => {
        await expect(store.put(key, 'x')).rejects.toThrow('is no object key');
        await expect(store.putIfAbsent(key, 'x')).rejects.toThrow('is no object key');
        await expect(store.get(key)).rejects.toThrow('is no object key');
        await expect(store.remove(key)).rejects.toThrow('is no object key');
      },
    );
  });
}
