import { expect, it } from 'vitest';
import { yamlTooDeep } from '../../src/facts/yaml-depth.ts';

it.each([
  ['lists', '['.repeat(100_000)],
  ['maps', '{"a":'.repeat(100_000)],
  ['items', '- '.repeat(100_000)],
  ['questions', '? '.repeat(100_000)],
])('%s within one another are too deep', (_, text) => {
  expect(yamlTooDeep(text)).toBe(true);
});

it.each([
  ['many lists beside one another', 'a: [[1], [2]]\n'.repeat(5000)],
  ['brackets in texts', 'a: "[[[[["\nb: "{{ x }}"\n'.repeat(500)],
  ['a list of many', '- a\n- b: {c: 1}\n'.repeat(2000)],
  ['a broken end', ']]}}\n'],
  ['nothing', ''],
])('%s are not', (_, text) => {
  expect(yamlTooDeep(text)).toBe(false);
});
