import type { Report } from '../../model/report.ts';
import { AGREED, KNOWN, NOT_AGREED, oncePerPair } from '../handshake.ts';
import { html, type Piece } from '../markup.ts';
import { timeSteps } from '../words.ts';
import { section, table } from './parts.ts';

const STEP: Readonly<Record<string, string>> = {
  dns: 'looking up the name',
  tcp: 'until the connection stood',
  banner: "until the server's first line",
  kexinit: "until the server's list of algorithms",
  keys: 'until new keys, and the host key accepted',
  auth: 'until the login was accepted',
  session: 'from then until ssh ended',
};
const WIDE = 1000;

/** Where the time went, as a bar and in numbers. */
export function timing(report: Report): Piece {
  const steps = timeSteps(report);
  const total = steps.reduce((sum, [, ms]) => sum + ms, 0);
  if (total === 0) return undefined;
  let before = 0;
  const parts = steps.map(([, ms], at) => {
    const x = (before / total) * WIDE;
    before += ms;
    return html`<rect class="s${at}" x="${x.toFixed(2)}" y="0" width="${((ms / total) * WIDE).toFixed(2)}" height="20"/>`;
  });
  const rows = steps.map(([name, ms], at) => [
    html`<svg class="key bar" viewBox="0 0 10 10" aria-hidden="true" focusable="false"><rect class="s${at}" width="10" height="10"/></svg>${name}`,
    STEP[name],
    `${ms} ms`,
  ]);
  return section(
    'time',
    'Where the time went',
    html`
<svg class="bar" viewBox="0 0 ${WIDE} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>
${table(`Together ${total} ms`, ['step', 'what', 'took'], rows)}`,
  );
}

/** What both sides offer, and what comes of it. */
export function negotiation({ negotiation: met }: Report): Piece {
  if (!met) return undefined;
  const rows = oncePerPair(met.rows).map(({ what, outcome, chosen, client, server, changes }): Piece[] => [
    html`<span class="${outcome}"><span class="mark" aria-hidden="true">${AGREED[outcome]}</span> ${what}</span>`,
    html`${outcome === 'agreed' ? html`<code>${chosen}</code>` : NOT_AGREED[outcome]}${
      changes.length > 0 &&
      html`<ul>${changes.map(({ side, setting, weakens }) => html`<li>${side}: <code>${setting}</code>${weakens && ' (may weaken)'}</li>`)}</ul>`
    }`,
    client.join(', ') || 'nothing',
    server.join(', ') || 'nothing',
  ]);
  return section(
    'negotiation',
    'Negotiation',
    html`${table(
      `This side by ${met.client}, the server by ${met.server}; in the order of preference`,
      ['what', 'comes to', 'this side', 'the server'],
      rows,
    )}
<p class="soft">Strict key exchange: ${met.strictKex ? 'yes' : 'no'}. Signature algorithms told: ${met.extInfo ? 'yes' : 'no'}.${
      met.serverGuess !== undefined && ` Guess of the server: ${met.serverGuess}.`
    }</p>`,
  );
}

export function hostKeys({ hostKeys: keys = [] }: Report): Piece {
  if (keys.length === 0) return undefined;
  const rows = keys.map(({ type, fingerprint, shown, file, known, where }): Piece[] => [
    type,
    html`<code>${fingerprint}</code>`,
    `${KNOWN[known]}${shown ? ' (shown to this client)' : ''}`,
    html`<ul>${[...(file === undefined ? [] : [file]), ...where].map((place) => html`<li><code>${place}</code></li>`)}</ul>`,
  ]);
  return section(
    'host-keys',
    'Host keys of the server',
    table('Held against known_hosts', ['type', 'fingerprint', 'known', 'where'], rows),
  );
}
