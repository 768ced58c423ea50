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

  it('names in the threat model only tests that are there', () => {
    const text = readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8');
    const named = [...text.matchAll(/`((?:test|lab|oracle)\/[\w./-]+\.ts)`((?:,? “[^”]+”)*)/g)];
    expect(named.length).toBeGreaterThan(30);
    for (const [, file = '', titles = ''] of named) {
      const source = readFileSync(path.join(root, file), 'utf8');
      for (const [, title = ''] of titles.matchAll(/“([^”]+)”/g)) expect(source, `${file}: ${title}`).toContain(title);
    }
  });

  it.each(pages)('%s names only files of the repository that are there', (page) => {
    const text = readFileSync(path.join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
    for (const [, file = ''] of text.matchAll(/`((?:src|lab|scripts|oracle|test|packaging|bench|schema)\/[\w./-]+)`/g))
      if (!file.includes('NAME')) expect(existsSync(path.join(root, file)), `${page} names ${file}`).toBe(true);
  });

  it('has every page in its contents', () => {
    const contents = readFileSync(path.join(root, 'docs/README.md'), 'utf8');
    for (const page of pages) {
      if (!page.startsWith('docs/') || /^docs\/(?:README|causes\/.*\/.*)\.md$/.test(page)) continue;
      expect(contents).toContain(`](${page.slice('docs/'.length)})`);
    }
  });

  it('says in the reference every exit status and flag of ssh that there is', () => {
    const reference = readFileSync(path.join(root, 'docs/reference.md'), 'utf8');
    for (const word of ['-i', '-p', '-J', '-F', '-l', '-o', '-4', '-6', '--json', '| 130 '])
      expect(reference).toContain(word);
  });
});
