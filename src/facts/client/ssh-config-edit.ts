import type { Change } from '../../model/change.ts';
import type { SshConfig } from './ssh-config.ts';

/** The host as it was typed, which is what a Host line of ssh_config(5) is held against. */
export function typedHost({ argv, hostname }: Pick<SshConfig, 'argv' | 'hostname'>): string {
  return argv.at(-1) ?? hostname;
}

/** Flags of ssh(1) that say the same as an option and go over every file. */
const FLAGS: Readonly<Record<string, RegExp>> = { addressfamily: /^-[46]$/, ciphers: /^-c/, macs: /^-m/, port: /^-p/ };

/** Whether what ~/.ssh/config says of an option does not count: a flag says it, or another file is read (-F). */
function overridden(argv: readonly string[], option: string): boolean {
  const name = option.toLowerCase();
  return argv
    .slice(0, -1)
    .some(
      (word) => /^-F/.test(word) || FLAGS[name]?.test(word) || new RegExp(`^(?:-o)?\\s*${name}\\b`, 'i').test(word),
    );
}

/**
 * Sets options for one host in ~/.ssh/config. They go in front, because the first value wins, and `Host *` after them
 * keeps what followed in force for everybody. Nothing for a host that cannot stand in a Host line.
 */
export function setForHost(host: string, ...options: readonly string[]): Change | undefined {
  if (!/^[\w.:-]+$/.test(host)) return undefined;
  const lines = [`Host ${host}`, ...options.map((option) => `    ${option}`), 'Host *'];
  return { kind: 'prepend', file: '~/.ssh/config', lines };
}

/** The same for the host as it was typed; nothing where a flag would go over it. */
export function setForTyped(config: SshConfig, option: string, value: string): Change | undefined {
  return overridden(config.argv, option) ? undefined : setForHost(typedHost(config), `${option} ${value}`);
}
