import type { Level } from './advisories.ts';

/** A release of a distribution and the OpenSSH that it ships. */
export interface Release {
  /** ID of os-release(5). */
  readonly id: string;
  readonly version: string;
  readonly codename?: string;
  readonly openssh: Level;
}

/** Oldest first within a distribution. */
export const RELEASES: readonly Release[] = [
  { id: 'debian', version: '10', codename: 'buster', openssh: [7, 9, 1] },
  { id: 'debian', version: '11', codename: 'bullseye', openssh: [8, 4, 1] },
  { id: 'debian', version: '12', codename: 'bookworm', openssh: [9, 2, 1] },
  { id: 'debian', version: '13', codename: 'trixie', openssh: [10, 0, 1] },
  { id: 'ubuntu', version: '20.04', codename: 'focal', openssh: [8, 2, 1] },
  { id: 'ubuntu', version: '22.04', codename: 'jammy', openssh: [8, 9, 1] },
  { id: 'ubuntu', version: '24.04', codename: 'noble', openssh: [9, 6, 1] },
  { id: 'rhel', version: '8', openssh: [8, 0, 1] },
  { id: 'rhel', version: '9', openssh: [8, 7, 1] },
  { id: 'rhel', version: '10', openssh: [9, 9, 1] },
];

/** Modules of PAM that an upgrade to this release of Debian takes away: from the packages libpam-modules of each release. */
export const PAM_GONE: readonly { readonly codename: string; readonly modules: readonly string[] }[] = [
  { codename: 'bullseye', modules: ['pam_tally', 'pam_tally2', 'pam_cracklib'] },
  { codename: 'trixie', modules: ['pam_lastlog'] },
];

/** Debian's first OpenSSH of bookworm that still serves logins while OpenSSL is already that of trixie (Debian bug 1110030). */
export const BOOKWORM_TOLERANT = 7;
