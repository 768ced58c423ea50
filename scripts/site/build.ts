import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Eleventy } from '@11ty/eleventy';
import { buildSync } from 'esbuild';
import { parse } from 'parse5';
import { type attribute, elements } from './check-links.ts';
import { configure } from './config.ts';
import type { Searched } from './find.ts';
import { htmlOf, ROOT, sourcePages } from './pages.ts';

type Element = Parameters<typeof attribute>[0];

function textOf(node: Element | { childNodes: unknown[] }): string {
  return (node.childNodes as (Element | { value?: string })[])
    .map((child) => ('childNodes' in child ? textOf(child) : (child.value ?? '')))
    .join('');
}

/** The text of a built page, without its menu. */
function searched(site: string, id: string): Searched {
  const all = [...elements(parse(readFileSync(path.join(site, id), 'utf8')))];
  const main = all.find(({ tagName }) => tagName === 'main');
  if (!main) throw new Error(`${id} has no main part`);
  const inside = [...elements(main)];
  const said = (tags: readonly string[]): string =>
    inside
      .filter(({ tagName }) => tags.includes(tagName))
      .map(textOf)
      .join(' ');
  const text = textOf(main).replace(/\s+/g, ' ').trim();
  return { id, title: said(['h1']), headings: said(['h2', 'h3']), text };
}

/** Builds the site into an empty folder. Returns how many pages it has. */
export async function buildSite(site: string): Promise<number> {
  rmSync(site, { recursive: true, force: true });
  process.chdir(ROOT);
  await new Eleventy('.', site, { quietMode: true, config: configure }).write();
  const pages = sourcePages().map((page) => searched(site, htmlOf(page)));
  writeFileSync(path.join(site, 'search-pages.js'), `window.sshwhyPages=${JSON.stringify(pages)};\n`);
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'browser.ts')],
    outfile: path.join(site, 'search.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    logLevel: 'warning',
  });
  return pages.length;
}
