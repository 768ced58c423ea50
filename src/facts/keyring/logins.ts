import { meta } from '../meta.ts';
import { derived, section, Unparsable } from '../source.ts';

/** The newest login of an account with a key that a log holds. */
export interface KeyLogin {
  readonly user: string;
  /** As sshd says it: `ED25519`, `RSA-CERT`, … */
  readonly type: string;
  readonly fingerprint: string;
  readonly from: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  readonly times: number;
  readonly certificate?: { readonly id: string; readonly serial: string; readonly ca: string };
  readonly text: string;
}

export interface KeyLogins {
  /** How far back the log reaches, epoch milliseconds. */
  readonly since?: number;
  /** `journal`, or the path of a file. */
  readonly sources: readonly string[];
  readonly logins: readonly KeyLogin[];
}

/** auth.c, auth_log(); auth2-pubkey.c for what follows the address. A name is what stands up to the last ` from `. */
const LOGIN =
  /^\S.{0,60}? sshd(?:-session|-auth)?\[\d{1,10}\]: (?:Accepted|Partial) publickey for (.{1,256}) from (\S{1,64}) port \d{1,5} ssh2: (\S{1,40}) (SHA256:[A-Za-z0-9+/]{43})(?: ID (.*) \(serial (\d{1,20})\) CA \S{1,40} (SHA256:[A-Za-z0-9+/]{43}))?$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DAY_MS = 86_400_000;

/**
 * The time at the start of a line, epoch milliseconds: of the journal (`1795539807.415219`), of rsyslog since Debian 12
 * (RFC 3339), or of RFC 3164, which leaves out the year: then the newest that is not after `now`, in the server's zone
 * (minutes ahead of UTC).
 */
export function timeOf(line: string, now: number, zone = 0): number | undefined {
  const epoch = /^(\d{9,11}\.\d{6}) /.exec(line)?.[1];
  if (epoch !== undefined) return Math.round(Number(epoch) * 1000);
  const iso = /^(\d{4}-\d\d-\d\dT\S{8,30}) /.exec(line)?.[1];
  if (iso !== undefined) {
    const at = Date.parse(iso);
    return Number.isNaN(at) ? undefined : at;
  }
  const [, month, day, hour, minute, second] = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) /.exec(line) ?? [];
  const index = month === undefined ? -1 : MONTHS.indexOf(month) / 3;
  if (!Number.isInteger(index) || index < 0) return undefined;
  const inYear = (year: number) =>
    Date.UTC(year, index, Number(day), Number(hour), Number(minute), Number(second)) - zone * 60_000;
  const year = new Date(now).getUTCFullYear();
  return [year + 1, year, year - 1].map(inYear).find((at) => at <= now + DAY_MS);
}

function loginOf(text: string, times: number, now: number, zone?: number): KeyLogin[] {
  const [, user, from, type, fingerprint, id, serial, ca] = LOGIN.exec(text) ?? [];
  if (user === undefined || from === undefined || type === undefined || fingerprint === undefined) return [];
  const at = timeOf(text, now, zone);
  return [
    {
      user,
      from,
      type,
      fingerprint,
      times,
      text,
      ...(at === undefined ? {} : { at }),
      ...(id !== undefined && serial !== undefined && ca !== undefined ? { certificate: { id, serial, ca } } : {}),
    },
  ];
}

const identity = ({ user, fingerprint, certificate: one }: KeyLogin): string =>
  JSON.stringify([user, fingerprint, one?.id, one?.serial, one?.ca]);

/** Several logs may hold the same login: the newest line of each, and the larger count. */
function merged(all: readonly KeyLogin[]): readonly KeyLogin[] {
  const newest = new Map<string, KeyLogin>();
  for (const login of all) {
    const known = newest.get(identity(login));
    const latest = known && (known.at ?? 0) >= (login.at ?? 0) ? known : login;
    newest.set(identity(login), { ...latest, times: Math.max(known?.times ?? 0, login.times) });
  }
  return [...newest.values()];
}

const own = section('server', 'log-keys', 'lines of the whole log about logins with keys', (text) => text);

/** Logins with keys, from as much of the log as could be read; newest of each account with each key. */
export const keyLogins = derived(
  'key-logins',
  'newest login of each account with each key, and how far back the log reaches (sshd(8), auth.c)',
  { text: own, meta },
  ({ text, meta: { now, zone } }): KeyLogins => {
    if (text === null) throw new Unparsable('there is no log of sshd');
    const sources: string[] = [];
    const starts: number[] = [];
    const logins: KeyLogin[] = [];
    for (const line of text.split('\n')) {
      const [first = '', ...rest] = line.split('\t');
      const said = rest.join('\t');
      if (first === '# since') {
        const at = timeOf(said, now, zone);
        if (at !== undefined) starts.push(at);
      } else if (first.startsWith('# ')) sources.push(first.slice(2));
      else if (/^\d{1,9}$/.test(first)) logins.push(...loginOf(said, Number(first), now, zone));
    }
    return { sources, logins: merged(logins), ...(starts.length > 0 ? { since: Math.min(...starts) } : {}) };
  },
);

const newest = section('server', 'log-sshd', 'the newest lines of sshd', (text) => text, 'log-sshd-text');

/** The same from the newest lines of the log alone, which every Bundle has. */
export const recentKeyLogins = derived(
  'recent-key-logins',
  'newest login of each account with each key, among the newest lines of the log of sshd',
  { text: newest, meta },
  ({ text, meta: { now, zone } }): KeyLogins => {
    if (text === null) throw new Unparsable('there is no log of sshd');
    const [header = '', ...lines] = text.split('\n');
    if (!header.startsWith('# ')) throw new Unparsable('it is not said which log this is');
    const since = lines.map((line) => timeOf(line, now, zone)).find((at) => at !== undefined);
    const counts = new Map<string, number>();
    const logins = lines.flatMap((line) => loginOf(line, 1, now, zone));
    for (const login of logins) counts.set(identity(login), (counts.get(identity(login)) ?? 0) + 1);
    const counted = merged(logins).map((login) => ({ ...login, times: counts.get(identity(login)) ?? 1 }));
    return { sources: [header.slice(2)], logins: counted, ...(since === undefined ? {} : { since }) };
  },
);
