import { shellQuote } from '../../model/remedy.ts';
import type { SshConfig } from './ssh-config.ts';

/** The host as it was typed, which is what a Host line of ssh_config(5) is held against. */
export function typedHost({ argv, hostname }: Pick<SshConfig, 'argv' | 'hostname'>): string {
  return argv.at(-1) ?? hostname;
}

/**
 * A command that sets an option for one host in ~/.ssh/config. It goes in front, because the first value wins, and
 * `Host *` after it keeps what followed in force for everybody. Nothing for a host that cannot stand in a Host line.
 */
export function setForHost(host: string, option: string): string | undefined {
  if (!/^[\w.:-]+$/.test(host)) return undefined;
  const lines = [`Host ${host}`, `    ${option}`, 'Host *'].map(shellQuote).join(' ');
  const file = '~/.ssh/config';
  return `{ printf '%s\\n' ${lines}; cat ${file} 2>/dev/null; } >${file}.sshwhy; mv ${file}.sshwhy ${file}`;
}
