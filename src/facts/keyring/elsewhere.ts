import { section } from '../source.ts';

/** Files that look as if they held public keys, by name; the collector opens no other. */
export const keysElsewhere = section(
  'server',
  'keys-elsewhere',
  'files named like public keys in homes and in the folders of sshd',
  (text): readonly string[] => (text ?? '').split('\n').filter((path) => path.startsWith('/')),
);

/** A CA that the machine trusts for host names. */
export interface KnownAuthority {
  readonly line: number;
  readonly patterns: string;
  /** Type, base64 and comment. */
  readonly rest: string;
}

/** sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; only lines with the marker. */
export const knownAuthorities = section(
  'server',
  'known-authorities',
  '@cert-authority lines of /etc/ssh/ssh_known_hosts',
  (text): readonly KnownAuthority[] =>
    (text ?? '').split('\n').flatMap((raw) => {
      const [, line, patterns, rest] = /^(\d{1,7}):@cert-authority[ \t]+(\S+)[ \t]+(\S.*)$/.exec(raw) ?? [];
      return patterns === undefined || rest === undefined ? [] : [{ line: Number(line), patterns, rest }];
    }),
);
