import type { CauseId, Gate } from '../../model/gate.ts';

/** Program whose messages a row types. `sshd` stands for sshd, sshd-session and sshd-auth; `pam` for PAM's modules in them; `sftp` for sftp-server, which runs as the user. */
export type Program =
  | 'sshd'
  | 'pam'
  | 'sftp'
  | 'systemd'
  | 'logind'
  | 'fail2ban'
  | 'sshguard'
  | 'kernel'
  | 'dropbear'
  | 'ssh';

/**
 * What a message says of a login or of the service. `in`: let in; `refused`: a login or connection was refused; `hint`:
 * why the login of the same process is about to be refused; `left`: the peer went away before a login; `ended`: a login
 * that had succeeded ended; `session`: opened or closed; `limited`: something within a session was refused; `ban`, `unban`;
 * `drop`: a firewall dropped or rejected; `pass`: a firewall only logged; `daemon`: state of the service; `fault`: something is broken.
 */
export type Outcome =
  | 'in'
  | 'refused'
  | 'hint'
  | 'left'
  | 'ended'
  | 'session'
  | 'limited'
  | 'ban'
  | 'unban'
  | 'drop'
  | 'pass'
  | 'daemon'
  | 'fault';

/** One kind of message. The table is data: nothing in it runs but the pattern that is made of `says`. */
export interface EventType {
  /** Stable, e.g. `sshd/failed-password`. */
  readonly id: string;
  readonly program: Program;
  /** The message with its variable parts in braces (see `TOKENS`); `[[…]]` may be missing, `<<a|b>>` is one of them. */
  readonly says: string;
  readonly outcome: Outcome;
  readonly gate: Gate;
  /** One sentence. */
  readonly meaning: string;
  /** Causes that it may be a sign of. */
  readonly causes: readonly CauseId[];
  /** What to do; empty when nothing has to be done. */
  readonly advice: string;
  /** How much it tells about why a login was refused; of the messages of one process the heaviest is the reason. 0 to 9. */
  readonly weight: number;
}

/** A row of a table: what need not be said is left out. */
export type Row = Pick<EventType, 'id' | 'says' | 'outcome' | 'gate' | 'meaning'> &
  Partial<Pick<EventType, 'causes' | 'advice' | 'weight'>>;

export const rows = (program: Program, table: readonly Row[]): readonly EventType[] =>
  table.map((row) => ({ program, causes: [], advice: '', weight: row.outcome === 'refused' ? 3 : 0, ...row }));

const ADDRESS = '[0-9A-Fa-f:.]{2,45}(?:%[\\w.-]{1,32})?';

/** The variable parts. All are bounded, so that no message takes longer than its length times a constant. */
export const TOKENS: Readonly<Record<string, string>> = {
  // Of what the other side chose: anything, spaces too (sshd itself cuts it at 100).
  user: '(?<user>.{0,256})',
  account: '(?<user>[^\\s()]{1,256})',
  from: `(?<from>${ADDRESS}|UNKNOWN)`,
  // Where UseDNS may have put a name.
  host: '(?<from>\\S{1,256})',
  to: `(?:${ADDRESS}|UNKNOWN)`,
  port: '(?<port>\\d{1,5})',
  // What the kernel's LOG writes of a packet, and the words that a rule puts before it.
  fields: '(?:[A-Z]{1,8}(?:=\\S{0,128})? ){0,24}',
  label: '[^=]{0,64}?',
  value: '\\S{0,128}',
  method: '(?<method>[\\w./@-]{1,64})',
  key: '(?<key>[A-Z0-9-]{2,32} (?:SHA256:[A-Za-z0-9+/]{43}|MD5:[0-9a-f:]{47}))',
  jail: '(?<jail>[^\\]]{1,64})',
  detail: '(?<detail>.{0,1024})',
  // The server's own words before a name: as few as there are.
  reason: "(?<detail>[\\w ,.()'/-]{0,200}?)",
  file: '(?<file>.{1,512})',
  path: '(?<file>/\\S{1,512})',
  n: '-?[\\d.]{1,20}',
  word: '\\S{1,256}',
  x: '.{0,1024}',
};

/** Names of the fields that a message may have. */
export const FIELDS = ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file'] as const;
export type Field = (typeof FIELDS)[number];

/** The first list of alternatives of `says`, and what stands around it; undefined: there is none. */
function alternativesIn(says: string): { before: string; each: readonly string[]; after: string } | undefined {
  const begin = says.indexOf('<<');
  const each: string[] = [];
  let depth = 0;
  let start = begin + 2;
  for (const { 0: edge, index } of says.matchAll(/<<|>>|\|/g)) {
    if (index < begin) continue;
    if (edge === '<<') depth += 1;
    const closes = edge === '>>' && --depth === 0;
    if (closes || (depth === 1 && edge === '|')) {
      each.push(says.slice(start, index));
      start = index + 1;
    }
    if (closes) return { before: says.slice(0, begin), each, after: says.slice(index + 2) };
  }
  return undefined;
}

/** A message as a person would write it down, with `…` for its variable parts: one for each of its alternatives. */
export function wordingsOf(says: string): readonly string[] {
  const found = alternativesIn(says);
  if (found === undefined) return [says.replace(/\[\[|\]\]/g, '').replace(/\{\w+\}/g, '…')];
  return found.each.flatMap((one) => wordingsOf(found.before + one + found.after));
}

/** The literal text that `says` begins with; of a list of alternatives that of each. `['']` when it may begin with anything. */
export function prefixesOf(says: string): readonly string[] {
  if (says.startsWith('{path}')) return ['/'];
  if (!says.startsWith('<<')) {
    const end = says.search(/\{\w+\}|\[\[|<</);
    return [end === -1 ? says : says.slice(0, end)];
  }
  const heads = alternativesIn(says)?.each.flatMap(prefixesOf) ?? [''];
  return heads.includes('') ? [''] : heads;
}

/**
 * The pattern of a row, anchored at both ends. `greedy`: of several readings of the other side's own text the one that
 * leaves it longest, so that an address within a user name is never taken for the address that the message ends in.
 */
export function patternOf(says: string, reading: 'greedy' | 'lazy' = 'greedy'): RegExp {
  const source = says.replace(/\{(\w+)\}|\[\[|\]\]|<<|>>|[\\^$.*+?()[\]{}|]/g, (all, token: string | undefined) => {
    if (token !== undefined) {
      const found = TOKENS[token];
      if (found === undefined) throw new Error(`no token {${token}} (${says})`);
      return token === 'user' && reading === 'lazy' ? found.replace('}', '}?') : found;
    }
    if (all === '[[' || all === '<<') return '(?:';
    if (all === ']]') return ')?';
    if (all === '>>') return ')';
    return all === '|' ? '|' : `\\${all}`;
  });
  return new RegExp(`^${source}$`);
}

/** Whether more of the other side's own text follows the address, so that two readings have to agree. */
export const ambiguous = (says: string): boolean => /\{user\}.*\{(?:from|host)\}.*\{(?:detail|x)\}/.test(says);
