import { attemptLog } from './client/attempt.ts';
import type { AttemptLog } from './client/attempt-model.ts';
import { type KnownHost, type KnownHosts, knownHosts } from './client/known-hosts.ts';
import { type HostKey, hostKeys } from './hostkeys.ts';

export const hostKeyFacts = { attemptLog, knownHosts, hostKeys };

/** A host key of the server, held against what the client knows. */
export interface JudgedKey {
  /** As ssh-keygen(1) says it: `ED25519`, `RSA`, … */
  readonly type: string;
  readonly fingerprint: string;
  /** The client was shown this one. */
  readonly shown: boolean;
  /** The server's file of it, where it was looked at. */
  readonly file?: string;
  readonly known: 'matches' | 'differs' | 'revoked' | 'by-authority' | 'unknown';
  /** `FILE:LINE (NAME)` of the lines that say so. */
  readonly where: readonly string[];
}

interface Seen {
  readonly attemptLog?: AttemptLog | undefined;
  readonly knownHosts?: KnownHosts | undefined;
  readonly hostKeys?: readonly HostKey[] | undefined;
}

/** `ssh-ed25519` and `ecdsa-sha2-nistp256` as ssh-keygen says them. */
export function plainType(algorithm: string): string {
  const kind = /ed25519|ecdsa|rsa|dss/.exec(algorithm)?.[0] ?? algorithm;
  return kind === 'dss' ? 'DSA' : kind.toUpperCase();
}

/** Every host key of the server that was seen, from either side, and which known_hosts lines match or contradict it. */
export function hostKeyTable({ attemptLog: log, knownHosts: known, hostKeys: own }: Seen): readonly JudgedKey[] {
  if (!known) return [];
  const keys = new Map<string, Omit<JudgedKey, 'known' | 'where'>>();
  for (const { type, fingerprint, path } of own ?? [])
    if (type !== undefined && fingerprint !== undefined)
      keys.set(fingerprint, { type, fingerprint, shown: false, file: path });
  const { hostKey: shown, hostCertificate: certificate } = log ?? {};
  if (shown)
    keys.set(shown.fingerprint, {
      type: plainType(shown.type),
      ...keys.get(shown.fingerprint),
      fingerprint: shown.fingerprint,
      shown: true,
    });
  for (const { type, fingerprint } of known.scanned)
    if (!keys.has(fingerprint)) keys.set(fingerprint, { type, fingerprint, shown: false });
  return [...keys.values()].map((key) => ({
    ...key,
    ...judge(key, known.found, key.shown ? certificate?.authority : undefined),
  }));
}

/** A revoked line beats one that matches (hostfile.c, check_hostkeys_by_key_or_type()). */
function judge(
  { type, fingerprint }: Pick<JudgedKey, 'type' | 'fingerprint'>,
  found: readonly KnownHost[],
  authority: string | undefined,
): Pick<JudgedKey, 'known' | 'where'> {
  const where = (of: (one: KnownHost) => boolean): string[] =>
    found.filter(of).map(({ file, line, name }) => `${file}:${line} (${name})`);
  const revoked = where((one) => one.marker === 'REVOKED' && [fingerprint, authority].includes(one.fingerprint));
  if (revoked.length > 0) return { known: 'revoked', where: revoked };
  const plain = found.filter(({ marker }) => marker === undefined);
  const matches = where((one) => plain.includes(one) && one.fingerprint === fingerprint);
  if (matches.length > 0) return { known: 'matches', where: matches };
  const signed = where((one) => one.marker === 'CA' && one.fingerprint === authority);
  if (signed.length > 0) return { known: 'by-authority', where: signed };
  const differs = where((one) => plain.includes(one) && one.type === type);
  return differs.length > 0 ? { known: 'differs', where: differs } : { known: 'unknown', where: [] };
}
