import { causes } from '../../causes/index.gen.ts';
import { parseAuthorizedKeys } from '../../facts/access/authorized-keys.ts';
import { accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { groups as groupsOf } from '../../facts/accounts.ts';
import { files } from '../../facts/files.ts';
import { meta } from '../../facts/meta.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import { gateOf } from '../../model/gate.ts';
import type { KeyLogin } from '../../model/hardening.ts';
import { conclude } from '../conclude.ts';

/** Where a login comes from when nobody says it: a network for documentation, which no rule names. */
const SOMEWHERE = '192.0.2.1';
/** No host has more keys to look at; a hostile bundle may. */
const MOST = 100;

/** Groups whose members may use sudo as their distributions come. */
export const ADMIN_GROUPS: readonly string[] = ['sudo', 'wheel', 'admin'];

const ABOUT_AUTH = causes.filter(({ id }) => gateOf(id) === 'auth');

/** What was seen from a client is about a login that was made, not about one that might be. */
const OF_CLIENTS =
  /^(?:ssh-config|dns|tcp|kexinit|path|hang|attempt|alias|route|network|alternates|known-hosts|identities)$|^(?:hop|vantage):/;

function serverOnly(bundle: Bundle): Bundle {
  const sections = Object.entries(bundle.sections).filter(([name]) => !OF_CLIENTS.test(name));
  return { ...bundle, sections: Object.fromEntries(sections) };
}

function factsOf(bundle: Bundle): Parameters<typeof accountKeys>[0] | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(keyFacts)) {
    const fact = source.read(bundle);
    if (!fact.known) return undefined;
    values[name] = fact.value;
  }
  return values as unknown as Parameters<typeof accountKeys>[0];
}

/**
 * Every key of the accounts that were looked at which lets its account in: something lets it in, and no cause is against
 * it, as far as all that decides is known.
 */
export function keyLogins(whole: Bundle): readonly KeyLogin[] {
  const bundle = serverOnly(whole);
  const given = factsOf(bundle);
  const texts = files.read(bundle);
  const machine = meta.read(bundle);
  if (!given || !texts.known) return [];
  const from = (machine.known && machine.value.from) || SOMEWHERE;
  const at = bundle.takenAt;
  const asked: KeyLogin[] = accountKeys(given, { from, at }).flatMap(({ account, files: lists }) =>
    lists.flatMap(({ path }) => {
      const found = texts.value.get(path);
      const { keys } = found?.status === 'ok' ? parseAuthorizedKeys(found.text.split('\n')) : { keys: [] };
      return keys.map(({ fingerprint }) => ({ user: account.name, key: fingerprint }));
    }),
  );
  return asked.slice(0, MOST).filter(({ user, key }) => {
    const attempt: Attempt = { user, from, port: 22, keys: [key], at };
    return conclude(ABOUT_AUTH, bundle, attempt).gates.some(
      ({ gate, outcome }) => gate === 'auth' && outcome === 'open',
    );
  });
}

/** Whether an account is root, or may become root by sudo as distributions set it up. */
export function canBecomeRoot(bundle: Bundle, user: string): boolean {
  const given = factsOf(bundle);
  const groups = groupsOf.read(bundle);
  const account = given?.accounts.find(user);
  if (!account || !groups.known) return false;
  return account.uid === 0 || groups.value.of(account).some((group) => ADMIN_GROUPS.includes(group));
}
