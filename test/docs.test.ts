import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'lab/README.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
].filter((file) => file.endsWith('.md'));

describe('the documentation', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const text = readFileSync(path.join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
    for (const [, to = ''] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(to)) continue;
      expect(existsSync(path.join(root, path.dirname(page), to)), `${page} → ${to}`).toBe(true);
    }
  });

  it('says in the reference every exit status and flag of ssh that there is', () => {
    const reference = readFileSync(path.join(root, 'docs/reference.md'), 'utf8');
    for (const word of ['-i', '-p', '-J', '-F', '-l', '-o', '-4', '-6', '--json', '| 130 '])
      expect(reference).toContain(word);
  });
});
