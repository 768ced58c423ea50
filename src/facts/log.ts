import type { Evidence } from '../model/finding.ts';
import { section, Unparsable } from './source.ts';

/** One line of a log. */
export interface LogEntry {
  /** Epoch milliseconds; unknown in files that do not say the year. */
  readonly at?: number;
  /** Program that wrote it, e.g. `sshd`. */
  readonly tag: string;
  readonly pid?: number;
  readonly message: string;
  /** 1-based line of the section. */
  readonly line: number;
}

const JOURNAL = /^(\d{9,11}\.\d{6}) \S+ ([^\s[:]{1,64})(?:\[(\d+)\])?: (.*)$/;
/** RFC 3164 without a year, or an ISO stamp as rsyslog writes it since Debian 12. */
const SYSLOG =
  /^(?:([A-Z][a-z]{2} [ \d]\d [\d:]{8})|(\d{4}-\d\d-\d\dT\S{8,30})) \S+ ([^\s[:]{1,64})(?:\[(\d+)\])?: (.*)$/;

function entry(text: string, line: number, journal: boolean): LogEntry[] {
  if (journal) {
    const [, at, tag, pid, message] = JOURNAL.exec(text) ?? [];
    if (tag === undefined || message === undefined) return [];
    return [{ at: Number(at) * 1000, tag, message, line, ...(pid === undefined ? {} : { pid: Number(pid) }) }];
  }
  const [, , iso, tag, pid, message] = SYSLOG.exec(text) ?? [];
  if (tag === undefined || message === undefined) return [];
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  return [
    { tag, message, line, ...(Number.isNaN(at) ? {} : { at }), ...(pid === undefined ? {} : { pid: Number(pid) }) },
  ];
}

function entries(text: string | null): readonly LogEntry[] {
  if (text === null) throw new Unparsable('there is no such log');
  const [header, ...lines] = text.split('\n');
  if (!header?.startsWith('# ')) throw new Unparsable('it is not said which log this is');
  return lines.flatMap((line, i) => entry(line, i + 2, header === '# journal'));
}

export const sshdLog = section('server', 'log-sshd', 'the newest lines of sshd and of PAM for it', entries);
export const unitsLog = section('server', 'log-units', 'the newest lines of systemd about the ssh units', entries);

export const logThere = section(
  'server',
  'log-sshd',
  'whether there is a log of sshd',
  (text) => text !== null,
  'log-there',
);

/** Null when there is none. */
export const kernelLog = section(
  'server',
  'log-kernel',
  'lines of the kernel about what may keep people out; null when there is no log of it',
  (text) => (text === null ? null : entries(text)),
);
export const bansLog = section(
  'server',
  'log-bans',
  'the newest lines of sshguard, CrowdSec and DenyHosts; null when there are none',
  (text) => (text === null ? null : entries(text)),
);

/** Refusals of the security modules, as the kernel words them; of the journal or of auditd's own file. */
export const auditLog = section(
  'server',
  'log-audit',
  'what SELinux and AppArmor refused; null when there is no log of it',
  (text) =>
    text === null ? null : text.split('\n').flatMap((line, i) => (i === 0 ? [] : [{ line: i + 1, message: line }])),
);

/** `2026-11-23 04:07:22,123 fail2ban.actions [123]: NOTICE  [sshd] Ban 10.77.2.10`, in the server's own time zone. */
const FAIL2BAN = /^[\d-]{10} [\d:]{8},\d{3} (fail2ban\.\w+)\s+\[(\d+)\]: \w+\s+(.*)/s;

export const fail2banLog = section('server', 'log-fail2ban', 'the newest lines of fail2ban', (text) =>
  (text ?? '').split('\n').flatMap((line, i): LogEntry[] => {
    const [, tag, pid, message] = FAIL2BAN.exec(line) ?? [];
    return tag && message ? [{ tag, pid: Number(pid), message, line: i + 1 }] : [];
  }),
);

/** Entries of the last `ms` milliseconds; an entry without a time counts. */
export function since(log: readonly LogEntry[], now: number, ms: number): readonly LogEntry[] {
  return log.filter(({ at }) => at === undefined || at >= now - ms);
}

/** How far back a message still explains a login of now. */
const RECENT_MS = 15 * 60_000;

/** A message of sshd that matches, as evidence. */
export interface Spoken {
  readonly entry: LogEntry;
  readonly match: RegExpExecArray;
  readonly evidence: Evidence;
}

/**
 * The newest message of the last quarter of an hour that matches; none when the user has logged in since. `now`: the
 * server's clock, epoch milliseconds.
 */
export function lastSaid(log: readonly LogEntry[], now: number, pattern: RegExp, user?: string): Spoken | undefined {
  for (const entry of since(log, now, RECENT_MS).toReversed()) {
    if (user !== undefined && /^Accepted \S+ for (\S+) from /.exec(entry.message)?.[1] === user) return undefined;
    const match = pattern.exec(entry.message);
    if (!match) continue;
    const { line, message } = entry;
    return { entry, match, evidence: { side: 'server', section: 'log-sshd', line, text: message } };
  }
  return undefined;
}

/** Whether the process that wrote an entry also spoke of the user. */
export function sameLogin(log: readonly LogEntry[], { pid }: LogEntry, user: string | undefined): boolean {
  if (user === undefined || pid === undefined) return false;
  return log.some((other) => other.pid === pid && other.message.split(/[\s"'();:,]+/).includes(user));
}
