import type { ObjectStore } from '../../stores/object-store.ts';

/** A stored JSON object, or undefined when there is none. What it is, its key says. */
export async function findObject<Value>(
  objects: ObjectStore,
  key: string,
): Promise<Value | undefined> {
  const stored = await objects.get(key);
  if (stored === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(stored.body)) as Value;
}

/** The bytes of an object that was listed a moment ago. */
export async function requireObject(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const stored = await objects.get(key);
  if (stored === undefined) throw new Error(`The store has no object "${key}" (any more).`);
  return stored.body;
}
