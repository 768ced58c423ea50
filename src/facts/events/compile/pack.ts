import { CODES, LEAF } from '../unpack.ts';
import type { Crossing } from './crossings.ts';

/** Numbers as base64, little-endian; see `unpack.ts`. @throws when one has no room */
function packed(numbers: readonly number[], size: 2 | 4): string {
  const bytes = Buffer.alloc(numbers.length * size);
  for (const [i, one] of numbers.entries()) bytes.writeIntLE(one, i * size, size);
  return bytes.toString('base64');
}

export const packed16 = (numbers: readonly number[]): string => packed(numbers, 2);
export const packed32 = (numbers: readonly number[]): string => packed(numbers, 4);

/** Which of the ways most bytes take. */
function mostTaken(ways: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const way of ways) counts.set(way, (counts.get(way) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0];
}

/**
 * One after the other: of a leaf LEAF, how many items, and these; of another its place, the way that most bytes take, how many
 * others, and of these the byte and the way.
 */
export function packCrossings(all: readonly Crossing[]): string {
  const numbers: number[] = [];
  for (const { place, ways } of all) {
    if (place === LEAF) {
      if (ways.length >= CODES) throw new Error('too many messages that nothing tells apart');
      numbers.push(LEAF, ways.length, ...ways);
      continue;
    }
    const most = mostTaken(ways);
    const others = [...ways.entries()].filter(([, way]) => way !== most);
    numbers.push(place, most, others.length, ...others.flat());
  }
  return packed16(numbers);
}
