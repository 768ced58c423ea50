import { section } from './source.ts';

/** A line of passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** Empty means /bin/sh. */
  readonly shell: string;
  readonly line: number;
}

export interface Accounts {
  readonly find: (name: string) => Account | undefined;
  readonly all: readonly Account[];
  /** The line that says that the asked user does not exist. */
  readonly missing?: { readonly name: string; readonly line: number };
}

export const accounts = section(
  'server',
  'accounts',
  'accounts that the system knows (passwd(5))',
  (text): Accounts => {
    const all: Account[] = [];
    let missing: Accounts['missing'];
    for (const [i, line] of (text ?? '').split('\n').entries()) {
      const nobody = /^# no such user: (.*)$/.exec(line);
      if (nobody) missing = { name: nobody[1] ?? '', line: i + 1 };
      const [name, , uid, gid, , home, shell] = line.split(':');
      if (name === undefined || shell === undefined || line.startsWith('#')) continue;
      all.push({ name, uid: Number(uid), gid: Number(gid), home: home ?? '', shell, line: i + 1 });
    }
    const byName = new Map(all.toReversed().map((account) => [account.name, account]));
    return { find: (name) => byName.get(name), all: [...byName.values()], ...(missing ? { missing } : {}) };
  },
);

export interface Groups {
  /** Names of all groups that the account is in, the primary one included (getgrouplist(3)). */
  readonly of: (account: Account) => readonly string[];
  readonly has: (name: string) => boolean;
  readonly byId: (gid: number) => { readonly name: string; readonly members: readonly string[] } | undefined;
}

export const groups = section('server', 'groups', 'groups and their members (group(5))', (text): Groups => {
  const list: { name: string; gid: number; members: readonly string[] }[] = [];
  const told = new Map<string, readonly string[]>();
  for (const line of (text ?? '').split('\n')) {
    const id = /^# id (.*?): (.+)$/.exec(line);
    if (id?.[1] && id[2]) told.set(id[1], id[2].trim().split(/\s+/));
    const [name, , gid, members] = line.split(':');
    if (name === undefined || gid === undefined || line.startsWith('#')) continue;
    list.push({ name, gid: Number(gid), members: (members ?? '').split(',').filter((one) => one !== '') });
  }
  const listed = (account: Account): string[] =>
    list.filter(({ gid, members }) => gid === account.gid || members.includes(account.name)).map(({ name }) => name);
  const byId = new Map(list.toReversed().map((group) => [group.gid, group]));
  const names = new Set(list.map(({ name }) => name));
  return {
    has: (name) => names.has(name),
    of: (account) => told.get(account.name) ?? listed(account),
    byId: (gid) => byId.get(gid),
  };
});

/** What stands in the password field of shadow(5): a hash, nothing, `*`, `!` alone, a hash behind `!`, or something else. */
export type PasswordClass = 'hash' | 'empty' | 'star' | 'bang' | 'bang-hash' | 'other';

export interface ShadowEntry {
  readonly name: string;
  readonly password: PasswordClass;
  /** Days since 1970-01-01; 0 forces a change at the next login. */
  readonly lastChange?: number;
  /** Days that a password is good for. */
  readonly max?: number;
  /** Days after that until the account is closed. */
  readonly inactive?: number;
  /** Day on which the account expires. */
  readonly expire?: number;
  readonly line: number;
  readonly text: string;
}

export const shadow = section(
  'server',
  'shadow',
  'classes of passwords and dates of accounts (shadow(5)), never a hash',
  (text): ReadonlyMap<string, ShadowEntry> | null => {
    if (text === null) return null;
    const entries = text.split('\n').flatMap((line, i) => {
      const [name, password, lastChange, , max, , inactive, expire] = line.split('\t');
      if (name === undefined || password === undefined) return [];
      const days = { lastChange, max, inactive, expire };
      const known = Object.entries(days).filter(([, value]) => value !== undefined && /^\d+$/.test(value));
      const numbers = Object.fromEntries(known.map(([key, value]) => [key, Number(value)]));
      return [{ name, password: password as PasswordClass, ...numbers, line: i + 1, text: line }];
    });
    return new Map(entries.toReversed().map((entry) => [entry.name, entry]));
  },
);

/** What usermod(8) and useradd(8) write to, with the copies that they leave. */
export const ACCOUNT_FILES: readonly string[] = ['passwd', 'shadow', 'group', 'gshadow'].flatMap((name) => [
  `/etc/${name}`,
  `/etc/${name}-`,
]);
