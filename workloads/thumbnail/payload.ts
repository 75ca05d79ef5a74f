import { constants, crc32, deflateSync } from 'node:zlib';

const size = 240;
const bytesPerPixel = 3;

/** Encoding takes 3 ms of the load generator's CPU; at a hundred requests a second that would show. */
const albumSize = 32;
const album = new Map<number, Buffer>();

/** One of 32 different pictures, picked by the request's seed: a PNG of 240 x 240 pixels. */
export function makePayload(random: () => number): { contentType: string; body: Uint8Array } {
  const page = Math.floor(random() * albumSize);
  const body = album.get(page) ?? encodePicture(page);
  album.set(page, body);
  return { contentType: 'image/png', body };
}

function encodePicture(page: number): Buffer {
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', imageHeader()),
    chunk('IDAT', deflateSync(drawPixels(grainOf(page)), compression)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A small generator of its own (mulberry32), because a picture must be the same for every request. */
function grainOf(page: number): () => number {
  let state = (page + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The search for repeats finds none in the grain, and the load generator has other things to do. */
const compression = { level: 1, strategy: constants.Z_HUFFMAN_ONLY };

/** Eight bits per channel, true colour, no interlace: PNG specification, 11.2.2. */
function imageHeader(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return header;
}

/** Colour waves with grain: rows of pixels, each behind its filter byte (0 = none). */
function drawPixels(random: () => number): Buffer {
  const [fx = 0, fy = 0, red = 0, green = 0, blue = 0] = Array.from({ length: 5 }, random);
  const across = waveOf(fx);
  const along = waveOf(fy);
  const rowBytes = 1 + size * bytesPerPixel;
  const pixels = Buffer.alloc(rowBytes * size);
  for (let y = 0; y < size; y += 1) {
    let at = y * rowBytes + 1;
    for (let x = 0; x < size; x += 1) {
      const wave = 100 * (across[x] ?? 0) * (along[y] ?? 0);
      // One draw gives the grain of three channels, two bits each.
      const grain = Math.floor(random() * 64);
      pixels[at] = 120 + wave * red + (grain & 3);
      pixels[at + 1] = 120 + wave * green + ((grain >> 2) & 3);
      pixels[at + 2] = 120 + wave * blue + (grain >> 4);
      at += bytesPerPixel;
    }
  }
  return pixels;
}

/** One to ten radians over the length of the image. */
function waveOf(frequency: number): Float64Array {
  return Float64Array.from({ length: size }, (_, at) =>
    Math.sin((1 + 9 * frequency) * (at / size)),
  );
}

function chunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'ascii'), content]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
