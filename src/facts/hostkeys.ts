import type { Evidence } from '../model/finding.ts';
import { section } from './source.ts';

export interface HostKey {
  /** Path of the private key. */
  readonly path: string;
  /** `SHA256:…` of the public half beside it, where there is one. */
  readonly fingerprint?: string;
  readonly bits?: number;
  /** As ssh-keygen says it: `RSA`, `ECDSA`, `ED25519`, … */
  readonly type?: string;
  /** What ssh-keygen says of a private half that it cannot load. */
  readonly trouble?: string;
  readonly line: number;
}

export const hostKeys = section(
  'server',
  'hostkeys',
  'host keys of the configuration and their fingerprints (ssh-keygen -l)',
  (text) =>
    (text ?? '').split('\n').flatMap((line, i): HostKey[] => {
      const [path, said, trouble] = line.split('\t');
      if (!path || said === undefined) return [];
      const rest = { path, line: i + 1, ...(trouble && { trouble }) };
      const found = /^(\d+) (SHA256:\S+) .*\(([\w-]+)\)$/.exec(said);
      if (!found?.[2] || !found[3]) return [rest];
      return [{ ...rest, bits: Number(found[1]), fingerprint: found[2], type: found[3] }];
    }),
);

/** Whether the server that was looked at has the key that a client was shown; nothing known where its keys were not seen. */
export function ownsKey(
  keys: readonly HostKey[] | undefined,
  shown: string | undefined,
): { readonly own?: boolean; readonly evidence: readonly Evidence[] } {
  if (shown === undefined || !keys?.some(({ fingerprint }) => fingerprint !== undefined)) return { evidence: [] };
  const mine = keys.find(({ fingerprint }) => fingerprint === shown);
  if (!mine) return { own: false, evidence: [] };
  const text = `${mine.path} ${mine.fingerprint}`;
  return { own: true, evidence: [{ side: 'server', section: 'hostkeys', line: mine.line, text }] };
}
