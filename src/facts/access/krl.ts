import type { Certificate } from './certificate.ts';
import { type PublicKey, readPublicKey, sha256 } from './public-key.ts';
import { Malformed, tryRead, type Wire, wire } from './wire.ts';

/** Serials and identities that are revoked of one CA, or of every CA. */
interface RevokedOf {
  /** Fingerprint; absent: any. */
  readonly ca?: string;
  readonly ranges: readonly (readonly [from: bigint, to: bigint])[];
  readonly bitmaps: readonly { readonly first: bigint; readonly bits: Buffer }[];
  readonly ids: ReadonlySet<string>;
}

/** A key revocation list (PROTOCOL.krl). */
export interface Krl {
  /** Fingerprints `SHA256:…`. */
  readonly keys: ReadonlySet<string>;
  /** Hexadecimal. */
  readonly sha1: ReadonlySet<string>;
  readonly certificates: readonly RevokedOf[];
}

const MAGIC = 'SSHKRL\n\0';
const [CERTIFICATES, EXPLICIT_KEY, SHA1, SIGNATURE, SHA256, EXTENSION] = [1, 2, 3, 4, 5, 255];
const [SERIAL_LIST, SERIAL_RANGE, SERIAL_BITMAP, KEY_ID, CERT_EXTENSION] = [0x20, 0x21, 0x22, 0x23, 0x39];

function each(from: Wire, read: () => void): void {
  while (from.left() > 0) read();
}

/** Only what is marked as not critical may be passed over; none is known. */
function extension(from: Wire): void {
  from.name();
  if (from.u8() !== 0) throw new Malformed('it holds a critical extension');
  from.bytes();
  if (from.left() > 0) throw new Malformed('something follows an extension');
}

function certificates(bytes: Buffer): RevokedOf {
  const from = wire(bytes);
  const key = from.bytes();
  from.bytes(); // reserved
  const ca = key.length === 0 ? undefined : readPublicKey(key)?.fingerprint;
  if (key.length > 0 && ca === undefined) throw new Malformed('a CA in it is no key');
  const ranges: [bigint, bigint][] = [];
  const bitmaps: { first: bigint; bits: Buffer }[] = [];
  const ids = new Set<string>();
  const revoke = (first: bigint, last: bigint) => {
    if (first === 0n || first > last) throw new Malformed('a range of serials that cannot be');
    ranges.push([first, last]);
  };
  each(from, () => {
    const type = from.u8();
    const section = wire(from.bytes());
    if (type === SERIAL_LIST)
      each(section, () => {
        const serial = section.u64();
        revoke(serial, serial);
      });
    else if (type === SERIAL_RANGE) revoke(section.u64(), section.u64());
    else if (type === SERIAL_BITMAP) bitmaps.push({ first: section.u64(), bits: section.bytes() });
    else if (type === KEY_ID) each(section, () => ids.add(section.name()));
    else if (type === CERT_EXTENSION) extension(section);
    else throw new Malformed(`a section of kind ${type} is not known`);
    if (section.left() > 0) throw new Malformed('something follows a list of serials');
  });
  return { ...(ca === undefined ? {} : { ca }), ranges, bitmaps, ids };
}

/**
 * A KRL, or why sshd does not take it, as ssh_krl_from_blob() of krl.c reads it. Signatures in it are passed over, as since
 * 9.4. Linear in its size.
 */
export function readKrl(blob: Buffer): { readonly value: Krl } | { readonly error: string } {
  return tryRead(() => {
    if (!isKrl(blob)) throw new Malformed('it does not begin as a KRL does');
    const from = wire(blob.subarray(MAGIC.length));
    if (from.u32() !== 1) throw new Malformed('its format is of another version');
    from.u64(); // version
    from.u64(); // date
    from.u64(); // flags
    from.bytes(); // reserved
    from.name(); // comment
    const keys = new Set<string>();
    const sha1 = new Set<string>();
    const revoked: RevokedOf[] = [];
    each(from, () => {
      const type = from.u8();
      const bytes = from.bytes();
      const section = wire(bytes);
      const hashes = (size: number, take: (hash: Buffer) => void) =>
        each(section, () => {
          const hash = section.bytes();
          if (size > 0 && hash.length !== size) throw new Malformed('a hash in it has the wrong length');
          take(hash);
        });
      if (type === CERTIFICATES) revoked.push(certificates(bytes));
      else if (type === EXPLICIT_KEY) hashes(0, (key) => keys.add(sha256(key)));
      else if (type === SHA1) hashes(20, (hash) => sha1.add(hash.toString('hex')));
      else if (type === SHA256)
        hashes(32, (hash) => keys.add(`SHA256:${hash.toString('base64').replace(/={1,2}$/, '')}`));
      else if (type === EXTENSION) extension(section);
      else if (type === SIGNATURE) from.bytes();
      else throw new Malformed(`a section of kind ${type} is not known`);
    });
    return { keys, sha1, certificates: revoked };
  });
}

/** Whether a file is a KRL, as sshd tells it from a plain list. */
export function isKrl(blob: Buffer): boolean {
  return blob.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
}

function inBitmap(first: bigint, bits: Buffer, serial: bigint): boolean {
  // A number of RFC 4251: its last byte holds the first eight.
  const offset = serial - first;
  if (offset < 0n || offset >= BigInt(bits.length) * 8n) return false;
  const at = Number(offset);
  return ((bits[bits.length - 1 - (at >> 3)] ?? 0) & (1 << (at & 7))) !== 0;
}

/** Why the KRL revokes a key, in words; `undefined` when it does not. */
export function keyRevoked({ keys, sha1 }: Krl, key: PublicKey): string | undefined {
  return keys.has(key.fingerprint) || sha1.has(key.sha1) ? `the key ${key.fingerprint}` : undefined;
}

/** Why the KRL revokes a certificate, in words: its key, its identity, its serial, or its CA (krl.c, is_cert_revoked()). */
export function certificateRevoked(krl: Krl, certificate: Certificate): string | undefined {
  const { key, ca, id, serial } = certificate;
  const byKey = keyRevoked(krl, key);
  if (byKey !== undefined) return byKey;
  for (const one of krl.certificates) {
    if (one.ca !== undefined && one.ca !== ca.fingerprint) continue;
    if (one.ids.has(id)) return `certificates with the identity "${id}"`;
    // A serial of zero is what a CA that does not count gives to all.
    if (serial === 0n) continue;
    const hit =
      one.ranges.some(([from, to]) => from <= serial && serial <= to) ||
      one.bitmaps.some(({ first, bits }) => inBitmap(first, bits, serial));
    if (hit) return `the certificate with the serial ${serial}`;
  }
  const byCa = keyRevoked(krl, ca);
  return byCa === undefined ? undefined : `the CA ${ca.fingerprint}`;
}
