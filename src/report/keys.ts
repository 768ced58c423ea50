import colors from 'picocolors';
import type { Grant, HostKeyring, Keyring, OwnKey } from '../model/keys.ts';
import { optionText } from '../reason/keyring/graph.ts';
import { columns } from './columns.ts';
import { clip, visible } from './escape.ts';
import type { TerminalOptions } from './terminal.ts';

const day = (instant: string): string => instant.slice(0, 10);

/** When the key was seen last, with what that does not prove. */
function lastSeen({ lastLogin, seen, authority }: Grant, { log }: HostKeyring): string {
  const [used, unused] = authority ? ['a certificate used', 'no certificate used'] : ['used', 'not used'];
  if (lastLogin) {
    const when = lastLogin.at === undefined ? '' : ` ${day(lastLogin.at)}`;
    return `${used}${when} from ${visible(lastLogin.from)}${lastLogin.times > 1 ? ` (${lastLogin.times} logins)` : ''}`;
  }
  return seen === 'not-seen' && log.since !== undefined
    ? `${unused} since ${day(log.since)}, where the log begins`
    : `when ${used} last is not known`;
}

const MARKS: Readonly<Record<Grant['standing'], string>> = { open: '✔', closed: '✖', unknown: '?' };

function grantLines(grant: Grant, host: HostKeyring, o: TerminalOptions): string[] {
  const c = colors.createColors(o.color);
  const paint = { open: c.green, closed: c.dim, unknown: c.yellow }[grant.standing];
  const what = grant.authority ? `CA ${grant.type}` : grant.type;
  const comment = grant.comment === '' ? '' : `  ${clip(grant.comment, 50)}`;
  const lines = [
    `  ${paint(MARKS[grant.standing])} ${clip(what, 40)} ${grant.size}  ${grant.fingerprint}${comment}`,
    c.dim(`      ${clip(grant.file, 80)}:${grant.line}, ${lastSeen(grant, host)}`),
  ];
  const text = optionText(grant);
  if (text !== '') lines.push(`      ${clip(text, o.verbose ? 2000 : Math.max(60, o.width - 6))}`);
  if (grant.needs.length > 0) lines.push(`      and ${clip(grant.needs.join(', then '), 100)}`);
  if (grant.why.length > 0)
    lines.push(
      `      ${grant.standing === 'closed' ? 'opens nothing' : 'not known'}: ${clip(grant.why.join('; '), 300)}`,
    );
  return lines;
}

