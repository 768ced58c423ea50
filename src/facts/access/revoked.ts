import type { Section } from '../../model/bundle.ts';
import type { FactSource } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { decodedName, sectionName } from '../bundle.ts';
import type { PathTable } from '../paths.ts';
import type { Family } from '../source.ts';
import type { Certificate } from './certificate.ts';
import { type KeyList, readKeyList } from './key-list.ts';
import { certificateRevoked, type Krl, keyRevoked, readKrl } from './krl.ts';
import type { PublicKey } from './public-key.ts';

/** What RevokedKeys comes to. `refuses`: sshd cannot read the list, so it refuses every key (auth.c, auth_key_is_revoked()). */
export type Revocation =
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly list: KeyList }
  | { readonly kind: 'krl'; readonly krl: Krl }
  | { readonly kind: 'refuses'; readonly why: 'missing' | 'no-file' | 'malformed'; readonly detail?: string }
  | { readonly kind: 'unknown' };

const PREFIX = 'krl:';

/** Key revocation lists by path; there may be none. */
export const krls: FactSource<Family> = {
  id: 'krls',
  side: 'server',
  sections: [`${PREFIX}*`],
  doc: 'binary key revocation lists, in base64 or hexadecimal (PROTOCOL.krl)',
  read: ({ sections }) => ({
    known: true,
    value: new Map(
      Object.entries(sections)
        .filter(([name]) => name.startsWith(PREFIX))
        .map(([name, found]) => [decodedName(name.slice(PREFIX.length)), found]),
    ),
    from: { side: 'server', section: `${PREFIX}*` },
  }),
};

const read = new WeakMap<Section, Revocation>();

function readSection(found: Section): Revocation {
  if (found.status !== 'ok' || found.detail === 'truncated') return { kind: 'unknown' };
  const [form, ...lines] = found.text.split('\n');
  const text = lines.join('').replace(/\s+/g, '');
  if (form !== '# base64' && form !== '# hex') return { kind: 'unknown' };
  const result = readKrl(Buffer.from(text, form === '# hex' ? 'hex' : 'base64'));
  return 'value' in result
    ? { kind: 'krl', krl: result.value }
    : { kind: 'refuses', why: 'malformed', detail: result.error };
}

/** The revocation list at a path, `none` for the path `none`. */
export function revocation(
  given: { readonly files: Family; readonly krls: Family; readonly paths?: PathTable | undefined },
  path: string,
): Revocation {
  if (path === 'none') return { kind: 'none' };
  const binary = given.krls.get(path);
  if (binary) {
    const known = read.get(binary) ?? readSection(binary);
    read.set(binary, known);
    return known;
  }
  const entry = given.paths?.get(path);
  if (entry?.type === 'missing') return { kind: 'refuses', why: 'missing' };
  if (entry?.type === 'dir') return { kind: 'refuses', why: 'no-file' };
  const found = given.files.get(path);
  if (found?.status === 'absent') return { kind: 'refuses', why: 'missing' };
  if (found?.status !== 'ok' || found.detail === 'truncated') return { kind: 'unknown' };
  return { kind: 'list', list: readKeyList(found.text.split('\n')) };
}

/** What stands against a key in a revocation list. */
export interface Revoked {
  /** What is revoked, in words: a key, a CA, an identity, a serial; absent: sshd refuses every key. */
  readonly what?: string;
  readonly evidence?: Evidence;
}

function inList({ keys, bad }: KeyList, path: string, key: PublicKey, certificate?: Certificate): Revoked | undefined {
  const hit = keys.find(
    (one) => one.key.fingerprint === key.fingerprint || one.key.fingerprint === certificate?.ca.fingerprint,
  );
  const cite = (line: number, text: string): Evidence => ({ side: 'server', section: sectionName(path), line, text });
  if (hit) {
    const what = hit.key.fingerprint === key.fingerprint ? 'the key' : 'the CA';
    return { what: `${what} ${hit.key.fingerprint}`, evidence: cite(hit.line, hit.key.fingerprint) };
  }
  return bad === undefined ? undefined : { evidence: cite(bad, 'this line is no key') };
}

/**
 * What revokes a key or, when it is given, a certificate on it. `unknown` when the list is not known. `key.sha1` may be
 * empty where only the fingerprint is known.
 */
export function revokes(
  list: Revocation,
  path: string,
  key: PublicKey,
  certificate?: Certificate,
): Revoked | 'unknown' | undefined {
  if (list.kind === 'none') return undefined;
  if (list.kind === 'unknown') return 'unknown';
  if (list.kind === 'refuses') return {};
  if (list.kind === 'list') return inList(list.list, path, key, certificate);
  const what = certificate ? certificateRevoked(list.krl, certificate) : keyRevoked(list.krl, key);
  if (what !== undefined)
    return { what, evidence: { side: 'server', section: krlSection(path), text: `revokes ${what}` } };
  return !certificate && key.sha1 === '' && list.krl.sha1.size > 0 ? 'unknown' : undefined;
}

/** Name of the section that holds a KRL. */
export function krlSection(path: string): string {
  return sectionName(path).replace(/^file:/, PREFIX);
}
