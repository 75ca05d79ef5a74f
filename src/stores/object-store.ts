/**
 * Whole objects under string keys (`a/b/c.json`). A put is atomic: a reader sees all of an object
 * or none of it. Raw data, receipts and models are written once; only the champion is replaced.
 */
export interface ObjectStore {
  /** Resolves to undefined when the key does not exist. `version` names these exact bytes. */
  get(key: string): Promise<StoredObject | undefined>;
  /** Writes the object, replacing an earlier one. */
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** Writes only when the key does not exist; false when it does. At most one caller ever wins. */
  putIfAbsent(key: string, body: Uint8Array | string): Promise<boolean>;
  /** Replaces the object only while it still has `version`; false when it has changed or gone. */
  putIfMatch(key: string, body: Uint8Array | string, version: string): Promise<boolean>;
  /** All keys that begin with the prefix, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes the object; removing what is not there is no error. */
  remove(key: string): Promise<void>;
}

export interface StoredObject {
  readonly body: Uint8Array;
  readonly version: string;
}
