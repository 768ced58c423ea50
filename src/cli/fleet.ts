import { Command } from 'commander';
import { PROFILES, type ProfileName } from '../model/control.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import { INVENTORY_FORMATS, type InventoryFormat } from '../model/inventory.ts';
import { fleetDiff } from '../reason/fleet/diff.ts';
import { parsePattern, parseSeconds, parseWidth } from './fleet-flags.ts';
import { withFormFlags } from './fleet-forms.ts';
import { type KeysFlags, withKeyPolicyFlags, withKeysFlags } from './fleet-keys.ts';
import type { ReportFlags } from './fleet-report.ts';
import type { DoorFlags, FleetFlags } from './fleet-run.ts';
import { parseVantage } from './fleet-vantage.ts';
import { workerCommand } from './fleet-worker.ts';
import { type FormatFlags, onePrinted } from './formats.ts';
import { collect, withSshFlags } from './options.ts';
import { namedProfile } from './profile.ts';
import { parseAddress } from './target.ts';

const EXAMPLES = `
Examples:
  sshwhy fleet check web1 web2 db1:2222
  sshwhy fleet check -f hosts.ini --group web --block '*.old.example.com'
  sshwhy fleet check --ssh-config --known-hosts --matrix
  sshwhy fleet check -f hosts.ini --vantage here --vantage bastion     from where to where
  sshwhy fleet check -f hosts.csv --out run.jsonl        and when it was interrupted, the same with --resume
  sshwhy fleet report run.jsonl --html run.html          a page of it
  sshwhy fleet keys -f hosts.ini -l root --key leaver.pub  where does this key get in?
  sshwhy fleet server -f hosts.ini --alike web           which hosts of the group web are not as the others
  sshwhy fleet check -f hosts.csv --out run.jsonl --queue nats://broker1:4222,broker2:4222,broker3:4222`;

/** Loaded when it is needed. */
const running = () => import('./fleet-run.ts');

/** `sshwhy fleet`: the same question for many hosts. */
export function fleetCommand(signal: AbortSignal): Command {
  return new Command('fleet')
    .description('the same question for many hosts')
    .addCommand(checkCommand(signal).exitOverride())
    .addCommand(serverCommand(signal).exitOverride())
    .addCommand(hardenCommand(signal).exitOverride())
    .addCommand(keysCommand(signal).exitOverride())
    .addCommand(reportCommand().exitOverride())
    .addCommand(driftCommand().exitOverride())
    .addCommand(workerCommand(signal).exitOverride())
    .addCommand(diffCommand().exitOverride());
}

function checkCommand(signal: AbortSignal): Command {
  return withFleetFlags(new Command('check').description('can ssh be spoken with each of these hosts from here?'))
    .option('--width <n>', 'hosts that are asked at the same time', parseWidth, 256)
    .option('--timeout <seconds>', 'how long a connection, and then a greeting, is waited for', parseSeconds, 5000)
    .option(
      '--vantage <machine>',
      'look from this machine in place of here (repeatable): [user@]host[:port], a door such as docker:NAME, or here; one connection to each host from each',
      parseVantage,
    )
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
      const sent = { kind: 'server' as const, ...question };
      await runLook(words, flags, { what: 'server', question, judge: judgeServer(question), sent }, signal);
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
      const sent = { kind: 'harden' as const, profile: flags.profile as ProfileName, today };
      await runLook(words, flags, { what: 'harden', question: {}, judge: judgeHarden(profile, today), sent }, signal);
    });
}

function keysCommand(signal: AbortSignal): Command {
  const command = withDoorFlags(
    new Command('keys').description(
      'who can log in to each of these servers with which key, and what is wrong with it?',
    ),
    90_000,
  );
  return withKeyPolicyFlags(withKeysFlags(command))
    .addHelpText('after', KEYS_EXAMPLES)
    .action(async (words: string[], flags: DoorFlags & KeysFlags & { unused?: number; maxAge?: number }) => {
      const { judgeKeys } = await import('../app/fleet/keys.ts');
      const { runLook } = await running();
      const { unused, maxAge, failOn } = flags;
      const policy = {
        failOn,
        ...(unused === undefined ? {} : { unusedDays: unused }),
        ...(maxAge === undefined ? {} : { maxAgeDays: maxAge }),
      };
      await runLook(
        words,
        flags,
        {
          what: 'keys',
          question: { scope: 'keys' },
          judge: judgeKeys({ ...policy, now: Date.now() }),
          sent: { kind: 'keys', ...policy },
          asks: flags,
        },
        signal,
      );
    });
}

