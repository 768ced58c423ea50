import colors from 'picocolors';
import type { Report } from '../model/report.ts';
import { clip } from './escape.ts';
import { timeSteps } from './words.ts';

interface Options {
  readonly color: boolean;
  readonly width: number;
  readonly verbose?: boolean;
}

const BAR = 24;
/** Signs of what a row of the negotiation comes to. */
export const AGREED = { agreed: '✔', none: '✖', 'not-needed': '·' } as const;
export const NOT_AGREED = { none: 'nothing in common', 'not-needed': 'not needed' } as const;
/** What the client knows of a host key. */
export const KNOWN = {
  matches: 'known',
  differs: 'another one is known',
  revoked: 'revoked',
  'by-authority': 'its authority is known',
  unknown: 'not known',
} as const;

/** Where the time of the login went, what the two sides agreed on, and the server's host keys. */
export function handshakeLines(report: Report, o: Options): string[] {
  const slow = report.causes.some(({ id, role }) => id === 'handshake/slow' && role === 'degrading');
  return [
    ...(o.verbose || slow ? timeLines(report, o) : []),
    ...(o.verbose ? negotiationLines(report, o) : []),
    ...(o.verbose ? hostKeyLines(report, o) : []),
  ];
}

function timeLines(report: Report, { color }: Options): string[] {
  const steps = timeSteps(report);
  const total = steps.reduce((sum, [, ms]) => sum + ms, 0);
  if (total === 0) return [];
  const c = colors.createColors(color);
  const bar = (ms: number): string => '█'.repeat(Math.round((ms / total) * BAR));
  const parts = steps.map(([name, ms]) => `${name} ${bar(ms)}${ms}`);
  return ['', c.dim(`Where the time went (${total} ms):`), `  ${parts.join(' · ')}`];
}

function negotiationLines({ negotiation }: Report, { color, width }: Options): string[] {
  if (!negotiation) return [];
  const c = colors.createColors(color);
  const lines = ['', c.dim(`Negotiation (this side: ${negotiation.client}; the server: ${negotiation.server}):`)];
  for (const { what, client, server, outcome, chosen, changes } of oncePerPair(negotiation.rows)) {
    const result = outcome === 'agreed' ? clip(chosen ?? '', 60) : NOT_AGREED[outcome];
    lines.push(`  ${AGREED[outcome]} ${what.padEnd(15)} ${result}`);
    if (outcome !== 'not-needed')
      for (const [side, names] of [
        ['client', client],
        ['server', server],
      ] as const)
        lines.push(c.dim(`      ${side} ${clip(names.join(', ') || 'nothing', width - 13)}`));
    for (const { side, setting, weakens } of changes)
      lines.push(`      → ${side}: ${clip(setting, width)}${weakens ? ' (may weaken)' : ''}`);
  }
  const { strictKex, extInfo, serverGuess } = negotiation;
  lines.push(
    c.dim(
      `  strict key exchange: ${strictKex ? 'yes' : 'no'} · signature algorithms told: ${extInfo ? 'yes' : 'no'}${serverGuess === undefined ? '' : ` · guess of the server: ${serverGuess}`}`,
    ),
  );
  return lines;
}

type Row = NonNullable<Report['negotiation']>['rows'][number];

/** Both directions nearly always say the same, and then one line is enough. */
export function oncePerPair(rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => {
    const [name, direction] = [row.what.replace(/ (?:in|out)$/, ''), / (in|out)$/.exec(row.what)?.[1]];
    const twin = direction && rows.find(({ what }) => what === `${name} ${direction === 'in' ? 'out' : 'in'}`);
    if (!twin || JSON.stringify({ ...twin, what: '' }) !== JSON.stringify({ ...row, what: '' })) return [row];
    return direction === 'out' ? [{ ...row, what: name }] : [];
  });
}

function hostKeyLines({ hostKeys = [] }: Report, { color, width }: Options): string[] {
  if (hostKeys.length === 0) return [];
  const c = colors.createColors(color);
  const lines = ['', c.dim('Host keys of the server:')];
  for (const { type, fingerprint, shown, known, where } of hostKeys) {
    const mark = known === 'matches' || known === 'by-authority' ? '✔' : known === 'unknown' ? '·' : '✖';
    lines.push(
      `  ${mark} ${clip(type, 12).padEnd(8)} ${clip(fingerprint, 60)} ${KNOWN[known]}${shown ? ' (shown)' : ''}`,
    );
    for (const line of where.slice(0, 4)) lines.push(c.dim(`      ${clip(line, width)}`));
  }
  return lines;
}
