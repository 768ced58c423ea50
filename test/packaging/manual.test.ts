import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { manPage } from '../../scripts/manual/man.ts';
import { all, typed } from '../../scripts/manual/tree.ts';
import { ENVIRONMENT } from '../../scripts/manual/words.ts';
import { commandLine } from '../../src/cli/main.ts';

const root = path.join(import.meta.dirname, '../..');
const commands = all(typed(await commandLine(new AbortController().signal)));

describe('the manual', () => {
  it('has a page with every flag of each command', () => {
    expect(commands.length).toBeGreaterThan(30);
    for (const one of commands) {
      const page = manPage(one, { version: '1', date: '2026-01-01', others: [] });
      for (const { long } of one.flags) expect(page, one.name).toContain(`\\fB${long.replace(/-/g, '\\-')}\\fR`);
      // A line that begins with a dot is a request.
      for (const line of page.split('\n').filter((text) => text.startsWith('.')))
        expect(line).toMatch(/^\.(?:\\"|TH|SH|TP|PP|BR?|br|nf|fi)/);
    }
  });

  it('names every variable of the environment that the program reads, and no other', () => {
    const read = new Set<string>();
    for (const name of readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(path.join(root, 'src', name), 'utf8');
      for (const [, , word = ''] of text.matchAll(/\benv(?:\.|\[)(['"]?)([A-Z][A-Z_]+)\1/g)) read.add(word);
    }
    expect(read.size).toBeGreaterThan(5);
    const told = ENVIRONMENT.flatMap(([names]) => names.split(', '));
    expect(told.filter((one) => !read.has(one))).toEqual([]);
    expect([...read].filter((one) => !told.includes(one))).toEqual([]);
  });
});
