import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '../..');

/** The Markdown files that the site is made of, as paths in the repository. The site keeps their places, with `.html` for `.md`. */
export function sourcePages(): string[] {
  const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return [
    'README.md',
    'lab/README.md',
    'src/web/README.md',
    ...docs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`),
  ].sort();
}

/** `docs/guides/fix.md` → `docs/guides/fix.html`; a README is the index of its folder. Works on relative links as well. */
export const htmlOf = (file: string): string =>
  file.replace(/(^|\/)README\.md$/, '$1index.md').replace(/\.md$/, '.html');

/** The address of a page as seen from another, both paths within the site: no site of ours knows where it lies. */
export function between(from: string, to: string): string {
  return path.posix.relative(path.posix.dirname(from), to);
}

export interface Entry {
  readonly title: string;
  /** Path in the site. */
  readonly to: string;
}

export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The contents of docs/README.md: its second headings, and the links of the lists below them. */
export function contents(): Group[] {
  const groups: { title: string; entries: Entry[] }[] = [];
  for (const line of readFileSync(path.join(ROOT, 'docs/README.md'), 'utf8').split('\n')) {
    const [, title] = /^## (.+)$/.exec(line) ?? [];
    if (title !== undefined) groups.push({ title, entries: [] });
    const [, name, to] = /^[-*] \[(.+?)\]\(([^)#]+\.md)\)/.exec(line) ?? [];
    if (name !== undefined && to !== undefined)
      groups.at(-1)?.entries.push({ title: name.replaceAll('`', ''), to: htmlOf(path.posix.join('docs', to)) });
  }
  return groups;
}

/** The causes of a page's own gate, for its menu; none on pages of other kinds. */
export function siblings(page: string): Entry[] {
  const [, gate] = /^docs\/causes\/([a-z]+)\//.exec(page) ?? [];
  if (gate === undefined) return [];
  return readdirSync(path.join(ROOT, 'docs/causes', gate))
    .sort()
    .map((file) => ({ title: `${gate}/${file.slice(0, -3)}`, to: htmlOf(`docs/causes/${gate}/${file}`) }));
}
