import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/domain/statistics/random.ts';
import * as heavy from '../../workloads/heavy/handler.ts';
import * as heavyPayload from '../../workloads/heavy/payload.ts';
import * as lightweight from '../../workloads/lightweight/handler.ts';
import * as lightweightPayload from '../../workloads/lightweight/payload.ts';
import * as medium from '../../workloads/medium/handler.ts';
import * as mediumPayload from '../../workloads/medium/payload.ts';
import * as thumbnail from '../../workloads/thumbnail/handler.ts';
import * as thumbnailPayload from '../../workloads/thumbnail/payload.ts';

const workloads = [
  { name: 'lightweight', ...lightweight, ...lightweightPayload },
  { name: 'thumbnail', ...thumbnail, ...thumbnailPayload },
  { name: 'medium', ...medium, ...mediumPayload },
  { name: 'heavy', ...heavy, ...heavyPayload },
];

const seeded = (seed: number): (() => number) => randomFor(seed, 'payload');

describe.each(workloads)('$name', ({ makePayload, handle }) => {
  it('answers the same to the same payload', async () => {
    const { body } = makePayload(seeded(7));
    const [first, second] = [await handle(body), await handle(body)];
    expect(Buffer.from(first.body)).toEqual(Buffer.from(second.body));
  });

  it('makes the same payload from the same seed, and another from another', () => {
    const [one, again, other] = [7, 7, 8].map((seed) =>
      Buffer.from(makePayload(seeded(seed)).body),
    );
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it('answers differently to another payload', async () => {
    const [one, other] = await Promise.all(
      [7, 8].map(async (seed) => Buffer.from((await handle(makePayload(seeded(seed)).body)).body)),
    );
    expect(one).not.toEqual(other);
  });

  it('refuses what is not its kind of payload', async () => {
    await expect(handle(Buffer.from('{"seed":1}'))).rejects.toThrow();
  });
});

describe('lightweight', () => {
  const valid = {
    id: 'u0-1',
    email: 'user1@example.org',
    age: 30,
    tags: ['new'],
    address: { street: 'Street 1', zip: '12345' },
    isActive: true,
  };
  const validate = async (records: unknown[]): Promise<unknown> =>
    JSON.parse((await lightweight.handle(Buffer.from(JSON.stringify({ records })))).body);

  it('finds a record without a mistake valid', async () => {
    expect(await validate([valid])).toEqual({ records: 1, valid: 1, mistakes: {} });
  });

  it.each([
    ['id', { id: 'x' }],
    ['email', { email: 'nobody' }],
    ['age', { age: 120 }],
    ['tags', { tags: [] }],
    ['address', { address: { street: 'Street 1', zip: '123' } }],
    ['isActive', { isActive: 'yes' }],
  ])('finds a mistake in %s', async (field, mistake) => {
    const found = await validate([{ ...valid, ...mistake }]);
    expect(found).toEqual({ records: 1, valid: 0, mistakes: { [field]: 1 } });
  });

  it('finds an id that comes twice', async () => {
    expect(await validate([valid, valid])).toMatchObject({ valid: 1, mistakes: { id: 1 } });
  });
});

describe('thumbnail', () => {
  it('makes a JPEG, 160 pixels wide, from a PNG of realistic size', async () => {
    const { body, contentType } = thumbnailPayload.makePayload(seeded(1));
    expect(contentType).toBe('image/png');
    expect(body.length).toBeGreaterThan(50_000);
    expect(body.length).toBeLessThan(160_000);
    const image = await sharp((await thumbnail.handle(body)).body).metadata();
    expect(image).toMatchObject({ format: 'jpeg', width: 160, height: 160 });
  });
});

describe('medium', () => {
  it('finds the period of a pure rhythm', async () => {
    const samples = Array.from({ length: 6_000 }, (_, at) => Math.sin((2 * Math.PI * at) / 400));
    const answer = await medium.handle(Buffer.from(JSON.stringify({ samples })));
    expect(JSON.parse(answer.body).period % 400).toBe(0);
  });
});

describe('heavy', () => {
  it('leaves a plate without sources cold, and warms it from one', async () => {
    const heat = async (sources: unknown[]): Promise<{ hottest: number; coldest: number }> =>
      JSON.parse((await heavy.handle(Buffer.from(JSON.stringify({ gridSize: 16, sources })))).body);
    expect(await heat([])).toEqual({ hottest: 0, coldest: 0, mean: 0 });
    const warmed = await heat([{ x: 8, y: 8, strength: 10 }]);
    expect(warmed.hottest).toBeGreaterThan(0);
    expect(warmed.coldest).toBe(0);
  });

  it('refuses a source beside the plate', async () => {
    const payload = { gridSize: 16, sources: [{ x: 16, y: 1, strength: 1 }] };
    await expect(heavy.handle(Buffer.from(JSON.stringify(payload)))).rejects.toThrow('plate');
  });
});
