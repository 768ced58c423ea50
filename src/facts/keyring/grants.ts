import type { Attempt } from '../../model/attempt.ts';
import type { Grant, HostKeyring, SeenLogin } from '../../model/keys.ts';
import type { AuthorizedKey } from '../access/authorized-keys.ts';
import { type Bench, benchOf, type OfferFacts } from '../access/bench.ts';
import { plainType } from '../access/certificate.ts';
import { expiryTime } from '../access/expiry.ts';
import { type KeyFile, keyFiles } from '../access/key-files.ts';
import { typeAccepted } from '../access/offers.ts';
import { ownGroups } from '../access/own-group.ts';
import { unreadable } from '../access/readable.ts';
import { revokes } from '../access/revoked.ts';
import type { Account, ShadowEntry } from '../accounts.ts';
import { type AccountDoor, accountDoor, whyUncertain } from './door.ts';
import type { KeyLogin, KeyLogins } from './logins.ts';

/** What one account's lines of keys come to. */
export interface AccountGrants {
  readonly grants: readonly Grant[];
  readonly skipped: HostKeyring['skipped'];
  /** Files that sshd would look into. */
  readonly places: readonly string[];
  readonly blind: HostKeyring['blind'];
}

/** What is told of logins: nothing where the log was not read, or keeps none. */
export interface Seen {
  readonly logins?: KeyLogins | undefined;
  readonly kept: boolean;
}

/** RFC 3339 of epoch milliseconds; nothing for what no calendar has. */
export function isoOf(ms: number): string | undefined {
  const at = new Date(ms);
  const year = at.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? at.toISOString().replace('.000Z', 'Z') : undefined;
}

/** A login in the form that every output has. */
export function loginTold({ at, from, times, text }: KeyLogin): SeenLogin {
  const when = at === undefined ? undefined : isoOf(at);
  return { ...(when === undefined ? {} : { at: when }), from, times, text };
}

/** What closes or clouds one line: the file that it stands in, the key itself, then its options. */
function standing(
  bench: Bench,
  door: AccountDoor,
  file: KeyFile,
  key: AuthorizedKey,
): { closed: string[]; doubts: string[] } {
  const { rules, ground } = bench;
  const closed = [...door.closed];
  const doubts = [...door.doubts];
  const { modes, path } = file;
  const { account, groups, visit } = ground;
  const shut = unreadable(ground.paths, path, { ...account, groups });
  if (shut) closed.push(`${account.name} may not read ${shut.path}, so sshd does not either`);
  if (modes.ok === false) closed.push(`sshd does not trust the modes of ${modes.faults[0]?.entry.path ?? path}`);
  if (modes.ok === undefined) doubts.push(`the modes of ${modes.unseen}`);
  const authority = key.options.has('cert-authority');
  if (plainType(key.type) !== undefined) closed.push('a certificate stands there, and no key');
  const accepted = rules.pubkeyacceptedalgorithms;
  const taken = accepted.values[0] === undefined ? undefined : typeAccepted(key.type, accepted.values[0]);
  // What certifies need not be of a type that logs in.
  if (!authority && taken?.is === 'no' && accepted.certain) closed.push(taken.reason.why);
  const least = Number(rules.requiredrsasize.values[0] ?? 1024);
  if (!authority && key.bits !== undefined && key.bits < least) closed.push(`RequiredRSASize wants ${least} bits`);
  const expiry = key.options.get('expiry-time');
  const end = expiry === undefined ? undefined : expiryTime(expiry);
  if (expiry !== undefined && !end) closed.push('its expiry-time is no time');
  else if (end && end.at + end.within < visit.now) closed.push(`it was good until ${expiry}`);
  if (door.commandsOnly && !key.options.has('command')) closed.push('PermitRootLogin takes keys with a command only');
  const [listed = 'none'] = rules.revokedkeys.values;
  const revoked = revokes(bench.revocation, listed, key);
  if (revoked === 'unknown') doubts.push(`what ${listed} revokes`);
  else if (revoked)
    closed.push(revoked.what === undefined ? `sshd cannot read ${listed}, so it takes no key` : `revoked in ${listed}`);
  return { closed, doubts };
}

function grantOf(bench: Bench, door: AccountDoor, file: KeyFile, key: AuthorizedKey, { logins, kept }: Seen): Grant {
  const { account, paths } = bench.ground;
  const { closed, doubts } = standing(bench, door, file, key);
  const authority = key.options.has('cert-authority');
  // A certificate is logged with the key in it, not with the line that trusts its CA.
  const mine = logins?.logins.filter(
    ({ user, fingerprint, certificate: one }) =>
      user === account.name && (authority ? one?.ca === key.fingerprint : !one && fingerprint === key.fingerprint),
  );
  const last = mine?.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
  const entry = paths.get(file.path);
  const changed = entry?.type === 'file' ? isoOf(entry.mtime * 1000) : undefined;
  return {
    account: account.name,
    uid: account.uid,
    fingerprint: key.fingerprint,
    type: key.type,
    size: key.size,
    comment: key.comment,
    file: file.path,
    line: key.line,
    options: [...key.options].map(([name, value]) => ({ name, value })),
    authority,
    standing: closed.length > 0 ? 'closed' : doubts.length > 0 ? 'unknown' : 'open',
    why: closed.length > 0 ? closed : doubts,
    needs: [...door.needs],
    shell: door.shell,
    seen: last ? 'seen' : logins?.since !== undefined && kept ? 'not-seen' : 'unknown',
    ...(last ? { lastLogin: loginTold(last) } : {}),
    ...(changed === undefined ? {} : { fileChanged: changed }),
  };
}

/** Every line of keys that sshd would read for an account, from any address, and what it comes to. */
export function accountGrants(
  given: OfferFacts,
  account: Account,
  at: string,
  shadow: ShadowEntry | undefined,
  seen: Seen,
): AccountGrants {
  const attempt: Attempt = { user: account.name, at };
  const bench = benchOf(given, attempt, account);
  const { config, who } = bench.ground;
  const ownGroup = ownGroups(given.sshdBinary, given.accounts, given.groups, account);
  const { files, complete } = keyFiles(config, given.files, given.paths, account, who, ownGroup);
  const door = accountDoor(given, account, attempt, shadow);
  const blind: { what: string; why: string }[] = [];
  if (!complete)
    blind.push({
      what: `where sshd looks for keys of ${account.name}`,
      why: whyUncertain(config),
    });
  if (bench.keysCommand.kind === 'asked')
    blind.push({
      what: `keys of ${account.name} that ${bench.keysCommand.command} names`,
      why: 'AuthorizedKeysCommand is a program, and only sshd asks it',
    });
  for (const { path, status } of files) {
    if (/[*?[]/.test(path))
      blind.push({ what: `keys of ${account.name} in ${path}`, why: 'the pattern was not expanded' });
    else if (status === 'ok' && given.files.get(path)?.detail === 'truncated')
      blind.push({ what: `the end of ${path}`, why: 'it is too long' });
    else if (status !== 'ok' && status !== 'absent')
      blind.push({ what: `keys of ${account.name} in ${path}`, why: status });
  }
  return {
    grants: files.flatMap((file) => file.keys.map((key) => grantOf(bench, door, file, key, seen))),
    skipped: files.flatMap((file) =>
      file.skipped.map(({ line, why }) => ({ account: account.name, file: file.path, line, why })),
    ),
    places: files.map(({ path }) => path),
    blind,
  };
}
