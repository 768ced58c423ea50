import { atLeast } from '../../knowledge/sshd-keywords.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Account, Accounts, Groups } from '../accounts.ts';
import type { SshdBinary } from '../binary.ts';
import type { Meta } from '../meta.ts';
import { type PathTable, strictModes } from '../paths.ts';
import type { Family } from '../source.ts';
import { type Connection, type Setting, type SshdConfig, setting, word } from '../sshd/index.ts';
import type { Ground } from './certificate-routes.ts';
import { type KeyFile, keyFiles } from './key-files.ts';
import { type NamingCommand, type NamingKeyword, namingCommand } from './naming-command.ts';
import { ownGroups } from './own-group.ts';
import { unreadable } from './readable.ts';
import { type Revocation, revocation } from './revoked.ts';
import { connectionOf } from './who.ts';

/** Everything that says what becomes of an offered key. */
export interface OfferFacts {
  readonly sshdConfig: SshdConfig;
  readonly sshdBinary: SshdBinary | null;
  readonly accounts: Accounts;
  readonly groups: Groups;
  readonly files: Family;
  readonly krls: Family;
  readonly paths: PathTable;
  readonly meta: Meta;
}

/** Settings that decide about a key; `revokedkeys` and the rest by name. */
const DECIDING = [
  'pubkeyacceptedalgorithms',
  'casignaturealgorithms',
  'requiredrsasize',
  'revokedkeys',
  'authorizedkeysfile',
  'strictmodes',
  'trustedusercakeys',
  'authorizedprincipalsfile',
  'authorizedprincipalscommand',
  'authorizedkeyscommand',
] as const;
type Rules = Readonly<Record<(typeof DECIDING)[number], Setting>>;

function rulesOf(config: SshdConfig, who: Connection): Rules {
  return Object.fromEntries(DECIDING.map((name) => [name, setting(config, name, who)])) as unknown as Rules;
}

/** What decides about everything that is offered for one account. */
export interface Bench {
  readonly rules: Rules;
  readonly ground: Ground;
  /** Those that the account may read. */
  readonly keyFiles: readonly KeyFile[];
  /** Paths of those of which we do not know everything: they may hold any key and any CA. */
  readonly unread: readonly string[];
  readonly revocation: Revocation;
  readonly keysCommand: NamingCommand;
}

/** Which groups are root's alone. */
export function rootsOwn(given: Pick<OfferFacts, 'sshdBinary' | 'accounts' | 'groups'>): (gid: number) => boolean {
  const root = given.accounts.all.find(({ uid }) => uid === 0);
  return root ? ownGroups(given.sshdBinary, given.accounts, given.groups, root) : () => false;
}

/** Gathers it for the account that is asked about. */
export function benchOf(given: OfferFacts, attempt: Attempt, account: Account): Bench {
  const { sshdConfig: config, files, paths } = given;
  const who = connectionOf(attempt, account, given.groups);
  const rules = rulesOf(config, who);
  const ownGroup = ownGroups(given.sshdBinary, given.accounts, given.groups, account);
  const ofRoot = rootsOwn(given);
  const command = (keyword: NamingKeyword) => namingCommand(config, paths, keyword, who, ofRoot);
  const strict = word(config, 'strictmodes', who) !== 'no';
  const groups = given.groups.of(account);
  // sshd reads them with the rights of the user.
  const readable = keyFiles(config, files, paths, account, who, ownGroup).files.filter(
    ({ path }) => !unreadable(paths, path, { ...account, groups }),
  );
  const unread = readable.filter(
    ({ path, status }) => (status !== 'ok' && status !== 'absent') || files.get(path)?.detail === 'truncated',
  );
  return {
    rules,
    keyFiles: readable,
    unread: [...unread, ...readable.filter(({ path }) => /[*?[]/.test(path))].map(({ path }) => path),
    revocation: revocation(given, rules.revokedkeys.values[0] ?? 'none'),
    keysCommand: command('authorizedkeyscommand'),
    ground: {
      config,
      files,
      paths,
      account,
      groups,
      who,
      visit: { from: attempt.from, now: given.meta.now },
      trusted: (path) => (strict ? strictModes(paths, path, account.home, account.uid, ownGroup) : { ok: true }),
      strictPrincipals: config.release !== undefined && atLeast(config.release, [10, 3]),
      command: (keyword) => {
        const { kind } = command(keyword);
        return kind === 'asked' ? 'unknown' : kind;
      },
    },
  };
}
