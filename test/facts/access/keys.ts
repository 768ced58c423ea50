import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Certificate, certificateIn } from '../../../src/facts/access/certificate.ts';
import { type Krl, readKrl } from '../../../src/facts/access/krl.ts';
import { fromBase64, type PublicKey, readPublicKey } from '../../../src/facts/access/public-key.ts';

/** Text of a file that ssh-keygen 9.2 made; `.krl` files are in base64. */
export const text = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/keys', name), 'utf8').trim();

export function certificate(name: string): Certificate {
  const found = certificateIn(text(`${name}-cert.pub`));
  if (!found) throw new Error(`${name} is no certificate`);
  return found;
}

/** The bytes in a `.pub` file. */
export const blobOf = (name: string): Buffer => fromBase64(text(name).split(' ')[1] ?? '') ?? Buffer.alloc(0);

export function key(name: string): PublicKey {
  const found = readPublicKey(blobOf(`${name}.pub`));
  if (!found) throw new Error(`${name} is no key`);
  return found;
}

export const bytes = (name: string): Buffer => Buffer.from(text(`${name}.krl`), 'base64');

export function krl(name: string): Krl {
  const read = readKrl(bytes(name));
  if ('error' in read) throw new Error(read.error);
  return read.value;
}
