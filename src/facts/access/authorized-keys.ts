import { readCertificate } from './certificate.ts';
import { type KeyOptions, optionsEnd, parseOptions } from './key-options.ts';
import { fromBase64, readPublicKey, sha256 } from './public-key.ts';

/** A line of authorized_keys that holds a key. */
export interface AuthorizedKey {
  readonly line: number;
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
  /** In hexadecimal. */
  readonly sha1: string;
  /** Size of an RSA key. */
  readonly bits?: number;
  /** Size of any key, as `ssh-keygen -l` says it. */
  readonly size: number;
  /** Names in lower case; `from`, `expiry-time`, `command`, `cert-authority`, … with their values, unquoted. */
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string;
}

/** A line that sshd passes over, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly why: string;
}

const KEY_TYPE =
  /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)(-cert-v\d\d@openssh\.com)?$/;

function readBlob(
  type: string,
  base64: string,
): Pick<AuthorizedKey, 'fingerprint' | 'sha1' | 'bits' | 'size'> | undefined {
  const blob = fromBase64(base64);
  if (!blob) return undefined;
  const plain = readPublicKey(blob);
  if (plain) return plain.type === type ? plain : undefined;
  const certificate = readCertificate(blob);
  // A certificate in a line is nobody's key, but it is no line that sshd cannot read.
  return 'value' in certificate && certificate.value.type === type
    ? { fingerprint: sha256(blob), sha1: '', size: certificate.value.key.size }
    : undefined;
}

function whyNoKey(text: string): string {
  if (text.includes('[private key removed]') || /PRIVATE KEY/.test(text)) return 'a private key was pasted here';
  if (/[\u2018\u2019\u201c\u201d]/.test(text)) return 'typographic quotes';
  if (/^[A-Za-z0-9+/]{20,}={0,2}(\s|$)/.test(text))
    return 'the key type is missing, or the key was wrapped onto several lines';
  if (/^(?:[^" ]|"[^"]*")*principals="/i.test(text) && !/cert-authority/i.test(text))
    return 'principals= without cert-authority';
  if (/^ssh-|^ecdsa-/.test(text)) return 'the key is not complete';
  if (/ (ssh-|ecdsa-|sk-)\S+ AAAA/.test(text)) return 'an option that sshd does not know, or without its double quotes';
  return 'there is no key in this line';
}

/** Reads the lines of an authorized_keys file (sshd(8), AUTHORIZED_KEYS FILE FORMAT; auth2-pubkeyfile.c). */
export function parseAuthorizedKeys(lines: readonly string[]): { keys: AuthorizedKey[]; skipped: SkippedLine[] } {
  const keys: AuthorizedKey[] = [];
  const skipped: SkippedLine[] = [];
  for (const [i, raw] of lines.entries()) {
    const text = raw.replace(/^[ \t]+/, '').replace(/\\r$/, '');
    if (text === '' || text.startsWith('#')) continue;
    const parsed = parseKeyLine(text);
    if (parsed) keys.push({ line: i + 1, ...parsed });
    else skipped.push({ line: i + 1, why: whyNoKey(text) });
  }
  return { keys, skipped };
}

/** Only a CA certifies principals; sshd refuses such a line for a plain key. */
const strayPrincipals = (options: KeyOptions): boolean => options.has('principals') && !options.has('cert-authority');

function parseKeyLine(text: string): Omit<AuthorizedKey, 'line'> | undefined {
  const first = text.split(/[ \t]/, 1)[0] ?? '';
  const end = KEY_TYPE.test(first) ? 0 : optionsEnd(text);
  const [type = '', base64 = '', ...comment] = text
    .slice(end)
    .trim()
    .split(/[ \t]+/);
  const blob = KEY_TYPE.test(type) ? readBlob(type, base64) : undefined;
  const options = parseOptions(text.slice(0, end));
  if (!blob || !options || strayPrincipals(options)) return undefined;
  const { fingerprint, sha1, bits, size } = blob;
  const sizes = { size, ...(bits === undefined ? {} : { bits }) };
  return { type, fingerprint, sha1, ...sizes, options, comment: comment.join(' ') };
}

/** Fingerprint of the one public key in a `.pub` file; `undefined` when there is none. */
export function keyFingerprint(text: string): string | undefined {
  return parseAuthorizedKeys(text.split('\n')).keys[0]?.fingerprint;
}
