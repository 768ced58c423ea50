import { fieldsOf, fromBase64, type PublicKey, readPublicKey } from './public-key.ts';
import { Malformed, tryRead, type Wire, wire } from './wire.ts';

/** An OpenSSH certificate (PROTOCOL.certkeys). */
export interface Certificate {
  /** Type of the certificate, e.g. `ssh-ed25519-cert-v01@openssh.com`. */
  readonly type: string;
  /** The key that it certifies. */
  readonly key: PublicKey;
  readonly serial: bigint;
  readonly role: 'user' | 'host';
  readonly id: string;
  readonly principals: readonly string[];
  /** Epoch seconds; good from the one up to, and without, the other. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  /** In their order; a value that is a string is unpacked, `undefined` when it is something else. */
  readonly critical: readonly CertificateOption[];
  readonly extensions: readonly CertificateOption[];
  readonly ca: PublicKey;
  /** Algorithm of the signature of the CA, e.g. `rsa-sha2-512`. */
  readonly signature: string;
}

export interface CertificateOption {
  readonly name: string;
  /** Undefined for one that is not a single string; empty for a flag. */
  readonly value: string | undefined;
}

/** SSHKEY_CERT_MAX_PRINCIPALS of sshkey.h; the other lists have no bound but the size of the whole. */
const PRINCIPALS_MAX = 256;
/** Nothing that ssh sends is larger (packet.c, PACKET_MAX_SIZE). */
const BLOB_MAX = 256 * 1024;
const SUFFIX = '-cert-v01@openssh.com';

/** Type of the key that a type of certificate is for; `undefined` for what is no certificate. */
export function plainType(type: string): string | undefined {
  if (!type.endsWith(SUFFIX)) return undefined;
  const name = type.slice(0, -SUFFIX.length);
  // Only the two of U2F have a domain of their own.
  const plain = name.startsWith('sk-') ? `${name}@openssh.com` : name;
  return fieldsOf(plain) === undefined ? undefined : plain;
}

function string(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function all<T>(from: Wire, read: () => T, most = Number.POSITIVE_INFINITY): T[] {
  const list: T[] = [];
  while (from.left() > 0) {
    if (list.length >= most) throw new Malformed('too many entries');
    list.push(read());
  }
  return list;
}

function optionsOf(bytes: Buffer): CertificateOption[] {
  const from = wire(bytes);
  return all(from, () => {
    const name = from.name();
    const data = from.bytes();
    if (data.length === 0) return { name, value: '' };
    const inner = wire(data);
    const value = tryRead(() => inner.name());
    return { name, value: 'value' in value && inner.left() === 0 ? value.value : undefined };
  });
}

/** A certificate from its blob, or why it is none. The signature is not verified: ssh itself offers none that is not good. */
export function readCertificate(blob: Buffer): { readonly value: Certificate } | { readonly error: string } {
  return tryRead(() => {
    if (blob.length > BLOB_MAX) throw new Malformed('it is too large');
    const from = wire(blob);
    const type = from.name();
    const plain = plainType(type);
    const fields = plain === undefined ? undefined : fieldsOf(plain);
    if (plain === undefined || fields === undefined)
      throw new Malformed(`no type of a certificate: ${type.slice(0, 60)}`);
    from.bytes(); // nonce
    const parts = Array.from({ length: fields }, () => string(from.bytes()));
    const key = readPublicKey(Buffer.concat([string(Buffer.from(plain)), ...parts]));
    const serial = from.u64();
    const kind = from.u32();
    if (kind !== 1 && kind !== 2) throw new Malformed('neither of a user nor of a host');
    const id = from.name();
    const names = wire(from.bytes());
    const principals = all(names, () => names.name(), PRINCIPALS_MAX);
    const [validAfter, validBefore] = [from.u64(), from.u64()];
    const [critical, extensions] = [optionsOf(from.bytes()), optionsOf(from.bytes())];
    from.bytes(); // reserved
    const ca = readPublicKey(from.bytes());
    const signature = wire(from.bytes()).name();
    if (!key || !ca) throw new Malformed('the key in it cannot be read');
    if (from.left() > 0) throw new Malformed('something follows the certificate');
    const role = kind === 1 ? ('user' as const) : ('host' as const);
    const made = { type, key, serial, role, id, principals, validAfter, validBefore, critical, extensions };
    return { ...made, ca, signature };
  });
}

/** A certificate as a `-cert.pub` file holds it: type, base64, comment. */
export function certificateIn(text: string): Certificate | undefined {
  const [type = '', base64 = ''] = text.trim().split(/[ \t]+/, 2);
  const blob = plainType(type) === undefined ? undefined : fromBase64(base64);
  const read = blob && readCertificate(blob);
  return read && 'value' in read && read.value.type === type ? read.value : undefined;
}

/** `"alice-laptop" serial 7`, as sshd names it. */
export function nameOf({ id, serial }: Certificate): string {
  return `"${id}" serial ${serial}`;
}
