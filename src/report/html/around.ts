import type { Report } from '../../model/report.ts';
import { html, type Piece } from '../markup.ts';
import { blindHides, blindWhat, hopOutcome, MARK, vantageOutcome } from '../words.ts';
import { gateList } from './chain.ts';
import { commands, quoted, section, table } from './parts.ts';

/** Jump hosts, each with its own gates. */
export function hops({ hops: all = [] }: Report): Piece {
  if (all.length === 0) return undefined;
  return section(
    'hops',
    'Jump hosts',
    all.map((hop) => {
      const { outcome, detail } = hopOutcome(hop);
      return html`
<details><summary class="${outcome}"><span class="mark" aria-hidden="true">${MARK[outcome]}</span> By way of <code>${hop.name}</code>: ${detail || outcome}</summary>${gateList(hop.gates)}
</details>`;
    }),
  );
}

/** The same endpoint from other machines. */
export function vantages({ vantages: other }: Report): Piece {
  if (!other) return undefined;
  const rows = other.seen.map((one): Piece[] => [
    html`<code>${one.name}</code>${one.from !== undefined && ` (${one.from})`}`,
    one.addresses.join(' '),
    vantageOutcome(one),
    html`<code>${quoted(one.banner ?? one.said ?? '')}</code>`,
  ]);
  return section(
    'elsewhere',
    'From elsewhere',
    html`${table('The same endpoint from other machines', ['from', 'the name there', 'connection', 'said'], rows)}
<p>${other.proves}</p>`,
  );
}

/** Known holes of the sshd, and what an upgrade takes away. */
export function advisories({ advisories: known }: Report): Piece {
  if (!known || known.holes.length + known.ahead.length === 0) return undefined;
  const holes = known.holes.map(
    ({ id, about, verdict }) => html`
<li><b>${id}</b> (${verdict === 'affected' ? 'open here' : 'not known: its package may have it mended'}): ${about}</li>`,
  );
  const ahead = known.ahead.map(({ release, about }) => html`<li><b>OpenSSH ${release}</b>: ${about}</li>`);
  return section(
    'advisories',
    'Known holes of this sshd',
    html`<p class="soft">By the table of ${known.asOf}, which is part of sshwhy.</p>${
      holes.length > 0 ? html`<ul>${holes}</ul>` : html`<p>None is known to be open.</p>`
    }${ahead.length > 0 && html`<h3>Before an upgrade</h3><ul>${ahead}</ul>`}`,
  );
}

/** What could not be seen, and what would settle it. */
export function blindSpots({ blind }: Report): Piece {
  if (blind.length === 0) return undefined;
  return section(
    'blind',
    'Not seen from here',
    html`<ul>${blind.map(
      (spot) => html`
<li>${blindWhat(spot)}${
        spot.hides.length > 0 &&
        html`<details><summary>${blindHides(spot)}</summary><ul>${spot.hides.map((id) => html`<li><code>${id}</code></li>`)}</ul></details>`
      }<p class="soft">What settles it:</p>${commands([spot.settleWith], false)}</li>`,
    )}
</ul>`,
  );
}
