import pc from 'picocolors';
import type { FleetKey, FleetKeySums, FleetKeyWay } from '../../model/fleet-keys.ts';
import type { KeySeverity } from '../../model/key-severity.ts';
import { columns } from '../columns.ts';
import { clip, visible } from '../escape.ts';
import { wrap } from '../terminal.ts';
import { endpoint, hosts, n } from './words.ts';

const WIDEST_SHOWN = 10;
const FINDINGS_SHOWN = 10;
const WAYS_SHOWN = 100;
const UNSEEN_SHOWN = 10;

interface View {
  readonly color: boolean;
  readonly width: number;
}

/** `212 keys open 640 accounts; of 3 hosts it is known only in part, of 2 not at all` */
export function keysHeadline({ keys, ways, seen, partly, unseen, cut }: FleetKeySums): string {
  const blind = [
    ...(partly > 0 ? [`of ${hosts(partly)} it is known only in part`] : []),
    ...(unseen > 0 ? [`of ${hosts(unseen)} not at all`] : []),
    ...(cut ? ['there were more keys than are counted'] : []),
  ];
  const least = blind.length > 0 ? 'at least ' : '';
  const all = blind.length === 0 && seen > 0 ? `; ${seen === 1 ? 'the host was' : 'all hosts were'} seen whole` : '';
  return `${least}${n(keys)} key${keys === 1 ? '' : 's'} open${keys === 1 ? 's' : ''} ${n(ways)} account${ways === 1 ? '' : 's'}${all}${blind.map((one) => `; ${one}`).join('')}`;
}

/** What the keys of a run come to across its hosts, for a person. Everything foreign in it is escaped. */
export function keySumsText(sums: FleetKeySums, { color, width }: View): string {
  const { bold, dim, red, yellow, cyan } = pc.createColors(color);
  const paint: Readonly<Record<KeySeverity, (text: string) => string>> = {
    critical: red,
    high: red,
    medium: yellow,
    low: cyan,
    info: dim,
  };
  const said = (text: string): string => `  ${wrap(visible(text), width, '  ')}`;
  const lines = ['', bold(`Keys: ${keysHeadline(sums)}`)];
  for (const { says, on, hosts: count } of sums.widest.slice(0, WIDEST_SHOWN))
    lines.push(
      said(says),
      dim(`    ${clip(on.join(', ') + (count > on.length ? `, and ${n(count - on.length)} more` : ''), width - 4)}`),
    );
  const further = sums.keys - Math.min(sums.keys, WIDEST_SHOWN);
  if (further > 0) lines.push(dim(`  and ${n(further)} more keys (--json, --html)`));
  lines.push(...unseenLines(sums.blind, sums.partly + sums.unseen, width).map(dim));
  const shown = sums.findings.slice(0, FINDINGS_SHOWN);
  if (shown.length > 0) lines.push('', bold('Across hosts'));
  for (const { id, severity, text, action } of shown)
    lines.push(
      `  ${paint[severity](severity.padEnd(8))} ${wrap(visible(text), width, '           ')}`,
      dim(`           ${id}`),
      `           → ${wrap(visible(action), width, '             ')}`,
    );
  const left = sums.findings.length + sums.further - shown.length;
  if (left > 0) lines.push(dim(`  and ${n(left)} more`));
  return `${lines.join('\n')}\n`;
}

function unseenLines(all: FleetKey['unseen'], count: number, width: number): string[] {
  const shown = all.slice(0, UNSEEN_SHOWN);
  return [
    ...shown.map(({ host, port, why }) => `  ? ${clip(`${endpoint({ name: host, port })}: ${why}`, width - 4)}`),
    ...(count > shown.length ? [`  ? and ${n(count - shown.length)} more hosts`] : []),
  ];
}

const MARKS: Readonly<Record<FleetKeyWay['standing'], string>> = { open: '✔', closed: '✖', unknown: '?' };

/** Where one key gets in, for who has to take it away: every way, what could not be seen, and what revokes it. */
export function keyText(key: FleetKey, { color, width }: View): string {
  const { bold, dim, green, yellow } = pc.createColors(color);
  const paint = { open: green, closed: dim, unknown: yellow };
  const shown = key.ways.slice(0, WAYS_SHOWN);
  const rows = columns(
    shown.map((way) => [
      `  ${MARKS[way.standing]} ${clip(`${way.account}@${endpoint({ name: way.host, port: way.port })}`, 60)}`,
      way.root ? 'root' : '',
      clip(way.where, 60),
      clip(lastSeen(way), 60),
    ]),
  );
  const lines = [bold(wrap(visible(key.says), width, ''))];
  for (const [at, way] of shown.entries()) {
    lines.push(paint[way.standing](rows[at] ?? ''));
    if (way.via.length > 0) lines.push(`      by way of ${clip(way.via.join(', then '), width - 18)}`);
    if (way.authority) lines.push('      by certificates that it signs, not by itself');
    if (way.options !== '') lines.push(`      ${clip(way.options, width - 6)}`);
    if (way.needs.length > 0) lines.push(`      and ${clip(way.needs.join(', then '), width - 10)}`);
    if (way.why.length > 0)
      lines.push(
        `      ${way.standing === 'closed' ? 'opens nothing' : 'not known'}: ${clip(way.why.join('; '), 300)}`,
      );
  }
  const left = key.ways.length + key.further - shown.length;
  if (left > 0) lines.push(`  and ${n(left)} more (--json, --html)`);
  lines.push(...unseenLines(key.unseen, key.unknown, width).map(dim));
  const open = shown.some(({ standing, via }) => standing !== 'closed' && via.length === 0);
  if (open) lines.push(dim(`  → sshwhy keys revoke ${key.fingerprint} HOST… takes it away, and proves it`));
  return `${lines.join('\n')}\n`;
}

/** When the log of the host saw it last; nothing where it tells nothing. Foreign text is in it. */
export function lastSeen({ lastLogin, lastFrom }: FleetKeyWay): string {
  if (lastLogin === undefined && lastFrom === undefined) return '';
  return `used${lastLogin === undefined ? '' : ` ${lastLogin.slice(0, 10)}`}${lastFrom === undefined ? '' : ` from ${lastFrom}`}`;
}
