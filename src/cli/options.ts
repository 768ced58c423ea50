import type { Command } from 'commander';
import { UsageError } from '../model/errors.ts';
import { type FormatFlags, onePrinted } from './formats.ts';
import { parseLimits } from './limits.ts';
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
  readonly warning?: Readonly<Record<string, number>>;
  readonly critical?: Readonly<Record<string, number>>;
}

/** What the flags for monitoring and pipelines say of themselves, wherever they are. */
export const CHECK_HELP = {
  nagios: 'print the result as a plugin of Nagios or Icinga does, with its exit status: 0, 1, 2, 3',
  prometheus: "also write metrics for the textfile collector of Prometheus' node_exporter (- prints them)",
  github: 'also print annotations for a job of GitHub Actions',
} as const;

export function withOutputFlags(command: Command): Command {
  return onePrinted(command)
    .option('--json', 'print the report as JSON (schema/report.schema.json)')
    .option('--verbose', 'show every finding with all its evidence, and the way of a packet through the firewall')
    .option('--save <file>', 'also write everything that was looked at to a bundle, to replay or mail')
    .option('--html <file>', 'also write the report as one HTML page that needs nothing else (- prints it)')
    .option('--markdown [file]', 'print the report as Markdown for a ticket, or also write it to this file')
    .option('--junit <file>', 'also write a JUnit test report, one test for each gate (- prints it)')
    .option('--sarif <file>', 'also write the causes as SARIF 2.1.0 (- prints it)')
    .option('--nagios', CHECK_HELP.nagios)
    .option('--warning <limits>', 'with --nagios: times from which on it warns, e.g. total=2s,auth=500ms', parseLimits)
    .option('--critical <limits>', 'with --nagios: times from which on it is critical', parseLimits)
    .option('--prometheus <file>', CHECK_HELP.prometheus)
    .option('--github', CHECK_HELP.github)
    .hook('preAction', (command) => {
      const { nagios, warning, critical } = command.opts<OutputFlags>();
      if (!nagios && (warning ?? critical)) throw new UsageError('--warning and --critical are limits for --nagios');
    });
}
