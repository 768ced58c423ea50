/** How Eleventy makes the site: pages keep their places, and every link is relative, so that it works from a folder as well. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { UserConfig } from '@11ty/eleventy';
import type { MarkdownIt } from 'markdown-it';
import anchor from 'markdown-it-anchor';
import { between, contents, type Entry, htmlOf, ROOT, siblings, sourcePages } from './pages.ts';

const pages = new Set(sourcePages());
const groups = contents();

/** As GitHub makes them, so that a link to a heading works in both places. */
const slug = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\-_ ]/gu, '')
    .replaceAll(' ', '-');

interface Menu {
  readonly title: string;
  readonly open: boolean;
  readonly entries: readonly { readonly title: string; readonly href: string; readonly here: boolean }[];
}

function menu(page: string): Menu[] {
  const to = htmlOf(page);
  const entry = (one: Entry) => ({ title: one.title, href: between(to, one.to), here: one.to === to });
  const all = groups.map(({ title, entries }) => ({ title, entries: entries.map(entry) }));
  const beside = siblings(page);
  if (beside.length > 0) all.unshift({ title: `Causes at the gate ${page.split('/')[2]}`, entries: beside.map(entry) });
  return all.map((group) => ({ ...group, open: group.entries.some(({ here }) => here) || to === 'index.html' }));
}

/** Tables and code are wider than a telephone: they scroll by themselves, by keyboard too. */
function scrolls(md: MarkdownIt): void {
  md.renderer.rules.table_open = () => '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (...args) => (fence?.(...args) ?? '').replace('<pre>', '<pre tabindex="0">');
}

/** `x.md#part` becomes `x.html#part`. */
function links(md: MarkdownIt): void {
  const open = md.renderer.rules.link_open ?? ((tokens, i, options, _, self) => self.renderToken(tokens, i, options));
  md.renderer.rules.link_open = (tokens, i, ...rest) => {
    const href = String(tokens[i]?.attrGet('href') ?? '');
    const [, file, part] = /^([^#:]+\.md)(#.*)?$/.exec(href) ?? [];
    if (file !== undefined) tokens[i]?.attrSet('href', htmlOf(file) + (part ?? ''));
    return open(tokens, i, ...rest);
  };
}

interface Given {
  readonly page: { readonly inputPath: string };
}

const at = (data: Given): string => path.normalize(data.page.inputPath);

function titleOf(page: string): string {
  const first = /^# (.+)$/m.exec(readFileSync(path.join(ROOT, page), 'utf8'))?.[1] ?? page;
  return first.replaceAll('`', '');
}

/** Tells Eleventy what the pages are, where they go and how they look. */
export function configure(config: UserConfig): void {
  config.setUseGitIgnore(false);
  config.setTemplateFormats(['md']);
  config.setIncludesDirectory('scripts/site');
  for (const folder of ['**/node_modules/**', 'dist/**', 'site/**', 'test/**', 'bench/**', 'packaging/**', '.*/**'])
    config.ignores.add(folder);
  config.addPreprocessor('pages', 'md', (data: Given, text: string) => (pages.has(at(data)) ? text : false));
  config.amendLibrary('md', (md: MarkdownIt) => {
    md.set({ html: true, linkify: false });
    md.use(anchor, { slugify: slug, tabIndex: false });
    md.use(scrolls).use(links);
  });
  config.addGlobalData('layout', 'page.njk');
  // What is in braces in the text is text.
  config.addGlobalData('templateEngineOverride', 'md');
  config.addGlobalData('eleventyComputed', {
    permalink: (data: Given) => htmlOf(at(data)),
    title: (data: Given) => titleOf(at(data)),
    to: (data: Given) => htmlOf(at(data)),
    root: (data: Given) => '../'.repeat(at(data).split('/').length - 1),
    groups: (data: Given) => menu(at(data)),
  });
  config.addPassthroughCopy({ 'scripts/site/site.css': 'site.css' });
  // What the pages show and link to.
  for (const linked of ['docs/images', 'schema', 'packaging/prometheus', 'packaging/grafana', 'bench/log-lines.ts'])
    config.addPassthroughCopy(linked);
}
