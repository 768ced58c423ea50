import { Command } from 'commander';
import { PROFILES } from '../model/control.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import { INVENTORY_FORMATS, type InventoryFormat } from '../model/inventory.ts';
import { fleetDiff } from '../reason/fleet/diff.ts';
import { type Matcher, matcherOf } from '../reason/fleet/select.ts';
import { fleetDiffText } from '../report/fleet/diff.ts';
import { view } from './answer.ts';
import { withFormFlags } from './fleet-forms.ts';
import type { DoorFlags, FleetFlags } from './fleet-run.ts';
import { collect, withSshFlags } from './options.ts';
import { namedProfile } from './profile.ts';
import { parseAddress } from './target.ts';

const EXAMPLES = `
Examples:
  sshwhy fleet check web1 web2 db1:2222
  sshwhy fleet check -f hosts.ini --group web --block '*.old.example.com'
  sshwhy fleet check --ssh-config --known-hosts --matrix
  sshwhy fleet check -f hosts.csv --out run.jsonl        and when it was interrupted, the same with --resume`;

/** Loaded when it is needed. */
const running = () => import('./fleet-run.ts');

/** `sshwhy fleet`: the same question for many hosts. */
export function fleetCommand(signal: AbortSignal): Command {
  return new Command('fleet')
    .description('the same question for many hosts')
    .addCommand(checkCommand(signal).exitOverride())
    .addCommand(serverCommand(signal).exitOverride())
    .addCommand(hardenCommand(signal).exitOverride())
    .addCommand(diffCommand().exitOverride());
}

function checkCommand(signal: AbortSignal): Command {
  return withFleetFlags(new Command('check').description('can ssh be spoken with each of these hosts from here?'))
    .option('--width <n>', 'hosts that are asked at the same time', parseWidth, 256)
    .option('--timeout <seconds>', 'how long a connection, and then a greeting, is waited for', parseSeconds, 5000)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], flags: FleetFlags) => (await running()).runCheck(words, flags, signal));
}

function serverCommand(signal: AbortSignal): Command {
  return withDoorFlags(new Command('server').description('what is broken on each of these servers?'))
    .option('--user <name>', 'the account that wants to log in')
    .option('--from <address>', 'the address that it comes from', parseAddress)
    .action(async (words: string[], flags: DoorFlags & { user?: string; from?: string }) => {
      const { judgeServer } = await import('../app/fleet/server.ts');
      const { user, from } = flags;
      const question = { ...(user === undefined ? {} : { user }), ...(from === undefined ? {} : { from }) };
      const { runLook } = await running();
      await runLook(words, flags, { what: 'server', question, judge: judgeServer(question) }, signal);
    });
}

function hardenCommand(signal: AbortSignal): Command {
  return withDoorFlags(new Command('harden').description('what fails of a profile on each of these servers?'))
    .option('--profile <name|file>', `one of ${PROFILES.join(', ')}, or a file of your own (own.yaml)`, 'sshwhy')
    .action(async (words: string[], flags: DoorFlags & { profile: string }) => {
      const [{ judgeHarden }, profile] = await Promise.all([
        import('../app/fleet/server.ts'),
        namedProfile(flags.profile),
      ]);
      const today = new Date().toISOString().slice(0, 10);
      const { runLook } = await running();
      await runLook(words, flags, { what: 'harden', question: {}, judge: judgeHarden(profile, today) }, signal);
    });
}

function diffCommand(): Command {
  return new Command('diff')
    .description('what changed between two runs that were kept with --out')
    .argument('<before.jsonl>')
    .argument('<after.jsonl>')
    .option('--json', 'print it as JSON')
    .action(async (before: string, after: string, { json }: { json?: boolean }) => {
      const { linesOf } = await import('./fleet-file.ts');
      const changes = fleetDiff(await linesOf(before), await linesOf(after));
      process.stdout.write(
        json ? `${JSON.stringify({ schema: 1, changes }, null, 2)}\n` : fleetDiffText(changes, view()),
      );
      process.exitCode = changes.some(({ kind }) => kind === 'worse' || kind === 'gone') ? EXIT.closed : EXIT.open;
    });
}

function withFleetFlags(command: Command): Command {
  return withFormFlags(withSshFlags(command))
    .argument('[host...]', '[user@]host[:port]')
    .option(
      '-f, --inventory <file>',
      "hosts from a file (repeatable): a list, CSV with a header, Ansible's INI, YAML, JSON or a program that prints it, ssh_config, known_hosts; - for a list on standard input",
      collect,
    )
    .option(
      '--format <format>',
      `what the files are, where it does not show: ${INVENTORY_FORMATS.join(', ')}`,
      parseFormat,
    )
    .option('--ssh-config [file]', 'hosts of your ssh configuration (~/.ssh/config)')
    .option('--known-hosts [file]', 'hosts that you have logged in to before (~/.ssh/known_hosts)')
    .option('--group <name>', 'only hosts of this group (repeatable)', collect)
    .option('--tag <name>', 'only hosts with this tag (repeatable)', collect)
    .option(
      '--allow <pattern>',
      'ask only these: a name with * and ?, an address, a network (repeatable)',
      parsePattern,
    )
    .option('--block <pattern>', 'never ask these, even where a name leads to them (repeatable)', parsePattern)
    .option('--out <file>', 'also write a line of JSON for each host to this file, as it comes')
    .option('--resume', 'leave out the hosts that --out has already, and add to it')
    .option('--matrix', 'a table of hosts and gates, of those that are not open')
    .option(
      '--json',
      'a line of JSON for each host as it comes, and at the end the summary (schema/fleet.schema.json)',
    );
}

function withDoorFlags(command: Command): Command {
  return withFleetFlags(command)
    .option('--on <transport>', 'the door to each host; {name}, {address}, {port} and {user} are filled in', 'ssh')
    .option('--width <n>', 'hosts that are looked at at the same time', parseWidth, 16)
    .option('--timeout <seconds>', 'how long one host may take', parseSeconds, 60_000)
    .option('--save <folder>', 'also keep the bundle of each host there');
}

function parseFormat(text: string): InventoryFormat {
  const format = INVENTORY_FORMATS.find((known) => known === text);
  if (format === undefined) throw new UsageError(`--format ${text}: use one of ${INVENTORY_FORMATS.join(', ')}`);
  return format;
}

function parsePattern(text: string, before: readonly Matcher[] = []): readonly Matcher[] {
  const means = matcherOf(text);
  if (means === undefined)
    throw new UsageError(`"${text}" is no pattern; say web-*.example.com, 192.0.2.7 or 10.0.0.0/8`);
  return [...before, means];
}

function parseWidth(text: string): number {
  const width = Number(text);
  if (!Number.isInteger(width) || width < 1 || width > 20_000)
    throw new UsageError(`--width takes a number from 1 to 20000, not "${text}"`);
  return width;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw new UsageError(`--timeout takes seconds from 0.1 to 3600, not "${text}"`);
  return seconds * 1000;
}
