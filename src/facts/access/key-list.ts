import { type Certificate, plainType, readCertificate } from './certificate.ts';
import { fieldsOf, fromBase64, type PublicKey, readPublicKey } from './public-key.ts';

/** A line of a list of keys: a key, or the key of a certificate. */
export interface ListedKey {
  readonly line: number;
  readonly key: PublicKey;
  readonly certificate?: Certificate;
}

/** A file with a key on each line: RevokedKeys as text, TrustedUserCAKeys. */
export interface KeyList {
  readonly keys: readonly ListedKey[];
  /** The line at which sshd stops reading; it takes the file for an error unless it has found its key before. */
  readonly bad?: number;
}

/** Smaller RSA keys are passed over (sshkey.c, sshkey_check_rsa_length()). */
const RSA_LEAST = 1024;

/**
 * sshkey_in_file() of authfile.c: type, base64, comment. Options, as authorized_keys has them, are an error, and so is
 * any other line that is no key; nothing behind it is read.
 */
export function readKeyList(lines: readonly string[]): KeyList {
  const keys: ListedKey[] = [];
  for (const [i, raw] of lines.entries()) {
    const text = raw.replace(/^[ \t]+/, '');
    if (text === '' || text.startsWith('#')) continue;
    const listed = readLine(text);
    if (!listed) return { keys, bad: i + 1 };
    if ((listed.key.bits ?? RSA_LEAST) >= RSA_LEAST) keys.push({ line: i + 1, ...listed });
  }
  return { keys };
}

function readLine(text: string): Omit<ListedKey, 'line'> | undefined {
  // A carriage return at the end of a line reaches us as `\r` in two characters; base64 passes over white space.
  const [type = '', base64 = ''] = text.split(/[ \t]+/, 2);
  const blob = fromBase64(base64.replace(/\\r$/, ''));
  if (!blob) return undefined;
  if (fieldsOf(type) !== undefined) {
    const key = readPublicKey(blob);
    return key?.type === type ? { key } : undefined;
  }
  const read = plainType(type) === undefined ? undefined : readCertificate(blob);
  return read && 'value' in read && read.value.type === type
    ? { key: read.value.key, certificate: read.value }
    : undefined;
}
