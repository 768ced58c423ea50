import type { Account, Accounts, Groups } from '../accounts.ts';
import type { SshdBinary } from '../binary.ts';

/**
 * Which groups of an account StrictModes takes for the user alone. Debian and what comes from it patch
 * secure_permissions() (user-group-modes.patch): a group that is the primary group of nobody else and has nobody else as
 * a member may write. Upstream forgives none.
 */
export function ownGroups(
  binary: SshdBinary | null | undefined,
  accounts: Accounts,
  groups: Groups,
  account: Account,
): (gid: number) => boolean {
  // Where the release did not say, nothing is held against the login.
  // 9.2 leaves its distribution out of what it says of itself; its package tells, which has an epoch.
  const made = `${binary?.version ?? ''} ${binary?.package ?? ''}`;
  if (made.trim() !== '' && !/deb|ubuntu|(?:^| )1:/i.test(made)) return () => false;
  return (gid) => {
    const group = groups.byId(gid);
    const primary = accounts.all.filter((one) => one.gid === gid);
    const [member, ...more] = group?.members ?? [];
    if (!group || more.length > 0 || primary.some((one) => one.uid !== account.uid)) return false;
    return member === undefined ? primary.length > 0 : member === account.name;
  };
}
