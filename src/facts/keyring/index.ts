import type { Bundle } from '../../model/bundle.ts';
import type { HostKeyring, KeyHolder, SeenCertificate, StrayFile } from '../../model/keys.ts';
import { parseAuthorizedKeys } from '../access/authorized-keys.ts';
import type { OfferFacts } from '../access/bench.ts';
import { keyFacts } from '../access/keys.ts';
import { type Account, shadow } from '../accounts.ts';
import { hostKeys } from '../hostkeys.ts';
import { setting, word } from '../sshd/index.ts';
import { authorities, certificateFile, certificatesUsed } from './certificates.ts';
import { keysElsewhere, knownAuthorities } from './elsewhere.ts';
import { accountGrants, isoOf } from './grants.ts';
import { type KeyLogins, keyLogins, recentKeyLogins } from './logins.ts';

/** Levels of LogLevel at which sshd says nothing of a login (log.h); "Accepted" is of level INFO. */
const SILENT = new Set(['quiet', 'fatal', 'error']);

type Told = { readonly what: string; readonly why: string; readonly ways?: true };

/**
 * Who can log in on the host that a Bundle was taken on, with which key, and what is told of its use; or the fact that is
 * missing. `door`: how it was looked at.
 */
export function hostKeyring(bundle: Bundle, door: string): HostKeyring | { readonly missing: Told } {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(keyFacts)) {
    const fact = source.read(bundle);
    if (!fact.known) return { missing: { what: source.doc, why: fact.detail || fact.gap } };
    values[name] = fact.value;
  }
  const given = values as unknown as OfferFacts;
  const blind: Told[] = [];
  const value = <T>(fact: { known: true; value: T } | { known: false; gap: string; detail: string }, what: string) => {
    if (fact.known) return fact.value;
    blind.push({ what, why: fact.detail || fact.gap });
    return undefined;
  };
  if (!given.meta.isRoot)
    blind.push({ what: 'files of other accounts', why: 'it was not root who looked', ways: true });
  if (given.sshdBinary === null) blind.push({ what: 'an sshd that would read these keys', why: 'none was found' });
  const logins = loginsOf(bundle, blind);
  const kept = !SILENT.has(word(given.sshdConfig, 'loglevel', {}) ?? '');
  if (!kept) blind.push({ what: 'when keys were used', why: 'LogLevel keeps logins out of the log' });
  const secrets = value(shadow.read(bundle), 'which accounts are locked or expired');
  const found = value(keysElsewhere.read(bundle), 'keys in files that sshd does not read');
  const known = knownAuthorities.read(bundle);
  const accounts = lookedAt(given).toSorted((a, b) => a.uid - b.uid);
  const each = accounts.map((account) =>
    accountGrants(given, account, bundle.takenAt, secrets?.get(account.name), { logins, kept }),
  );
  // Accounts may share a home.
  const places = new Set(each.flatMap((one) => one.places));
  const rest = elsewhere(given, found ?? [], places);
  const keys = value(hostKeys.read(bundle), 'host keys') ?? [];
  const { release } = given.sshdBinary ?? {};
  const since = logins?.since === undefined ? undefined : isoOf(logins.since);
  return {
    name: given.meta.hostname || door,
    door,
    takenAt: bundle.takenAt,
    ...(release ? { release: `OpenSSH ${release.major}.${release.minor}` } : {}),
    log: {
      ...(since === undefined ? {} : { since }),
      sources: [...(logins?.sources ?? [])],
      kept,
    },
    settings: settingsOf(given),
    grants: each.flatMap((one) => one.grants),
    authorities: [...authorities(given, accounts, known.known ? known.value : [], bundle.takenAt)],
    certificates: [...rest.certificates, ...hostCertificates(given), ...certificatesUsed(logins)],
    hostKeys: keys.map(({ path, fingerprint, type, bits }) => ({
      file: path,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(type === undefined ? {} : { type }),
      ...(bits === undefined ? {} : { size: bits }),
    })),
    holders: rest.holders,
    strays: rest.strays,
    skipped: each.flatMap((one) => one.skipped),
    // Whatever an account's files hide may let a key in.
    blind: [...blind, ...summed(each.flatMap((one) => one.blind.map((told) => ({ ...told, ways: true as const }))))],
  };
}

