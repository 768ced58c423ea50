import type { FleetKey, FleetKeySums } from '../../../model/fleet-keys.ts';
import { keysHeadline, lastSeen } from '../../fleet/keys.ts';
import { endpoint, n } from '../../fleet/words.ts';
import { html, type Piece } from '../../markup.ts';
import { quoted, table } from '../parts.ts';
import { names } from './names.ts';

const WAYS_MAX = 1000;

/** Where each key gets in that was asked about: what somebody who takes it away works through. */
export function askedKeys(all: readonly FleetKey[]): Piece {
  return all.map((key) => {
    const shown = key.ways.slice(0, WAYS_MAX);
    const left = key.ways.length + key.further - shown.length;
    const rows = shown.map((way): Piece[] => [
      html`<code>${way.account}@${endpoint({ name: way.host, port: way.port })}</code>${way.root && ' (root)'}`,
      { open: '✔ opens', closed: '✖ opens nothing', unknown: '? not known' }[way.standing] +
        (way.why.length > 0 ? `: ${way.why.join('; ')}` : ''),
      [
        ...(way.via.length > 0 ? [`by way of ${way.via.join(', then ')}`] : []),
        ...(way.authority ? ['by certificates that it signs'] : []),
        ...(way.needs.length > 0 ? [`and ${way.needs.join(', then ')}`] : []),
      ].join('; '),
      way.options === '' ? 'none' : html`<code>${quoted(way.options)}</code>`,
      html`<code>${way.where}</code>`,
      lastSeen(way),
    ]);
    return html`
<h3><code>${key.fingerprint}</code></h3>
<p>${key.says}</p>${
      rows.length > 0 &&
      table(
        `Where ${key.fingerprint} gets in`,
        ['account', 'standing', 'how', 'restrictions', 'where', 'last seen'],
        rows,
      )
    }${left > 0 && html`<p class="soft">${n(left)} more are left out here.</p>`}${
      key.unknown > 0 &&
      names(
        'Hosts of which it is not known',
        key.unseen.map(({ host, port, why }) => `${endpoint({ name: host, port })}: ${why}`),
        key.unknown,
      )
    }`;
  });
}

/** What the keys come to across hosts: which open most, and what shows only there. */
export function keySums(sums: FleetKeySums): Piece {
  const widest = sums.widest.map((one): Piece[] => [
    html`<code>${one.fingerprint}</code> ${one.type ?? ''} ${one.size ?? ''}`,
    one.names.join(', '),
    n(one.hosts),
    n(one.root),
    n(one.accounts),
    names('Which', one.on, one.hosts),
  ]);
  const findings = sums.findings.map((one): Piece[] => [
    one.severity,
    html`${one.text} <span class="soft"><code>${one.id}</code></span>`,
    one.why,
    html`<ul>${one.evidence.map((seen) => html`<li><code>${seen.host}:${seen.file}${seen.line !== undefined && `:${seen.line}`}</code> ${quoted(seen.text)}</li>`)}</ul>`,
    one.action,
  ]);
  return html`
<p>${keysHeadline(sums)}.</p>${
    sums.blind.length > 0 &&
    names(
      'Hosts of which it is not known',
      sums.blind.map(({ host, port, why }) => `${endpoint({ name: host, port })}: ${why}`),
      sums.partly + sums.unseen,
    )
  }${
    widest.length > 0 &&
    table('Keys that open most hosts', ['key', 'says of itself', 'hosts', 'as root', 'accounts', 'where'], widest)
  }${
    findings.length > 0 &&
    table('What shows only across hosts', ['severity', 'what', 'why it matters', 'seen', 'what to do'], findings)
  }${sums.further > 0 && html`<p class="soft">${n(sums.further)} more are left out here.</p>`}`;
}
