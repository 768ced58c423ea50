import { readFileSync } from 'node:fs';
import { keyFingerprint } from '../facts/access/authorized-keys.ts';
import { certificateIn } from '../facts/access/certificate.ts';
import type { Attempt, OfferedCertificate } from '../model/attempt.ts';
import { UsageError } from '../model/errors.ts';

type Offered = Required<Pick<Attempt, 'keys' | 'certificates'>>;

/** A `.pub` file is small; a certificate is the largest of them. */
const MOST = 512 * 1024;

function certificate(text: string): OfferedCertificate | undefined {
  const found = certificateIn(text);
  return found && { fingerprint: found.key.fingerprint, blob: text.trim().split(/[ \t]+/, 2)[1] ?? '' };
}

/**
 * What `--key FILE` offers: the key of a `.pub` file and, as ssh does, the certificate in `FILE-cert.pub` beside it; or the
 * certificate alone. A fingerprint stands for its key.
 * @throws UsageError when the file holds neither; a private key is never read any further than its first line.
 */
export function offeredIn(file: string): Offered {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(file)) return { keys: [file], certificates: [] };
  let content: string;
  try {
    content = readFileSync(file, 'utf8').slice(0, MOST).trim();
  } catch (error) {
    throw new UsageError(`cannot read --key ${file}: ${(error as Error).message}`);
  }
  const alone = certificate(content);
  if (alone) return { keys: [], certificates: [alone] };
  const key = keyFingerprint(content);
  if (key === undefined)
    throw new UsageError(`--key ${file} is not a public key (give the .pub file, or its fingerprint SHA256:…)`);
  const beside = file.endsWith('.pub') ? besideOf(file) : undefined;
  return { keys: [key], certificates: beside?.fingerprint === key ? [beside] : [] };
}

function besideOf(file: string): OfferedCertificate | undefined {
  try {
    return certificate(readFileSync(file.replace(/\.pub$/, '-cert.pub'), 'utf8').slice(0, MOST));
  } catch {
    // Most keys have none.
    return undefined;
  }
}
