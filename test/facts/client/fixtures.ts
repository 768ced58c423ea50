import { readdirSync, readFileSync } from 'node:fs';
import { parseBundle } from '../../../src/facts/bundle.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import type { Fact } from '../../../src/model/fact.ts';

const folder = new URL('../../fixtures/client/', import.meta.url);

export const fixtureNames = readdirSync(folder).map((file) => file.replace('.bundle', ''));

export function fixture(name: string): Bundle {
  return parseBundle(readFileSync(new URL(`${name}.bundle`, folder), 'utf8'));
}

export function known<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(`${fact.from.section}: ${fact.gap} ${fact.detail}`);
  return fact.value;
}
