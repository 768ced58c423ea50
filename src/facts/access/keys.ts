import type { Attempt } from '../../model/attempt.ts';
import type { Evidence, Verdict } from '../../model/finding.ts';
import { type Account, type Accounts, accounts, type Groups, groups } from '../accounts.ts';
import { type SshdBinary, sshdBinary } from '../binary.ts';
import { files } from '../files.ts';
import { type Meta, meta } from '../meta.ts';
import { type PathTable, paths } from '../paths.ts';
import type { Family } from '../source.ts';
import { type SshdConfig, sshdConfig, word } from '../sshd/index.ts';
import { type KeyFile, keyFiles } from './key-files.ts';
import { type Judgement, judgeOffers } from './offers.ts';
import { ownGroups } from './own-group.ts';
import { krls } from './revoked.ts';
import { connectionOf } from './who.ts';

/** Facts that say which keys an account has. */
export const keyFacts = { sshdConfig, sshdBinary, accounts, groups, files, paths, meta, krls };

/** An account's key files, as sshd sees them for this attempt. */
export interface AccountKeys {
  readonly account: Account;
  readonly files: readonly KeyFile[];
  /** False when it hangs on a condition that is not known which files these are. */
  readonly complete: boolean;
  /** What becomes of the keys and certificates that are offered. */
  readonly offers: readonly Judgement[];
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
    krls: Family;
    paths: PathTable;
    meta: Meta;
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
    const offers = judgeOffers(given, { ...attempt, user: account.name });
    const looked = found.files.some(({ status }) => status !== 'not-collected');
    const nowhere = found.files.length === 0 && attempt.user !== undefined;
    return looked || nowhere ? [{ account, ...found, offers }] : [];
  });
}

/** Whether one of the keys and certificates that are offered lets the login in, whatever is wrong with another. */
export function letIn({ offers }: AccountKeys): boolean {
  return offers.some(({ outcome }) => outcome === 'accepted');
}

/** A verdict on one key as one on the login: a command or a certificate that is not known may let it in all the same. */
export function sure(offers: readonly Judgement[], verdict: Verdict): Verdict {
  return offers.some(({ outcome }) => outcome === 'unknown') ? 'possible' : verdict;
}

/** How sure it is that what is offered is refused. */
export function certainty({ offers, complete }: AccountKeys): Verdict {
  return sure(offers, complete && offers.every(({ certain }) => certain) ? 'confirmed' : 'likely');
}

/**
 * Whether sshd would find one of the offered keys in a file that it trusts, or takes a certificate; a line of a CA holds no
 * key of a user.
 */
export function accepted(mine: AccountKeys, attempt: Attempt): boolean {
  if (letIn(mine)) return true;
  return mine.files.some(
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
