import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { causes } from '../../src/causes/index.gen.ts';
import { gateOf } from '../../src/model/gate.ts';

const root = path.join(import.meta.dirname, '../..');

describe('the causes', () => {
  it.each(causes.map((cause) => [cause.id, cause] as const))('%s is told whole', (id, cause) => {
    const shown = cause.unshown === undefined ? [`lab/cases/${id}.ts`] : [];
    expect(cause.title).toMatch(/^\S.{5,90}[^.]$/);
    expect(cause.why.length).toBeGreaterThan(80);
    expect(cause.refs.length).toBeGreaterThan(0);
    expect(cause.proofs.length).toBeGreaterThan(0);
    for (const file of [`test/causes/${id}.test.ts`, `docs/causes/${id}.md`, ...shown])
      expect(existsSync(path.join(root, file)), `${file} is missing`).toBe(true);
  });

  it('mask in one direction only', () => {
    const masks = new Map(causes.map(({ id, masks: list }) => [id, list ?? []]));
    for (const { id } of causes) {
      const reached = new Set<string>();
      const open = [...(masks.get(id) ?? [])];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        expect(next, `${id} masks itself`).not.toBe(id);
        if (!reached.has(next)) open.push(...(masks.get(next) ?? []));
        reached.add(next);
      }
    }
  });

  it('have names of their own', () => {
    expect(new Set(causes.map(({ id }) => id)).size).toBe(causes.length);
    for (const { id } of causes) expect(id).toBe(`${gateOf(id)}/${id.split('/')[1]}`);
  });
});
