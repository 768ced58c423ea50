import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimize } from '../../src/reason/minimize.ts';

const lines = Array.from({ length: 40 }, (_, i) => i);
const holdsAll = (part: readonly number[], needed: readonly number[]) => needed.every((one) => part.includes(one));

describe('the smallest part that fails', () => {
  it('is the one set that makes it fail, wherever its lines stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.constantFrom(...lines), { minLength: 1, maxLength: 5 }), async (needed) => {
        const found = await minimize(lines, async (part) => holdsAll(part, needed));
        expect(found).toEqual([...needed].sort((a, b) => a - b));
      }),
    );
  });

  it('fails, and no longer does with any one line less, whatever the reason is', async () => {
    const reasons = fc.array(fc.uniqueArray(fc.constantFrom(...lines), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(reasons, async (any) => {
        const fails = (part: readonly number[]) => any.some((needed) => holdsAll(part, needed));
        const found = await minimize(lines, async (part) => fails(part));
        expect(fails(found)).toBe(true);
        for (const one of found) expect(fails(found.filter((other) => other !== one))).toBe(false);
      }),
    );
  });

  it('is found without trying anything twice, a single line among forty with few tries', async () => {
    const tried: string[] = [];
    await minimize(lines, async (part) => {
      tried.push(part.join(' '));
      return part.includes(17);
    });
    expect(new Set(tried).size).toBe(tried.length);
    expect(tried.length).toBeLessThan(14);
  });
});
