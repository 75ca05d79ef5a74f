import { expect, test } from 'vitest';
import { escaped as html } from '../../../src/report/page/html-text.ts';
import { escaped as markdown } from '../../../src/report/page/markdown.ts';

test('Markdown leaves the names of columns and intervals as they are', () => {
  expect(markdown('recent_rate_ecs_per_s −18.1 % [−22.4 %, −13.9 %] (n = 8)')).toBe(
    'recent_rate_ecs_per_s −18.1 % [−22.4 %, −13.9 %] (n = 8)',
  );
});

test.each([
  ['a|b', 'a\\|b'],
  ['*a* `b`', '\\*a\\* \\`b\\`'],
  ['_a_', '\\_a\\_'],
  ['[a](b)', '[a\\](b)'],
  ['# a', '\\# a'],
  ['1. a', '\\1. a'],
  ['a\n- b', 'a - b'],
  ['<b>', '&lt;b>'],
  ['&lt;', '&amp;lt;'],
])('Markdown shows %j as text', (plain, written) => {
  expect(markdown(plain)).toBe(written);
});

test('HTML escapes what could end an element or an attribute', () => {
  expect(html(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;');
});
