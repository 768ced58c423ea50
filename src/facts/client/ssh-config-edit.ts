import type { Change } from '../../model/change.ts';
import type { SshConfig } from './ssh-config.ts';

/** The host as it was typed, which is what a Host line of ssh_config(5) is held against. */
export function typedHost({ argv, hostname }: Pick<SshConfig, 'argv' | 'hostname'>): string {
  return argv.at(-1) ?? hostname;
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
