import { describe, expect, it } from 'vitest';
import { bounded, flat } from '../../../src/reason/watch/bounded.ts';

describe('bounded', () => {
  it('remembers no more than it may of a million, and does not forget who came often', () => {
    const memory = bounded<{ n: number }>(1000, 100);
    for (let i = 0; i < 1_000_000; i++) {
      memory.touch(`source ${i}`, () => ({ n: 0 }));
      if (i % 400 === 0) memory.touch('regular', () => ({ n: 0 })).n += 1;
    }
    expect(memory.size).toBeLessThanOrEqual(1100);
    expect(memory.get('regular')?.n).toBe(2500);
    expect(memory.steady().map(([key]) => key)).toEqual(['regular']);
    expect([...memory.entries()].length).toBe(memory.size);
  });

  it('lets go of the regulars that were not heard of for longest', () => {
    const memory = bounded<number>(10, 4);
    for (let i = 0; i < 20; i++) for (let n = 0; n < 3; n++) memory.touch(`${i}`, () => i);
    expect(memory.steady().length).toBeLessThanOrEqual(4);
    expect(memory.get('19')).toBe(19);
    expect(memory.get('0')).toBeUndefined();
    memory.delete('19');
    expect(memory.get('19')).toBeUndefined();
  });

  it('copies texts as they are', () => {
    for (const text of ['', 'short', 'longer than thirteen', 'ü'.repeat(40)]) expect(flat(text)).toBe(text);
  });
});
