import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultOf, WHOLE } from '../../fuzz/properties.ts';
import { byName } from '../../fuzz/target.ts';
import { TARGETS } from '../../fuzz/targets/index.ts';

const FOUND = path.join(import.meta.dirname, '../fuzz/found');

describe('inputs that a reader once fell over', () => {
  const kept = readdirSync(FOUND, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

  it.each(kept.map((entry) => path.join(path.relative(FOUND, entry.parentPath), entry.name)))('%s', async (name) => {
    const target = byName(TARGETS, path.dirname(name));
    expect(target).toBeDefined();
    if (target) expect(await faultOf(target, readFileSync(path.join(FOUND, name)), WHOLE)).toBeUndefined();
  });

  it('are replayed', () => {
    expect(kept.length).toBeGreaterThan(0);
  });
});

describe('the fuzzer', () => {
  it('finds a reader that throws, one that says two things, and one that takes a prototype from the text', async () => {
    const of = (run: (input: Buffer) => unknown) =>
      faultOf({ name: 'x', seeds: () => [], run }, Buffer.from('a'), WHOLE);
    let count = 0;
    expect(await of(() => JSON.parse('{'))).toMatch(/^SyntaxError/);
    expect(await of(() => count++)).toBe('the second answer is another one');
    expect(await of(() => Object.setPrototypeOf({}, { a: 1 }))).toMatch(/^the prototype of an object/);
    expect(await of(() => ({ a: new Map([[1, [2n]]]) }))).toBeUndefined();
  });

  it('has a name of its own for each reader, and captured texts', () => {
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
    for (const { name, seeds } of TARGETS) expect([name, seeds().length]).not.toEqual([name, 0]);
  });
});
