import { createHash } from 'node:crypto';
import type { Report, ReportedCause } from '../../model/report.ts';
import { html, type Piece, textOf, verbatim } from '../markup.ts';
import { headline } from '../words.ts';
import { advisories, blindSpots, hops, vantages } from './around.ts';
import { cause } from './causes.ts';
import { chain } from './chain.ts';
import { hostKeys, negotiation, timing } from './handshake.ts';
import { section } from './parts.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing may be loaded, sent or run but this style and this script (CSP 3). */
function policy(): string {
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

const of = (report: Report, ...roles: readonly ReportedCause['role'][]): ReportedCause[] =>
  report.causes.filter(({ role }) => roles.includes(role));

function facts({ target, takenAt, durationMs }: Report): Piece {
  const { user, from } = target;
  const parts = [`Looked at ${takenAt}, in ${durationMs} ms`, user && `as ${user}`, from && `from ${from}`];
  return html`<p class="soft">${parts.filter(Boolean).join(', ')}.</p>`;
}

/** The parts that have something to say, in order, with the names that the contents give them. */
function parts(report: Report): readonly (readonly [string, string, Piece])[] {
  const closing = of(report, 'blocking', 'degrading');
  const others = of(report, 'latent', 'consequence');
  const all: readonly (readonly [string, string, Piece])[] = [
    ['gates', 'Gates', section('gates', 'The gates on the way in', chain(report.gates))],
    [
      'causes',
      'Causes',
      closing.length > 0 &&
        section(
          'causes',
          closing.length === 1 ? 'The cause' : 'The causes, first things first',
          closing.map((one, at) => cause(one, at === 0)),
        ),
    ],
    [
      'noticed',
      'Also noticed',
      others.length > 0 &&
        section(
          'noticed',
          'Also noticed',
          others.map((one) => cause(one, false)),
        ),
    ],
    ['hops', 'Jump hosts', hops(report)],
    ['elsewhere', 'From elsewhere', vantages(report)],
    ['blind', 'Not seen', blindSpots(report)],
    ['time', 'Time', timing(report)],
    ['negotiation', 'Negotiation', negotiation(report)],
    ['host-keys', 'Host keys', hostKeys(report)],
    ['advisories', 'Known holes', advisories(report)],
  ];
  return all.filter(([, , body]) => body !== undefined && body !== false);
}

/** The report without the page around it, for a page that has the same style sheet and a heading `h1` of its own. All of it is escaped. */
export function htmlFragment(report: Report): string {
  const shown = parts(report);
  return textOf(html`${facts(report)}
${contents(shown)}
${shown.map(([, , body]) => body)}`);
}

const contents = (shown: ReturnType<typeof parts>): Piece =>
  html`<nav aria-label="Contents"><ul>${shown.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;

/**
 * The report as one HTML file that needs nothing else and asks nothing of any network. All that a host, log or user said is
 * escaped by the templates (src/report/markup.ts).
 */
export function htmlPage(report: Report): string {
  const title = headline(report);
  const shown = parts(report);
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${verbatim(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">To the answer</a>
<header>
<h1>${title}</h1>
${facts(report)}
${contents(shown)}
</header>
<main id="main">${shown.map(([, , body]) => body)}
</main>
<footer><p>Made by sshwhy ${report.tool.version}. Control characters and invisible ones are shown as escapes such as <code>\\x1b</code>. This page holds user names, addresses and lines of configuration: mind whom you send it to.</p></footer>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`;
  return textOf(page);
}
