import type { OfferFacts } from '../../facts/access/bench.ts';
import { keyFacts } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { daemon } from '../../facts/daemon.ts';
import { readsDropIn, rereads } from '../../facts/sshd/drop-in.ts';
import { MAIN_CONFIG, setting } from '../../facts/sshd/index.ts';
import type { Bundle } from '../../model/bundle.ts';
import { type Change, command } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';
import { type KeyPlan, keyringOf, lineAt, type PlainKey, plainKey } from './plain-key.ts';

/** Where a list of revoked keys is made when there is none. */
export const REVOKED_FILE = '/etc/ssh/revoked_keys';
const DROP_IN = '/etc/ssh/sshd_config.d/00-sshwhy-revoked.conf';

/** What names a key to ssh-keygen -k: itself, or its fingerprint where no more is known (KEY REVOCATION LISTS, ssh-keygen(1)). */
const specOf = (fingerprint: string, key: PlainKey | undefined): string =>
  key ? `${key.type} ${key.blob}` : `hash: ${fingerprint}`;

/** `-u` puts it into a list that is there. */
function intoKrl(file: string, spec: string, update: boolean): Change {
  const run = `printf '%s\\n' ${shellQuote(spec)} | ssh-keygen -q -k ${update ? '-u ' : ''}-f ${shellQuote(file)} -`;
  return command(run, [], [file]);
}

function facts(bundle: Bundle): OfferFacts | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(keyFacts)) {
    const fact = source.read(bundle);
    if (!fact.known) return undefined;
    values[name] = fact.value;
  }
  return values as unknown as OfferFacts;
}

/** The key itself, where a file that was read holds it. */
export function knownKey(bundle: Bundle, fingerprint: string): PlainKey | undefined {
  const host = keyringOf(bundle);
  const places = [
    ...(host?.grants ?? []).filter((one) => one.fingerprint === fingerprint),
    ...(host?.strays ?? []).flatMap(({ file, keys }) =>
      keys.filter((one) => one.fingerprint === fingerprint).map(({ line, type }) => ({ file, line, type })),
    ),
  ];
  for (const { file, line, type } of places) {
    const text = lineAt(bundle, file, line) ?? '';
    const found = plainKey(text.slice(Math.max(0, text.indexOf(`${type} `))));
    if (found?.fingerprint === fingerprint) return found;
  }
  return undefined;
}

/**
 * Revokes a key on a host: into every list that RevokedKeys names for an account there, or into a new one, which is then named
 * before anything else of sshd_config can say otherwise. sshd reads the list at each login, and its configuration only when
 * it is told.
 */
export function planRevoke(bundle: Bundle, fingerprint: string, given: PlainKey | undefined): KeyPlan {
  const seen = facts(bundle);
  if (!seen) return { is: 'refused', why: 'what sshd reads there was not seen' };
  const { sshdConfig: config } = seen;
  const [unread] = config.unread;
  if (unread) return { is: 'refused', why: `${unread.path} was not read` };
  const key = given ?? knownKey(bundle, fingerprint);
  const rules = seen.accounts.all.map((account) =>
    setting(config, 'revokedkeys', connectionOf({ user: account.name, at: bundle.takenAt }, account, seen.groups)),
  );
  const vague = rules.find(({ certain }) => !certain);
  if (vague) return { is: 'refused', why: 'which list RevokedKeys names hangs on where the client comes from' };
  const lists = [...new Set(rules.map(({ values }) => values[0] ?? 'none'))];
  const changes: Change[] = [];
  const says: string[] = [];
  for (const path of lists.filter((one) => one !== 'none')) {
    const plan = intoList(seen, path, fingerprint, key);
    if ('why' in plan) return { is: 'refused', why: plan.why };
    if (plan.change) {
      changes.push(plan.change);
      says.push(`${fingerprint} into ${path}`);
    }
  }
  if (!lists.includes('none'))
    return changes.length > 0 ? { is: 'changes', changes, says } : { is: 'done', says: ['it is revoked already'] };
  if (lists.length > 1)
    return { is: 'refused', why: 'RevokedKeys stands in a Match block only: name a list for everybody first' };
  const text = '# Keys that sshd refuses, whatever authorized_keys says (RevokedKeys in sshd_config(5)).\n';
  const place = readsDropIn(config, MAIN_CONFIG, DROP_IN).first ? DROP_IN : MAIN_CONFIG;
  return {
    is: 'changes',
    changes: [
      key
        ? { kind: 'write', file: REVOKED_FILE, text: `${text}${key.type} ${key.blob}\n`, mode: '0644', owner: 'root' }
        : intoKrl(REVOKED_FILE, specOf(fingerprint, key), false),
      place === DROP_IN
        ? { kind: 'write', file: DROP_IN, text: `RevokedKeys ${REVOKED_FILE}\n`, mode: '0644', owner: 'root' }
        : { kind: 'prepend', file: place, lines: [`RevokedKeys ${REVOKED_FILE}`] },
      ...rereads(daemon.read(bundle)),
    ],
    says: [`${fingerprint} into ${REVOKED_FILE}, which RevokedKeys names in ${place}`],
  };
}

function intoList(
  { files, krls, paths }: OfferFacts,
  path: string,
  fingerprint: string,
  key: PlainKey | undefined,
): { readonly change?: Change } | { readonly why: string } {
  if (krls.has(path)) return { change: intoKrl(path, specOf(fingerprint, key), true) };
  const found = files.get(path);
  if (paths.get(path)?.type === 'missing' || found?.status !== 'ok')
    return { why: `${path}, which RevokedKeys names, is not there or was not read; sshd takes no key at all now` };
  if (!key) return { why: `${path} is a list of keys, and only the fingerprint is known: give the .pub file` };
  if (found.text.split('\n').some((line) => plainKey(line)?.fingerprint === fingerprint)) return {};
  return { change: { kind: 'append', file: path, lines: [`${key.type} ${key.blob}`] } };
}
