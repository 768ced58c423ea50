import type { Attempt } from '../../model/attempt.ts';
import type { Evidence } from '../../model/finding.ts';
import { type Account, type Accounts, accounts, type Groups, groups } from '../accounts.ts';
import { type SshdBinary, sshdBinary } from '../binary.ts';
import { files } from '../files.ts';
import { type PathTable, paths } from '../paths.ts';
import type { Family } from '../source.ts';
import { type SshdConfig, sshdConfig, word } from '../sshd/index.ts';
import { type KeyFile, keyFiles } from './key-files.ts';
import { ownGroups } from './own-group.ts';
import { connectionOf } from './who.ts';

/** Facts that say which keys an account has. */
export const keyFacts = { sshdConfig, sshdBinary, accounts, groups, files, paths };

/** An account's key files, as sshd sees them for this attempt. */
export interface AccountKeys {
  readonly account: Account;
  readonly files: readonly KeyFile[];
  /** False when keys can also come from elsewhere (a command, a certificate authority). */
  readonly complete: boolean;
}

/**
 * Keys of the account asked about, or of every account that was looked at in detail; nothing for accounts that do not
 * exist or for which keys are switched off.
 */
export function accountKeys(
  given: {
    sshdConfig: SshdConfig;
    sshdBinary: SshdBinary | null;
    accounts: Accounts;
    groups: Groups;
    files: Family;
    paths: PathTable;
  },
  attempt: Attempt,
): readonly AccountKeys[] {
  const asked = attempt.user === undefined ? given.accounts.all : [given.accounts.find(attempt.user)];
  return asked.flatMap((account) => {
    if (!account) return [];
    const who = connectionOf({ ...attempt, user: account.name }, account, given.groups);
    if (word(given.sshdConfig, 'pubkeyauthentication', who) === 'no') return [];
    const ownGroup = ownGroups(given.sshdBinary, given.accounts, given.groups, account);
    const found = keyFiles(given.sshdConfig, given.files, given.paths, account, who, ownGroup);
    // Not collected: an account that nobody asked about.
    return found.files.some(({ status }) => status !== 'not-collected') ? [{ account, ...found }] : [];
  });
}

/** Whether sshd would find one of the offered keys in a file that it trusts; a line of a CA holds no key of a user. */
export function accepted({ files: list }: AccountKeys, attempt: Attempt): boolean {
  return list.some(
    ({ keys, modes }) =>
      modes.ok &&
      keys.some(({ fingerprint, options }) => !options.has('cert-authority') && attempt.keys?.includes(fingerprint)),
  );
}

/** The line of `paths` about a path. */
export function pathEvidence(table: PathTable, path: string): Evidence {
  const entry = table.get(path);
  return { side: 'server', section: 'paths', line: entry?.line, text: entry?.text ?? path };
}