function settingsOf({ sshdConfig: config }: OfferFacts): HostKeyring['settings'] {
  const environment = config.directives.filter(({ keyword }) => keyword === 'permituserenvironment');
  const options = setting(config, 'pubkeyauthoptions', {}).values.join(' ').toLowerCase();
  return {
    userEnvironment: environment.some(({ words }) => (words.args[0] ?? 'no').toLowerCase() !== 'no'),
    touch: options.includes('touch-required'),
    verify: options.includes('verify-required'),
  };
}

function loginsOf(bundle: Bundle, blind: Told[]): KeyLogins | undefined {
  const whole = keyLogins.read(bundle);
  if (whole.known) return whole.value;
  const recent = recentKeyLogins.read(bundle);
  if (!recent.known) {
    blind.push({ what: 'when keys were used', why: whole.detail || recent.detail || recent.gap });
    return undefined;
  }
  blind.push({ what: 'older logins', why: 'only the newest lines of the log were collected' });
  return recent.value;
}

/** Accounts whose files were looked for; the collector was asked for one, or for all. */
function lookedAt({ accounts, meta, files }: OfferFacts): readonly Account[] {
  const all = accounts.all.filter(({ uid }) => Number.isInteger(uid));
  if (meta.user === undefined) return all;
  const root = (home: string) => files.has(`${home}/.ssh/authorized_keys`);
  return all.filter(({ name, uid, home }) => name === meta.user || (uid === 0 && root(home)));
}

/** The same gap at many accounts is told once. */
function summed(all: readonly Told[]): readonly Told[] {
  const byWhy = new Map<string, Told[]>();
  for (const one of all) byWhy.set(one.why, [...(byWhy.get(one.why) ?? []), one]);
  return [...byWhy].flatMap(([why, list]) =>
    list.length <= 5 ? list : [{ what: `${list.length} places, e.g. ${list[0]?.what}`, why, ways: true as const }],
  );
}

interface Elsewhere {
  readonly strays: StrayFile[];
  readonly holders: KeyHolder[];
  readonly certificates: SeenCertificate[];
}

/** What the files are that hold keys and that sshd does not read. */
function elsewhere(given: OfferFacts, found: readonly string[], places: ReadonlySet<string>): Elsewhere {
  const [strays, holders, certificates]: [StrayFile[], KeyHolder[], SeenCertificate[]] = [[], [], []];
  const meant = meantFor(given);
  for (const file of found) {
    const content = given.files.get(file);
    if (places.has(file) || content?.status !== 'ok') continue;
    const account = homeOf(given, file);
    const certificate = certificateFile(file, content.text, account);
    if (certificate) certificates.push(certificate);
    if (certificate || meant.has(file)) continue;
    const { keys } = parseAuthorizedKeys(content.text.split('\n'));
    const [first] = keys;
    if (!first) continue;
    const own = file.endsWith('.pub') ? given.paths.get(file.slice(0, -4)) : undefined;
    const mine = account === undefined ? {} : { account };
    if (own?.type === 'file' && account !== undefined) {
      const { fingerprint, type, size, comment } = first;
      holders.push({ account, file, privateHalf: true, fingerprint, type, size, comment });
    } else
      strays.push({
        file,
        ...mine,
        keys: keys.map(({ fingerprint, type, size, comment, line }) => ({ fingerprint, type, size, comment, line })),
      });
  }
  return { strays, holders, certificates };
}

/** Files that sshd_config names for something else than keys of accounts. */
function meantFor({ sshdConfig }: OfferFacts): ReadonlySet<string> {
  const keywords = ['trustedusercakeys', 'revokedkeys', 'hostcertificate'];
  return new Set(
    sshdConfig.directives.filter(({ keyword }) => keywords.includes(keyword)).flatMap(({ words }) => words.args),
  );
}

/** Name of the account in whose home a file lies: the innermost, were homes to lie in one another. */
function homeOf({ accounts }: OfferFacts, file: string): string | undefined {
  const inside = accounts.all.filter(({ home }) => home.length > 1 && file.startsWith(`${home}/`));
  return inside.toSorted((a, b) => b.home.length - a.home.length)[0]?.name;
}

function hostCertificates(given: OfferFacts): readonly SeenCertificate[] {
  return setting(given.sshdConfig, 'hostcertificate', {}).values.flatMap((path) => {
    const found = given.files.get(path);
    return (found?.status === 'ok' && certificateFile(path, found.text)) || [];
  });
}
