import sharp from 'sharp';

/** Thumbnails are small: one thread each, and no cache that would grow inside 128 MB. */
sharp.concurrency(1);
sharp.cache(false);

const widthPixels = 160;

/** Decodes an image and answers a JPEG, 160 pixels wide. */
export async function handle(
  payload: Uint8Array,
): Promise<{ contentType: string; body: Uint8Array }> {
  const body = await sharp(payload).resize({ width: widthPixels }).jpeg({ quality: 80 }).toBuffer();
  return { contentType: 'image/jpeg', body };
}
