import { PermanentFailure } from '../failures.ts';

/** How one number is written in an array of bytes. */
export interface ElementCodec {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

export const int16: ElementCodec = {
  bytes: 2,
  read: (view, at) => view.getInt16(at, true),
  write: (view, at, value) => view.setInt16(at, value, true),
};
export const int32: ElementCodec = {
  bytes: 4,
  read: (view, at) => view.getInt32(at, true),
  write: (view, at, value) => view.setInt32(at, value, true),
};
export const float32: ElementCodec = {
  bytes: 4,
  read: (view, at) => view.getFloat32(at, true),
  write: (view, at, value) => view.setFloat32(at, value, true),
};
export const float64: ElementCodec = {
  bytes: 8,
  read: (view, at) => view.getFloat64(at, true),
  write: (view, at, value) => view.setFloat64(at, value, true),
};

/** Base64 of little-endian numbers: the same text on every machine. */
export function encodeArray(values: ArrayLike<number>, codec: ElementCodec): string {
  const bytes = new Uint8Array(values.length * codec.bytes);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index += 1) {
    codec.write(view, index * codec.bytes, values[index] as number);
  }
  let text = '';
  // String.fromCharCode takes its bytes as arguments, and the stack bounds how many.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/** The numbers of a stored array of exactly `count`; `name` is for the message. Throws `ModelMismatch`. */
export function decodeArray(
  encoded: string,
  name: string,
  count: number,
  codec: ElementCodec,
): Float64Array {
  const text = decodeBase64(encoded, name);
  if (text.length !== count * codec.bytes) {
    throw mismatch(
      `"${name}" has ${text.length} bytes, but ${count} values take ${count * codec.bytes}`,
    );
  }
  // Plain loops: a model of 200 deep trees has ten million bytes, and a cold start waits for them.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const view = new DataView(bytes.buffer);
  const values = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    values[index] = codec.read(view, index * codec.bytes);
  }
  return values;
}

function decodeBase64(value: string, name: string): string {
  try {
    return atob(value);
  } catch (error) {
    throw mismatch(`"${name}" is not base64`, error);
  }
}

function mismatch(problem: string, cause?: unknown): PermanentFailure {
  return new PermanentFailure(
    'ModelMismatch',
    `${problem}. The stored model is damaged or of another version; train it again.`,
    { cause },
  );
}
