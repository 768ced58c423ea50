import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseBundle } from '../src/facts/bundle.ts';
import type { Bundle } from '../src/model/bundle.ts';

const FIXTURES = path.resolve(process.env['SSHWHY_FUZZ_ROOT'] ?? '.', 'test/fixtures');
/** Of the hundreds of broken hosts, this part is read. */
const EVERY = 12;
/** Longer texts are cut: a change in a short one does more. */
const LONGEST = 12_000;
const MOST = 60;

function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Fixtures whose path matches, as they are. */
export function files(pattern: RegExp, longest = LONGEST): Buffer[] {
  return below(FIXTURES)
    .filter((name) => pattern.test(name.slice(FIXTURES.length + 1)) && statSync(name).size > 0)
    .slice(0, MOST)
    .map((name) => readFileSync(name).subarray(0, longest));
}

let hosts: readonly Bundle[] | undefined;

/** Bundles of healthy and broken hosts. */
export function bundles(): readonly Bundle[] {
  hosts ??= below(FIXTURES)
    .filter((name) => name.endsWith('.bundle'))
    .filter((name, i) => !name.includes(`${path.sep}causes${path.sep}`) || i % EVERY === 0)
    .map((name) => parseBundle(readFileSync(name, 'utf8')));
  return hosts;
}

/** Texts of all sections of a name, each once. */
export function sections(pattern: RegExp, longest = LONGEST): Buffer[] {
  const found = new Set<string>();
  for (const bundle of bundles())
    for (const [name, { status, text }] of Object.entries(bundle.sections))
      if (status === 'ok' && text !== '' && pattern.test(name)) found.add(text.slice(0, longest));
  // What differs most from the others is wanted, not the first of many that are alike.
  const all = [...found].toSorted((a, b) => a.length - b.length);
  return all
    .filter((_, i) => all.length <= MOST || i % Math.ceil(all.length / MOST) === 0)
    .map((text) => Buffer.from(text));
}

export const texts = (...all: readonly string[]): Buffer[] => all.map((text) => Buffer.from(text));