function hostLines(host: HostKeyring, o: TerminalOptions): string[] {
  const c = colors.createColors(o.color);
  const since =
    host.log.since === undefined ? 'no log of logins was read' : `the log reaches back to ${day(host.log.since)}`;
  const out = [c.bold(visible(host.name)) + c.dim(`  ${visible(host.release ?? 'sshd of unknown release')}, ${since}`)];
  const accounts = new Map<string, Grant[]>();
  for (const grant of host.grants) accounts.set(grant.account, [...(accounts.get(grant.account) ?? []), grant]);
  if (accounts.size === 0) out.push('', '  No key opens an account here, as far as was seen.');
  for (const [account, grants] of accounts) {
    const first = grants[0];
    const note = [first?.uid === 0 ? 'root' : '', first?.shell === false ? 'no login shell' : ''].filter(
      (one) => one !== '',
    );
    out.push('', `${c.bold(visible(account))}${note.length > 0 ? c.dim(`  ${note.join(', ')}`) : ''}`);
    for (const grant of grants) out.push(...grantLines(grant, host, o));
  }
  if (host.authorities.length > 0) {
    out.push('', c.bold('Certificate authorities'));
    for (const one of host.authorities) {
      const whom = one.kind === 'users' ? 'for users' : `for hosts ${clip(one.patterns ?? '', 60)}`;
      out.push(
        `  ${clip(one.type, 40)} ${one.size}  ${one.fingerprint}  ${whom}`,
        c.dim(`      ${clip(one.file, 80)}:${one.line}`),
      );
      for (const { account, names } of one.principals.slice(0, o.verbose ? 1000 : 10))
        out.push(`      ${clip(account, 32)}: ${clip(names.join(', ') || 'nobody', 100)}`);
    }
  }
  const used = host.certificates;
  if (used.length > 0) {
    out.push('', c.bold('Certificates'));
    for (const one of used) {
      const until =
        one.source === 'log' ? '' : `, until ${one.validBefore === undefined ? 'ever' : day(one.validBefore)}`;
      const seen =
        one.lastLogin?.at === undefined ? '' : `, used ${day(one.lastLogin.at)} from ${visible(one.lastLogin.from)}`;
      const whose = one.account === undefined ? '' : `${clip(one.account, 32)}: `;
      out.push(
        `  ${whose}${one.role} "${clip(one.id, 60)}" serial ${one.serial}${until}${seen}`,
        c.dim(`      key ${one.fingerprint}, CA ${one.authority}`),
      );
    }
  }
  if (host.holders.length > 0) {
    out.push('', c.bold('Private keys that lie here'));
    for (const one of host.holders) out.push(`  ${clip(one.account, 32)}: ${one.fingerprint}  ${clip(one.file, 80)}`);
  }
  if (host.strays.length > 0) {
    out.push('', c.bold('Public keys in files that sshd does not read'));
    for (const { file, keys } of host.strays)
      out.push(`  ${clip(file, 80)}: ${keys.length === 1 ? keys[0]?.fingerprint : `${keys.length} keys`}`);
  }
  if (host.skipped.length > 0) {
    out.push('', c.bold('Lines that count for nothing'));
    for (const { file, line, why } of host.skipped.slice(0, o.verbose ? 1000 : 10))
      out.push(`  ${clip(file, 80)}:${line}: ${clip(why, 120)}`);
  }
  const keys = host.hostKeys.filter(({ fingerprint }) => fingerprint !== undefined);
  if (keys.length > 0) {
    out.push('', c.bold('Host keys'));
    out.push(
      ...columns(
        keys.map(({ type, size, fingerprint, file }) => [
          `  ${type ?? ''} ${size ?? ''}`,
          fingerprint ?? '',
          clip(file, 80),
        ]),
      ),
    );
  }
  if (host.blind.length > 0) {
    out.push('', c.dim('Not seen:'));
    for (const { what, why } of host.blind) out.push(`  ? ${clip(what, 140)} (${clip(why, 120)})`);
  }
  return out;
}

const PROTECTED: Readonly<Record<OwnKey['privateHalf'], string>> = {
  encrypted: 'with a passphrase',
  plain: 'without a passphrase',
  unknown: 'whether with a passphrase is not known',
  none: 'the private half is elsewhere',
};

/** Who can log in where, for a person at a terminal. Everything foreign in it is escaped. */
export function keysText(all: Keyring, o: TerminalOptions): string {
  const c = colors.createColors(o.color);
  const out = all.hosts.flatMap((host, at) => [...(at === 0 ? [] : ['']), ...hostLines(host, o)]);
  if (all.own) {
    out.push('', c.bold('Your own keys'));
    for (const key of all.own) {
      const opens = all.hosts.flatMap((host) =>
        host.grants
          .filter(({ fingerprint, standing }) => fingerprint === key.fingerprint && standing !== 'closed')
          .map(({ account }) => `${account}@${host.name}`),
      );
      const where = opens.length > 0 ? `opens ${[...new Set(opens)].join(', ')}` : 'opens nothing here';
      out.push(
        `  ${clip(key.type, 40)} ${key.size}  ${key.fingerprint}  ${clip(key.file, 80)}`,
        `      ${PROTECTED[key.privateHalf]}; ${clip(where, 200)}`,
      );
    }
  }
  out.push(...failedLines(all.failed));
  return `${out.join('\n')}\n`;
}

export const failedLines = (failed: Keyring['failed']): string[] =>
  failed.length === 0
    ? []
    : ['', 'Could not be looked at:', ...failed.map(({ door, error }) => `  ✖ ${clip(door, 60)}: ${clip(error, 300)}`)];
