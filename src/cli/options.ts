import type { Command } from 'commander';
import { type FormatFlags, onePrinted } from './formats.ts';
import { parsePort, type Target } from './target.ts';

/** ssh's own flags, which every command that contacts a host takes and hands on. */
export interface SshFlags {
  readonly identity?: readonly string[];
  readonly port?: number;
  readonly login?: string;
  readonly jump?: string;
  readonly configFile?: string;
  readonly option?: readonly string[];
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
}

/** Gathers the values of a flag that may be given often. */
export const collect = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

export function withSshFlags(command: Command): Command {
  return command
    .option('-i, --identity <file>', "ssh's -i: a private key to try (repeatable)", collect)
    .option('-p, --port <n>', "ssh's -p: the port", parsePort)
    .option('-l, --login <user>', "ssh's -l: the user")
    .option('-J, --jump <host>', "ssh's -J: by way of another host")
    .option('-F, --config-file <file>', "ssh's -F: another ssh_config")
    .option('-o, --option <option>', "ssh's -o: any ssh_config option (repeatable)", collect)
    .option('-4, --ipv4', "ssh's -4: IPv4 only")
    .option('-6, --ipv6', "ssh's -6: IPv6 only");
}

/** The flags in ssh's own syntax; values are words of their own, never parsed again. */
export function sshArguments(flags: SshFlags, target?: Target): string[] {
  const port = target?.port ?? flags.port;
  const login = target?.user ?? flags.login;
  return [
    ...(flags.configFile === undefined ? [] : ['-F', flags.configFile]),
    ...(flags.ipv4 ? ['-4'] : []),
    ...(flags.ipv6 ? ['-6'] : []),
    ...(flags.jump === undefined ? [] : ['-J', flags.jump]),
    ...(flags.identity ?? []).flatMap((file) => ['-i', file]),
    ...(flags.option ?? []).flatMap((option) => ['-o', option]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(login === undefined ? [] : ['-l', login]),
  ];
}

/** How the answer is given. */
export interface OutputFlags extends FormatFlags {
  readonly verbose?: boolean;
  readonly save?: string;
}

export function withOutputFlags(command: Command): Command {
  return onePrinted(command)
    .option('--json', 'print the report as JSON (schema/report.schema.json)')
    .option('--verbose', 'show every finding with all its evidence, and the way of a packet through the firewall')
    .option('--save <file>', 'also write everything that was looked at to a bundle, to replay or mail')
    .option('--html <file>', 'also write the report as one HTML page that needs nothing else (- prints it)')
    .option('--markdown [file]', 'print the report as Markdown for a ticket, or also write it to this file')
    .option('--junit <file>', 'also write a JUnit test report, one test for each gate (- prints it)')
    .option('--sarif <file>', 'also write the causes as SARIF 2.1.0 (- prints it)');
}
