import { describe, expect, test } from 'vitest';
import {
  change,
  duration,
  figure,
  listed,
  milliseconds,
  percent,
  sentence,
  usd,
  utility,
} from '../../src/report/format.ts';

describe('money', () => {
  test.each([
    [0, '$0'],
    [0.00331234, '$0.00331'],
    [0.0000002, '$0.000000200'],
    [0.0099996, '$0.0100'],
    [1.2, '$1.20'],
    [80, '$80.0'],
    [1234.5, '$1,230'],
    [-0.5, '−$0.500'],
  ])('%d is written with three significant digits and no exponent', (value, text) => {
    expect(usd(value)).toBe(text);
  });
});

describe('shares', () => {
  test.each([
    [0, '0 %'],
    [0.5, '50 %'],
    [0.1234, '12.3 %'],
    [0.9979, '99.79 %'],
    [0.99999, '>99.99 %'],
    [0.00001, '<0.01 %'],
    [1, '100 %'],
  ])('%d never reads as all or none when it is not', (value, text) => {
    expect(percent(value)).toBe(text);
  });

  test('a ratio is told as what it changes, with a real minus sign', () => {
    expect(change(0.819)).toBe('−18.1 %');
    expect(change(1.057)).toBe('+5.7 %');
    expect(change(1.0001)).toBe('0 %');
    expect(change(Number.POSITIVE_INFINITY)).toBe('not estimable');
  });
});

describe('times', () => {
  test('a length of time has the unit that a person would use', () => {
    expect(duration(80)).toBe('80 ms');
    expect(duration(4500)).toBe('4.5 s');
    expect(duration(59_990)).toBe('1 min');
    expect(duration(372_000)).toBe('6 min 12 s');
    expect(duration(7_200_000)).toBe('2 h');
    expect(duration(3_599_600)).toBe('1 h');
  });

  test('milliseconds have a decimal only where it matters', () => {
    expect(milliseconds(4.23)).toBe('4.2');
    expect(milliseconds(4.04)).toBe('4');
    expect(milliseconds(1244.6)).toBe('1,245');
  });
});

test('plain numbers lose the zeros that say nothing', () => {
  expect(figure(13)).toBe('13');
  expect(figure(0.0723572)).toBe('0.0724');
  expect(figure(-2.5)).toBe('−2.5');
  expect(figure(0)).toBe('0');
});

test('a utility keeps the decimals in which two of them differ', () => {
  expect(utility(-2.8712)).toBe('−2.8712');
});

test('words are listed as in a sentence, and a sentence ends once', () => {
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  expect(sentence('It broke')).toBe('It broke.');
  expect(sentence('It broke. ')).toBe('It broke.');
});