const KEYS_EXAMPLES = `
Examples:
  sshwhy fleet keys -f hosts.ini --login root --out keys.jsonl
  sshwhy fleet keys -f hosts.ini --login root --key leaver.pub          where does this key get in?
  sshwhy fleet report keys.jsonl --key leaver.pub --html leaver.html    the same of a run that was kept
  sshwhy fleet keys -f hosts.ini --login root --people everybody.pub    keys of nobody
  sshwhy fleet diff monday.jsonl tuesday.jsonl                          which ways in came and went

What was not read is not known, and never taken for well: without root only the account's own keys are seen. Exit status: 1 when
something of the level of --fail-on is found (with --key: as long as the key opens anything), else 3 when a host was not seen whole.`;

function diffCommand(): Command {
  return withReportFlags(new Command('diff').description('what changed between two runs that were kept with --out'))
    .argument('<before.jsonl>')
    .argument('<after.jsonl>')
    .option('--json', 'print it as JSON')
    .action(async (before: string, after: string, flags: FormatFlags) => {
      const [{ hostsOfRun }, { answerDiff }] = await Promise.all([
        import('./fleet-file.ts'),
        import('./fleet-report.ts'),
      ]);
      const [old, now] = [await hostsOfRun(before), await hostsOfRun(after)];
      const changes = fleetDiff(old, now);
      const takenAt = now.reduce((latest, { at }) => (at > latest ? at : latest), '1970-01-01T00:00:00.000Z');
      await answerDiff(changes, takenAt, flags);
      process.exitCode = changes.some(({ kind }) => kind === 'worse' || kind === 'gone') ? EXIT.closed : EXIT.open;
    });
}

function reportCommand(): Command {
  return withKeysFlags(
    withReportFlags(
      new Command('report').description('what a run comes to that was kept with --out, also while it goes on'),
    ),
  )
    .argument('<run.jsonl>')
    .option('--group <name>', 'only hosts of this group (repeatable)', collect)
    .option('--tag <name>', 'only hosts with this tag (repeatable)', collect)
    .option('--alike <name>', ALIKE, collect)
    .option('--json', 'print the summary, and what differs with --alike, as lines of JSON (schema/fleet.schema.json)')
    .action(async (file: string, flags: ReportFlags) => (await import('./fleet-report.ts')).reportRun(file, flags));
}

function driftCommand(): Command {
  return new Command('drift')
    .description('how hosts differ that should be alike, in a run that was kept with --out')
    .argument('<run.jsonl>')
    .option(
      '--alike <name>',
      'the group or tag whose hosts should be alike (repeatable); without it each group, or all hosts where there is none',
      collect,
    )
    .option('--json', 'print a line of JSON for each group (schema/fleet.schema.json)')
    .action(async (file: string, flags: { alike?: readonly string[]; json?: boolean }) =>
      (await import('./fleet-report.ts')).driftRun(file, flags),
    );
}

const ALIKE = 'also say how the hosts of this group or with this tag differ, which should be alike (repeatable)';

/** `-` prints. A host may follow the flag, so each takes its file. */
function withReportFlags(command: Command): Command {
  return onePrinted(command)
    .option('--html <file>', 'also write one HTML page that needs nothing else (- prints it)')
    .option('--markdown <file>', 'also write it as Markdown for a ticket (- prints it)')
    .option('--junit <file>', 'also write a JUnit test report, one test for each host (- prints it)')
    .option('--sarif <file>', 'also write it as SARIF 2.1.0 (- prints it)');
}

function withFleetFlags(command: Command): Command {
  return withFormFlags(withReportFlags(withSshFlags(command)))
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
    .option(
      '--queue <url>',
      'have it done by the workers at this broker (sshwhy fleet worker): nats://host:4222[,host2:4222…][?option=value…], tls://… for TLS',
    )
    .option(
      '--run <name>',
      'what the run is called at the broker; the same name goes on with it (--out FILE keeps one)',
    )
    .option('--matrix', 'a table of hosts and gates, of those that are not open')
    .option('--alike <name>', ALIKE, collect)
    .option(
      '--json',
      'a line of JSON for each host as it comes, and at the end the summary (schema/fleet.schema.json)',
    );
}

function withDoorFlags(command: Command, timeoutMs = 60_000): Command {
  return withFleetFlags(command)
    .option('--on <transport>', 'the door to each host; {name}, {address}, {port} and {user} are filled in', 'ssh')
    .option('--width <n>', 'hosts that are looked at at the same time', parseWidth, 16)
    .option('--timeout <seconds>', 'how long one host may take', parseSeconds, timeoutMs)
    .option('--save <folder>', 'also keep the bundle of each host there');
}

function parseFormat(text: string): InventoryFormat {
  const format = INVENTORY_FORMATS.find((known) => known === text);
  if (format === undefined) throw new UsageError(`--format ${text}: use one of ${INVENTORY_FORMATS.join(', ')}`);
  return format;
}
