import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { loadPayloadMaker } from '../../src/load/payloads.ts';

const fixture = (name: string) => path.join('test/fixtures/load', name, 'handler.ts');

describe('payloads', () => {
  test('are made by the module beside the handler, from the seed alone', async () => {
    const random = randomFor(7, 'payload');
    const expected = Uint8Array.from({ length: 64 }, () => Math.floor(random() * 256));
    const make = await loadPayloadMaker(fixture('image'));
    expect(make(7)).toEqual({ contentType: 'application/octet-stream', body: expected });
    expect(make(7)).toEqual(make(7));
    expect(make(8)).not.toEqual(make(7));
  });

  test('are the seed as JSON when the handler has no maker', async () => {
    const payload = (await loadPayloadMaker(fixture('')))(42);
    expect(payload.contentType).toBe('application/json');
    expect(Buffer.from(payload.body).toString()).toBe('{"seed":42}');
  });

  test('are refused when the module makes something else', async () => {
    const text = await loadPayloadMaker(fixture('text'));
    expect(() => text(1)).toThrow("it returned 'only text'");
  });

  test('are refused when the module has no maker', async () => {
    await expect(loadPayloadMaker(fixture('no-maker'))).rejects.toMatchObject({
      kind: 'WorkloadBroken',
    });
  });
});
