import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InventoryHost } from '../../../src/model/inventory.ts';
import { matcherOf, selected } from '../../../src/reason/fleet/select.ts';

describe('a pattern', () => {
  test.each([
    ['web-*.example.com', 'web-1.Example.com', true],
    ['web-*.example.com', 'web-1.example.org', false],
    ['*', 'anything', true],
    ['a*b*c', 'aXbXc', true],
    ['a*b*c', 'acb', false],
    ['web?', 'web1', true],
    ['web?', 'web', false],
    ['web', 'web1', false],
    ['*1', 'web11', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['2001:db8::1', '2001:0db8:0::1', true],
  ])('%s and %s: %s', (pattern, text, wanted) => {
    expect(matcherOf(pattern)?.(text)).toBe(wanted);
  });

  test('is as a regular expression would have it', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?');
    const word = (of: fc.Arbitrary<string>) => fc.array(of, { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(word(piece), word(fc.constantFrom('a', 'b')), (pattern, text) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matcherOf(pattern)?.(text)).toBe(regex.test(text));
      }),
      { numRuns: 5000 },
    );
  });

  test.each(['', 'a b', '10.0.0.0/99'])('%j is none', (text) => {
    expect(matcherOf(text)).toBeUndefined();
  });
});

test('hosts once, with the groups of all their lines, and never a blocked one', () => {
  const host = (name: string, more: Partial<InventoryHost> = {}): InventoryHost => ({
    name,
    address: name,
    groups: [],
    tags: [],
    ...more,
  });
  const all = [
    host('web1', { groups: ['web'] }),
    host('web1', { groups: ['eu'], tags: ['blue'] }),
    host('db1'),
    host('alias', { address: '10.0.0.1' }),
  ];
  const block = [matcherOf('10.0.0.0/8'), matcherOf('db*')].flatMap((one) => one ?? []);
  expect(selected(all, { groups: [], tags: [], allow: [], block })).toEqual([
    host('web1', { groups: ['web', 'eu'], tags: ['blue'] }),
  ]);
  expect(selected(all, { groups: ['eu'], tags: [], allow: [], block: [] }).map(({ name }) => name)).toEqual(['web1']);
});
