import { describe, expect, test } from 'vitest';
import { canonicalJson, readArtifact } from '../../src/learning/artifact.ts';

describe('canonical JSON', () => {
  test('does not depend on the order in which fields were set', () => {
    const text = '{"a":[1,{"x":null,"y":"é"}],"b":true}';
    expect(canonicalJson({ b: true, a: [1, { y: 'é', x: null }] })).toBe(text);
    expect(canonicalJson({ a: [1, { x: null, y: 'é' }], b: true, c: undefined })).toBe(text);
  });

  test('refuses what JSON would turn into null', () => {
    expect(() => canonicalJson({ logLoss: Number.NaN })).toThrow('NaN');
    expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow('Infinity');
  });
});

describe('reading a stored model', () => {
  test('refuses bytes that are not those of its name', () => {
    expect(() => readArtifact('{}', 'abc')).toThrow(/Model abc has the content of 44136fa3/);
  });

  test('refuses what is no model, though the bytes are right', () => {
    const sha256OfEmptyObject = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    expect(() => readArtifact('{}', sha256OfEmptyObject)).toThrow(/model\.schema is missing/);
  });
});
