import { describe, expect, test } from 'vitest';

import {
  type CodeVersion,
  codeDifferences,
  contentOf,
  evidenceContents,
} from '../../../src/domain/evidence/evidence.ts';
import { keysOf } from '../../../src/domain/names.ts';

describe('the table of contents', () => {
  const keys = keysOf('demo');

  test.each([
    [keys.plan, 'plan'],
    [keys.slotObservations(1), 'one row per intended request'],
    [keys.summary('slot-001'), 'proof of each load run'],
    [keys.raw('slot-001', 1, 1), 'as it came'],
    [keys.model('abc'), 'trained models'],
    [keys.report('verdict.json'), 'the verdict'],
    [keys.report('report.html'), 'the report for people'],
    [keys.figure('ladder'), 'the report for people'],
    [keys.championHistory(3), 'every router'],
    [`${keys.root}something.new`, 'another object'],
  ])('%s is %s', (path, what) => {
    expect(contentOf(evidenceContents('demo'), path)?.what).toContain(what);
  });

  test('knows nothing of another campaign', () => {
    expect(contentOf(evidenceContents('demo'), keysOf('demo-2').plan)).toBeUndefined();
  });
});

describe('whether the code is the same', () => {
  const code: CodeVersion = {
    version: '0.1.0',
    commit: 'abc',
    dirty: false,
    sourceSha256: 'aa',
    lockSha256: 'bb',
    node: 'v24.1.0',
  };
  const differences = (changes: Partial<CodeVersion>) =>
    codeDifferences(code, { ...code, ...changes }, ['there', 'here']);

  test('the same files are the same code, whatever the commit is called', () => {
    expect(differences({})).toEqual([]);
    expect(differences({ commit: 'def', dirty: true })).toEqual([]);
  });

  test('other files, libraries or another Node are named', () => {
    expect(differences({ sourceSha256: 'cc', dirty: true })).toEqual([
      'source aa there, cc here',
      'changed since its commit here',
    ]);
    expect(differences({ lockSha256: 'dd', node: 'v22.1.0' })).toEqual([
      'package-lock.json bb there, dd here',
      'Node v24.1.0 there, v22.1.0 here',
    ]);
  });
});
