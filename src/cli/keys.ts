import { Command, Option } from 'commander';
import { type KeyPlace, lookAtKeys } from '../app/keys.ts';
import { EXIT } from '../model/errors.ts';
import { KEY_SEVERITIES, type KeySeverity } from '../model/key-severity.ts';
import type { Keyring } from '../model/keys.ts';
import { auditKeys } from '../reason/keyring/audit.ts';
import { accessRows, keyGraph } from '../reason/keyring/graph.ts';
import { atLeast } from '../reason/keyring/rule.ts';
import { csv } from '../report/csv.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { keysText } from '../report/keys.ts';
import { keysAuditText } from '../report/keys-audit.ts';
import { openTransport } from '../transport/open.ts';
import { progress, view } from './answer.ts';
import { parseDays } from './days.ts';
import { revokeCommand, rotateCommand } from './keys-change.ts';
import { collect, type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { saved } from './server.ts';
import { parseAccount } from './target.ts';

interface WhereFlags extends SshFlags {
  readonly on?: readonly string[];
  readonly bundle?: readonly string[];
  readonly user?: string;
  readonly own?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

function withWhere(command: Command): Command {
  return withSshFlags(
    command
      .option('--on <transport>', 'look through this door (repeatable; default: this machine)', collect)
      .option('--bundle <file>', 'look at a saved bundle instead (repeatable)', collect)
      .option('--user <name>', 'only this account', parseAccount),
  );
}

const EXIT_HELP = `
Exit status:
  ${EXIT.open}    looked; audit: nothing found at or above --fail-on; rotate, revoke: done and proven
  ${EXIT.closed}    audit: something found; rotate, revoke: refused, and nothing was changed
  ${EXIT.usage}    usage error
  ${EXIT.couldNotLook}    a host could not be looked at
  ${EXIT.rolledBack}    rotate, revoke: changed and taken back`;

/** `sshwhy keys …`: who can log in where, with what. */
export function keysCommand(signal: AbortSignal): Command {
  const command = new Command('keys')
    .description('who can log in where, with which key, last seen when; what is wrong with it')
    .helpCommand(false)
    .addHelpText('after', EXIT_HELP);
  for (const make of [listCommand, auditCommand, exportCommand, rotateCommand, revokeCommand])
    command.addCommand(make(signal).exitOverride());
  return command;
}

function listCommand(signal: AbortSignal): Command {
  return withWhere(new Command('list'))
    .description('keys, certificate authorities, certificates and host keys, and when the log saw them last')
    .option(
      '--own',
      'also your own keys here, by their public halves: whether they have a passphrase, and what they open',
    )
    .option('--json', 'print it as JSON (schema/keys.schema.json)')
    .option('--verbose', 'leave nothing out')
    .action(async (flags: WhereFlags) => {
      const all = await look(flags, signal);
      process.stdout.write(flags.json ? `${jsonText(all, 2)}\n` : keysText(all, view(flags.verbose)));
      process.exitCode = all.failed.length > 0 ? EXIT.couldNotLook : EXIT.open;
    });
}

interface AuditFlags extends WhereFlags {
  readonly unused?: number;
  readonly maxAge?: number;
  readonly failOn: KeySeverity;
}

function auditCommand(signal: AbortSignal): Command {
  return withWhere(new Command('audit'))
    .description('weak, shared, unused, unrestricted, misplaced and malformed keys')
    .option('--own', 'also your own keys here')
    .option(
      '--unused <days>',
      'tell keys that were not used for so long, e.g. 90d, as far as the log reaches',
      parseDays,
    )
    .option(
      '--max-age <days>',
      'tell keys that have stood for so long, e.g. 365d, by the time of their file',
      parseDays,
    )
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 for a finding of this level or above')
        .choices([...KEY_SEVERITIES])
        .default('medium'),
    )
    .option('--json', 'print it as JSON (schema/keys-audit.schema.json)')
    .option('--verbose', 'leave nothing out, findings of the level info included')
    .action(async (flags: AuditFlags) => {
      const all = await look(flags, signal);
      const { unused: unusedDays, maxAge: maxAgeDays, failOn } = flags;
      const audit = auditKeys(all, { now: Date.now(), unusedDays, maxAgeDays });
      process.stdout.write(flags.json ? `${jsonText(audit, 2)}\n` : keysAuditText(audit, view(flags.verbose)));
      const bad = audit.findings.some(({ severity }) => atLeast(severity, failOn));
      process.exitCode = bad ? EXIT.closed : audit.failed.length > 0 ? EXIT.couldNotLook : EXIT.open;
    });
}

function exportCommand(signal: AbortSignal): Command {
  return withWhere(new Command('export'))
    .description('one row for each way into each account, or the whole as a graph')
    .addOption(
      new Option(
        '--format <format>',
        'csv: rows; json: a graph of keys, accounts and hosts (schema/keys-graph.schema.json)',
      )
        .choices(['csv', 'json'])
        .default('csv'),
    )
    .option('--json', 'the same as --format json')
    .action(async (flags: WhereFlags & { format: 'csv' | 'json' }) => {
      const all = await look(flags, signal);
      const text =
        flags.json || flags.format === 'json'
          ? `${jsonText(keyGraph(all), 2)}\n`
          : csv(
              COLUMNS,
              accessRows(all).map((row) => ({ ...row })),
            );
      process.stdout.write(text);
      for (const { door, error } of all.failed) process.stderr.write(`sshwhy: ${visible(`${door}: ${error}`)}\n`);
      process.exitCode = all.failed.length > 0 ? EXIT.couldNotLook : EXIT.open;
    });
}

const COLUMNS = [
  'principal',
  'fingerprint',
  'type',
  'size',
  'account',
  'host',
  'standing',
  'options',
  'file',
  'line',
  'lastLogin',
  'lastFrom',
  'logSince',
];

async function look(flags: WhereFlags, signal: AbortSignal): Promise<Keyring> {
  const { on = [], bundle = [], user, own = false } = flags;
  const doors = on.length === 0 && bundle.length === 0 ? ['local'] : on;
  const ssh = sshArguments(flags);
  const places: KeyPlace[] = [
    ...doors.map((name) => ({ door: openTransport(name, ssh) })),
    ...bundle.map((name) => ({ name, read: () => saved(name) })),
  ];
  const bar = progress(flags.json === true);
  return lookAtKeys(places, { own, ...(user === undefined ? {} : { user }) }, { signal, step: bar.step }).finally(
    bar.done,
  );
}
