import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  EMPTY,
  type LeaseTable,
  nextTable,
  partsOf,
  SHARED,
  shareOf,
  tableIn,
} from '../../../src/collect/broker/lease-table.ts';
import { ACROSS } from '../../../src/collect/broker/message.ts';

const none = new Set<never>();
const excessOf = (table: LeaseTable, who: string): ReadonlySet<number> =>
  new Set(partsOf(table, who).slice(shareOf(table)));

/** What each consumer does in turn: gives back what is above its share, takes what is free. */
function rounds(from: LeaseTable, who: readonly string[], count: number, dead: ReadonlySet<string> = none): LeaseTable {
  let table = from;
  for (let round = 0; round < count; round++)
    for (const id of who) ({ table } = nextTable(table, id, { dead, released: excessOf(table, id) }));
  return table;
}

it('gives every part to one, as many to each, whoever comes and dies', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat({ max: 19 }), { maxLength: 19 }), (count, dying) => {
      const all = Array.from({ length: count }, (_, index) => `c${index}`);
      const first = rounds(EMPTY, all, 4);
      expect(Object.keys(first.owners).length).toBe(SHARED);
      const dead = new Set(dying.map((index) => `c${index}`).filter((id) => id !== 'c0'));
      const living = all.filter((id) => !dead.has(id));
      const later = rounds(first, living, 4, dead);
      expect(Object.keys(later.owners).length).toBe(SHARED);
      const sizes = living.map((id) => partsOf(later, id).length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(SHARED);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(shareOf(later));
    }),
    { numRuns: 200 },
  );
});

it('never takes a part of one who lives', () => {
  const table = rounds(EMPTY, ['a'], 1);
  expect(partsOf(table, 'a').length).toBe(SHARED);
  const { table: next } = nextTable(table, 'b', { dead: none, released: none });
  expect(partsOf(next, 'b')).toEqual([]);
  const { table: taken, orphaned } = nextTable(next, 'b', { dead: new Set(['a']), released: none });
  expect(partsOf(taken, 'b').length).toBe(SHARED);
  expect(orphaned.size).toBe(SHARED);
  const { table: left, orphaned: given } = nextTable(taken, 'b', { dead: none, released: none, leaving: true });
  expect([left, given.size]).toEqual([EMPTY, 0]);
});

it('takes what is no table for an empty one', () => {
  for (const text of ['', 'x', '[]', 'null', '{"beats":{"a":"x"}}', '{"owners":{"99":"a"}}', '{"owners":{"1":2}}'])
    expect(tableIn(text), text).toEqual(EMPTY);
  fc.assert(fc.property(fc.string(), (text) => tableIn(text) !== undefined));
});

it('leaves what is across hosts where it is when others come', () => {
  const alone = rounds(EMPTY, ['a'], 1);
  expect(partsOf(rounds(alone, ['a', 'b', 'c'], 6), 'a')).toContain(ACROSS);
});
