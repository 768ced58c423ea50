import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { analyse } from 'scslre';
import { describe, expect, it } from 'vitest';

const SRC = path.join(import.meta.dirname, '../../src');

/** Patterns that may take longer than their text is long, and why nobody can make them. */
const HARMLESS: Readonly<Record<string, string>> = {
  'collect/client/resolv-conf.ts /\\.+$/': 'the host name that the user himself typed',
  'facts/events/pattern.ts /\\\\.|\\[(?:[^\\]\\\\]|\\\\.)*\\]|\\(\\?<(\\w+)>|\\((?:\\?:)?|\\)/':
    'the expressions of our own table of messages',
};

interface Pattern {
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

function patternsOf(file: string): Pattern[] {
  const found: Pattern[] = [];
  const loader = file.endsWith('x') ? 'tsx' : 'ts';
  const { code } = transformSync(readFileSync(path.join(SRC, file), 'utf8'), { loader, target: 'es2024' });
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    if (node.type !== 'Literal' || !('regex' in node)) return;
    const { pattern, flags } = node.regex as { pattern: string; flags: string };
    found.push({ at: `${file} /${pattern}/`, source: pattern, flags });
  });
  return found;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.gen\.ts$/.test(file))
  .toSorted();

/** How a text of n characters can make it take more than some multiple of n; empty when none can. */
const slow = ({ source, flags }: Pattern): string[] =>
  analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } }).reports.map(
    ({ type, character }) => `${type} by many ${JSON.stringify(character.pick)}`,
  );

describe('each regular expression of src/', () => {
  it.each(['^(a+)+$', '\\s+$', 'a*a*b', '=+x'])('is looked at: /%s/ would be found', (source) => {
    expect(slow({ at: '', source, flags: '' })).not.toEqual([]);
  });

  it('needs no more steps than some multiple of the length of its text', () => {
    const seen = new Set<string>();
    const bad: string[] = [];
    let count = 0;
    for (const file of files)
      for (const pattern of patternsOf(file)) {
        count += 1;
        const key = `${pattern.source}/${pattern.flags}`;
        if (seen.has(key) || pattern.at in HARMLESS) continue;
        seen.add(key);
        const found = slow(pattern);
        if (found.length > 0) bad.push(`${pattern.at}: ${found.join(', ')}`);
      }
    expect(count).toBeGreaterThan(1000);
    expect(bad).toEqual([]);
  });
});
