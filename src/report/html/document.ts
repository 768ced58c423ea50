import { createHash } from 'node:crypto';
import { html, type Piece, textOf, verbatim } from '../markup.ts';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing may be loaded, sent or run but this style and this script (CSP 3). */
const policy = (style: string, script: string): string =>
  `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;

/** A part of a page: its id (the program's own), its name in the contents, and what stands in it. */
export type Part = readonly [id: string, name: string, body: Piece];

/** Parts that have something to show. */
export const shownOf = (parts: readonly Part[]): readonly Part[] =>
  parts.filter(([, , body]) => body !== undefined && body !== false);

export const contents = (parts: readonly Part[]): Piece =>
  html`<nav aria-label="Contents"><ul>${parts.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;

/**
 * One HTML file that needs nothing else and asks nothing of any network. All that a host, log or user said is escaped by the
 * templates (src/report/markup.ts). `style` and `script` are the program's own; parts without a body are left out.
 */
export function htmlDocument(page: {
  readonly title: string;
  readonly about: Piece;
  readonly parts: readonly Part[];
  readonly version: string;
  readonly style: string;
  readonly script: string;
}): string {
  const parts = shownOf(page.parts);
  return textOf(html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(policy(page.style, page.script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style>${verbatim(page.style)}</style>
</head>
<body>
<a class="skip" href="#main">To the answer</a>
<header>
<h1>${page.title}</h1>
${page.about}
${contents(parts)}
</header>
<main id="main">${parts.map(([, , body]) => body)}
</main>
<footer><p>Made by sshwhy ${page.version}. Control characters and invisible ones are shown as escapes such as <code>\\x1b</code>. This page holds user names, addresses and lines of configuration: mind whom you send it to.</p></footer>
<script>${verbatim(page.script)}</script>
</body>
</html>
`);
}
