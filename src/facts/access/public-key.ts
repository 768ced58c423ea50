import { createHash } from 'node:crypto';
import { Malformed, tryRead, wire } from './wire.ts';

/** A public key, or the key in a certificate. */
export interface PublicKey {
  readonly type: string;
  /** `SHA256:…` of the plain key. */
  readonly fingerprint: string;
  /** Of the plain key, in hexadecimal; lists of revoked keys may name it. */
  readonly sha1: string;
  /** Size of an RSA key. */
  readonly bits?: number;
  /** Size of a key of any type, as `ssh-keygen -l` says it. */
  readonly size: number;
}

/** Types of plain keys, and of how many fields each is made (RFC 4253, 5656, 8709; PROTOCOL.u2f). */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ssh-ed25519': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

/** How many fields follow the type in a key; `undefined` for what is no type of a plain key. */
export function fieldsOf(type: string): number | undefined {
  return Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
}

/** Whether the type signs with the help of a device. */
export const isHardware = (type: string): boolean => type.startsWith('sk-');

/** `SHA256:…` as ssh-keygen prints it. */
export function sha256(blob: Buffer): string {
  return `SHA256:${createHash('sha256')
    .update(blob)
    .digest('base64')
    .replace(/={1,2}$/, '')}`;
}

/** Bits of a number of RFC 4251, 5 (mpint). */
function bitsOf(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - Math.clz32((number[first] ?? 0) << 24);
}

/** sshkey_size() of sshkey.c: of a number where sizes differ within a type, else of the curve. */
function sizeOf(type: string, [first, second]: readonly Buffer[]): number {
  if (type === 'ssh-rsa') return bitsOf(second ?? Buffer.alloc(0));
  if (type === 'ssh-dss') return bitsOf(first ?? Buffer.alloc(0));
  return Number(/nistp(\d+)/.exec(type)?.[1] ?? 256);
}

/** A plain key from its blob; `undefined` when it is none, or more than one. */
export function readPublicKey(blob: Buffer): PublicKey | undefined {
  const read = tryRead((): PublicKey => {
    const from = wire(blob);
    const type = from.name();
    const fields = fieldsOf(type);
    if (fields === undefined) throw new Malformed(`no type of a key: ${type.slice(0, 60)}`);
    const parts = Array.from({ length: fields }, () => from.bytes());
    if (from.left() > 0) throw new Malformed('something follows the key');
    if (type.endsWith('ssh-ed25519') && parts[0]?.length !== 32) throw new Malformed('the key has the wrong size');
    const size = sizeOf(type, parts);
    const sha1 = createHash('sha1').update(blob).digest('hex');
    return { type, fingerprint: sha256(blob), sha1, size, ...(type === 'ssh-rsa' ? { bits: size } : {}) };
  });
  return 'value' in read ? read.value : undefined;
}

/** Base64 as ssh reads it: strictly, padding or not. */
export function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
