import type { Control, ProfileName, Want } from '../../model/control.ts';
import { crypto } from './crypto.ts';
import { forwarding } from './forwarding.ts';
import { limits } from './limits.ts';
import { login } from './login.ts';
import { machine } from './machine.ts';

/** Every control, in the order in which they are told where nothing else orders them. */
export const CONTROLS: readonly Control[] = [...login, ...limits, ...forwarding, ...crypto, ...machine];

export function controlOf(id: string): Control | undefined {
  return CONTROLS.find((control) => control.id === id);
}

/** What the built-in profiles are. */
export const PROFILE_TITLES: Readonly<Record<ProfileName, string>> = {
  sshwhy: 'what keeps a server safe without keeping its people from their work',
  'mozilla-modern': "Mozilla's OpenSSH guidelines, Modern, with the newer key exchanges of OpenSSH",
  'mozilla-intermediate': "Mozilla's OpenSSH guidelines, Intermediate, with the newer algorithms of OpenSSH",
  cis: 'CIS Benchmark for Debian 12 and Ubuntu 24.04, section 5.1 (levels 1 and 2)',
  stig: 'DISA STIG for RHEL 9, group 255',
  'ssh-audit': 'the hardening guides of ssh-audit: algorithms, keys and moduli, nothing else',
};

/** What a built-in profile wants of each control that it holds. */
export function wantsOf(profile: ProfileName): ReadonlyMap<string, Want> {
  return new Map(
    CONTROLS.flatMap(({ id, want, profiles }) => {
      const own = profiles[profile];
      return own === undefined ? [] : [[id, own === true ? want : own] as const];
    }),
  );
}
