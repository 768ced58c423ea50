import type { Report, ReportedCause } from '../../model/report.ts';
import { html, type Piece, textOf } from '../markup.ts';
import { headline } from '../words.ts';
import { advisories, blindSpots, hops, vantages } from './around.ts';
import { cause } from './causes.ts';
import { chain } from './chain.ts';
import { contents, htmlDocument, type Part, shownOf } from './document.ts';
import { hostKeys, negotiation, timing } from './handshake.ts';
import { section } from './parts.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const of = (report: Report, ...roles: readonly ReportedCause['role'][]): ReportedCause[] =>
  report.causes.filter(({ role }) => roles.includes(role));

function facts({ target, takenAt, durationMs }: Report): Piece {
  const { user, from } = target;
  const parts = [`Looked at ${takenAt}, in ${durationMs} ms`, user && `as ${user}`, from && `from ${from}`];
  return html`<p class="soft">${parts.filter(Boolean).join(', ')}.</p>`;
}

/** The parts in order, with the names that the contents give them. */
function parts(report: Report): readonly Part[] {
  const closing = of(report, 'blocking', 'degrading');
  const others = of(report, 'latent', 'consequence');
  return [
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
}

/** The report without the page around it, for a page that has the same style sheet and a heading `h1` of its own. All of it is escaped. */
export function htmlFragment(report: Report): string {
  const shown = shownOf(parts(report));
  return textOf(html`${facts(report)}
${contents(shown)}
${shown.map(([, , body]) => body)}`);
}

/** The report as one HTML file that needs nothing else. */
export function htmlPage(report: Report): string {
  return htmlDocument({
    title: headline(report),
    about: facts(report),
    parts: parts(report),
    version: report.tool.version,
    style: STYLE,
    script: SCRIPT,
  });
}
