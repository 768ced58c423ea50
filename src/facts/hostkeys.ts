import { section } from './source.ts';

export interface HostKey {
  /** Path of the private key. */
  readonly path: string;
  /** `SHA256:…` of the public half beside it, where there is one. */
  readonly fingerprint?: string;
  readonly bits?: number;
  /** As ssh-keygen says it: `RSA`, `ECDSA`, `ED25519`, … */
  readonly type?: string;
  readonly line: number;
}

export const hostKeys = section(
  'server',
  'hostkeys',
  'host keys of the configuration and their fingerprints (ssh-keygen -l)',
  (text) =>
    (text ?? '').split('\n').flatMap((line, i): HostKey[] => {
      const [path, said] = line.split('\t');
      if (!path || said === undefined) return [];
      const found = /^(\d+) (SHA256:\S+) .*\(([\w-]+)\)$/.exec(said);
      if (!found?.[2] || !found[3]) return [{ path, line: i + 1 }];
      return [{ path, bits: Number(found[1]), fingerprint: found[2], type: found[3], line: i + 1 }];
    }),
);
