import { expiryTime } from '../facts/access/expiry.ts';
import { type AccountKeys, accountKeys, keyFacts } from '../facts/access/keys.ts';
import { matchesHost } from '../facts/access/patterns.ts';
import { revokedIn } from '../facts/access/revoked.ts';
import { clientNameOf, connectionOf } from '../facts/access/who.ts';
import { pamAgrees, pamFacts, pamHelps } from '../facts/pam/index.ts';
import { type Setting, setting } from '../facts/sshd/index.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Options, Values } from '../model/cause.ts';
import { passwordAdmits } from './admit-password.ts';

const needs = { ...keyFacts, ...pamFacts };
type Given = Values<typeof needs> & Partial<Options<typeof pamHelps>>;

/** Settings that can turn the login away; where one hangs on a condition that is not known, nothing is promised. */
const DECIDING = [
  'pubkeyauthentication',
  'denyusers',
  'allowusers',
  'denygroups',
  'allowgroups',
  'permitrootlogin',
  'authenticationmethods',
  'usepam',
  'strictmodes',
  'authorizedkeysfile',
  'revokedkeys',
] as const;

/**
 * The line that lets the login in, in words, when everything that decides is known and in its favour: key, file,
 * options, the methods that are asked for, and PAM. The causes say what is against it; this is the other half.
 */
export function admittedBy(bundle: Bundle, attempt: Attempt): string | undefined {
  const given = gather(bundle);
  const account = attempt.user === undefined ? undefined : given?.accounts.find(attempt.user);
  if (!given || !account || attempt.from === undefined) return undefined;
  if (!attempt.keys) return passwordAdmits(given, attempt, account);
  const who = connectionOf(attempt, account, given.groups);
  const rules = new Map(DECIDING.map((keyword) => [keyword, setting(given.sshdConfig, keyword, who)] as const));
  if ([...rules.values()].some(({ certain }) => !certain)) return undefined;
  if (!keyIsEnough(rules.get('authenticationmethods'))) return undefined;
  const key = lettingIn(
    accountKeys(given, attempt)[0],
    attempt.keys,
    attempt.from,
    clientNameOf(attempt),
    given.meta.now,
  );
  if (!key) return undefined;
  const [list = 'none'] = rules.get('revokedkeys')?.values ?? [];
  const revoked = list === 'none' ? [] : revokedIn(given.files, list);
  if (!revoked || revoked.some(({ fingerprint }) => fingerprint === key.fingerprint)) return undefined;
  if (rules.get('usepam')?.values[0]?.toLowerCase() === 'yes' && !pamAgrees(given, attempt)) return undefined;
  return `line ${key.line} of ${key.path} lets ${account.name} in with ${key.fingerprint}`;
}

function gather(bundle: Bundle): Given | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(needs)) {
    const fact = source.read(bundle);
    if (!fact.known) return undefined;
    values[name] = fact.value;
  }
  for (const [name, source] of Object.entries(pamHelps)) {
    const fact = source.read(bundle);
    if (fact.known) values[name] = fact.value;
  }
  return values as unknown as Given;
}

function keyIsEnough(methods: Setting | undefined): boolean {
  const lists = methods?.values ?? [];
  return lists.length === 0 || lists.some((list) => list === 'any' || list === 'publickey');
}

function lettingIn(
  mine: AccountKeys | undefined,
  offered: readonly string[],
  from: string,
  name: string | undefined,
  now: number,
) {
  for (const { path, keys, modes } of mine?.files ?? []) {
    if (!modes.ok) continue;
    for (const { line, fingerprint, options } of keys) {
      const hosts = options.get('from');
      const expiry = options.get('expiry-time');
      const end = expiry === undefined ? undefined : expiryTime(expiry);
      const lasts = expiry === undefined || (end !== undefined && end.at - end.within > now);
      if (
        lasts &&
        !options.has('cert-authority') &&
        offered.includes(fingerprint) &&
        (hosts === undefined || matchesHost(hosts, from, name) === true)
      )
        return { path, line, fingerprint };
    }
  }
  return undefined;
}
