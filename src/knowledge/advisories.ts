/** When this table was last compared with the release notes of OpenSSH and the changelogs of Debian's packages. */
export const ADVISORIES_AS_OF = '2026-11-24';

/** OpenSSH major, minor and portable patch level, e.g. 9.9p2. */
export type Level = readonly [number, number, number];

/** A hole in sshd. */
export interface Advisory {
  readonly id: string;
  /** What somebody could do with it. */
  readonly about: string;
  /** First release that has it; all before when absent. */
  readonly since?: Level;
  /** First release without it; not known when absent. */
  readonly fixed?: Level;
  /** Debian's backport: the number after `+debNu`, by N. */
  readonly debian: Readonly<Record<string, number>>;
  /** In a patch of Debian alone. */
  readonly debianOnly?: true;
}

export const ADVISORIES: readonly Advisory[] = [
  {
    id: 'CVE-2026-35414',
    about: 'a certificate with a comma in a principal can pass principals="…" of authorized_keys that lists several',
    debian: { 12: 10, 13: 3 },
  },
  {
    id: 'CVE-2026-35387',
    about: 'one ECDSA name in PubkeyAcceptedAlgorithms lets every ECDSA key pass',
    debian: { 12: 10, 13: 3 },
  },
  {
    id: 'CVE-2026-3497',
    about: 'errors of GSS-API key exchange are handled wrongly',
    debian: { 12: 9, 13: 2 },
    debianOnly: true,
  },
  {
    id: 'CVE-2025-32728',
    about: 'DisableForwarding does not disable X11 and agent forwarding',
    since: [7, 4, 1],
    fixed: [10, 0, 1],
    debian: { 12: 6 },
  },
  {
    id: 'CVE-2025-26466',
    about: 'a stranger can use up memory and processor before logging in',
    since: [9, 5, 1],
    fixed: [9, 9, 2],
    debian: {},
  },
  {
    id: 'CVE-2024-6387',
    about: 'a stranger may become root by a race at the end of LoginGraceTime (regreSSHion)',
    since: [8, 5, 1],
    fixed: [9, 8, 1],
    debian: { 12: 3 },
  },
  {
    id: 'CVE-2023-48795',
    about: 'somebody on the way can cut messages out of the beginning of a connection (Terrapin)',
    fixed: [9, 6, 1],
    debian: { 11: 3, 12: 2 },
  },
  {
    id: 'CVE-2021-41617',
    about: 'AuthorizedKeysCommand and AuthorizedPrincipalsCommand run with groups that they should not have',
    since: [6, 2, 1],
    fixed: [8, 8, 1],
    debian: { 11: 3 },
  },
];

/** What a release took away, so that an upgrade to it can lock somebody out (release notes of OpenSSH). */
export interface Hazard {
  readonly release: Level;
  readonly about: string;
}

export const HAZARDS: readonly Hazard[] = [
  {
    release: [8, 8, 1],
    about: 'RSA keys that can sign with SHA-1 alone (ssh-rsa) no longer count: old clients, devices and libraries',
  },
  { release: [9, 0, 1], about: 'scp uses sftp: servers without "Subsystem sftp" no longer take copies' },
  {
    release: [9, 8, 1],
    about:
      'PerSourcePenalties shut out addresses that fail often, those behind a NAT together; connections are served by sshd-session',
  },
  { release: [10, 0, 1], about: 'DSA is gone, and the server offers no finite-field Diffie-Hellman by default' },
];
