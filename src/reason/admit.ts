import { nameOf } from '../facts/access/certificate.ts';
import { keyFacts } from '../facts/access/keys.ts';
import { judgeOffers } from '../facts/access/offers.ts';
import { connectionOf } from '../facts/access/who.ts';
import { pamAgrees, pamFacts, pamHelps } from '../facts/pam/index.ts';
import { type Setting, setting } from '../facts/sshd/index.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Options, Values } from '../model/cause.ts';
import { passwordAdmits } from './admit-password.ts';

const needs = { ...keyFacts, ...pamFacts };
type Given = Values<typeof needs> & Partial<Options<typeof pamHelps>>;

/** Settings that can turn the login away beside those about keys; where one hangs on a condition that is not known, nothing is promised. */
const DECIDING = [
  'pubkeyauthentication',
  'denyusers',
  'allowusers',
  'denygroups',
  'allowgroups',
  'permitrootlogin',
  'authenticationmethods',
  'usepam',
  'maxauthtries',
] as const;

/**
 * The line that lets the login in, in words, when everything that decides is known and in its favour: key or certificate,
 * file, options, the methods that are asked for, and PAM. The causes say what is against it; this is the other half.
 */
export function admittedBy(bundle: Bundle, attempt: Attempt): string | undefined {
  const given = gather(bundle);
  const account = attempt.user === undefined ? undefined : given?.accounts.find(attempt.user);
  if (!given || !account || attempt.from === undefined) return undefined;
  if (!attempt.keys && !attempt.certificates) return passwordAdmits(given, attempt, account);
  const who = connectionOf(attempt, account, given.groups);
  const rules = new Map(DECIDING.map((keyword) => [keyword, setting(given.sshdConfig, keyword, who)] as const));
  if ([...rules.values()].some(({ certain }) => !certain)) return undefined;
  if (rules.get('pubkeyauthentication')?.values[0]?.toLowerCase() === 'no') return undefined;
  if (!keyIsEnough(rules.get('authenticationmethods'))) return undefined;
  const offers = judgeOffers(given, attempt);
  const first = offers.findIndex(({ outcome }) => outcome === 'accepted');
  const offer = offers[first];
  // Each key that is refused before it counts as a failure (auth2.c, userauth_finish()).
  if (!offer?.certain || first >= Number(rules.get('maxauthtries')?.values[0] ?? 0)) return undefined;
  const forced = rules.get('permitrootlogin')?.values[0]?.toLowerCase() === 'forced-commands-only';
  if (account.uid === 0 && forced && !offer.forced) return undefined;
  if (rules.get('usepam')?.values[0]?.toLowerCase() === 'yes' && !pamAgrees(given, attempt)) return undefined;
  const what = offer.certificate ? `the certificate ${nameOf(offer.certificate)} of ${offer.key}` : offer.key;
  return `${offer.by} lets ${account.name} in with ${what}`;
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
