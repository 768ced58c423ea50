import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { ofSshConfig, readInventory } from '../collect/fleet/inventory.ts';
import { endpointOf } from '../facts/inventory/endpoint.ts';
import { EXIT, LookError, UsageError } from '../model/errors.ts';
import type { FleetHost } from '../model/fleet.ts';
import { HOSTS_MAX, INVENTORY_FORMATS, type InventoryFormat, type InventoryHost } from '../model/inventory.ts';
import { type Matcher, matcherOf, selected } from '../reason/fleet/select.ts';
import { visible } from '../report/escape.ts';
import { fleetMatrix, fleetText } from '../report/fleet/check.ts';
import { progressLine } from '../report/fleet/progress.ts';
import { progress, view } from './answer.ts';
import { collect, type SshFlags, sshArguments, withSshFlags } from './options.ts';

interface FleetFlags extends SshFlags {
  readonly inventory?: readonly string[];
  readonly format?: InventoryFormat;
  readonly sshConfig?: string | true;
  readonly knownHosts?: string | true;
  readonly group?: readonly string[];
  readonly tag?: readonly string[];
  readonly allow?: readonly Matcher[];
  readonly block?: readonly Matcher[];
  readonly width: number;
  readonly timeout: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly matrix?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  sshwhy fleet check web1 web2 db1:2222
  sshwhy fleet check -f hosts.ini --group web --block '*.old.example.com'
  sshwhy fleet check --ssh-config --known-hosts --matrix
  sshwhy fleet check -f hosts.csv --out run.jsonl        and when it was interrupted, the same with --resume`;

/** `sshwhy fleet`: the same question for many hosts. */
export function fleetCommand(signal: AbortSignal): Command {
  const check = withSshFlags(new Command('check').description('can ssh be spoken with each of these hosts from here?'))
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
    .option('--width <n>', 'hosts that are asked at the same time', parseWidth, 256)
    .option('--timeout <seconds>', 'how long a connection, and then a greeting, is waited for', parseTimeout, 5000)
    .option('--out <file>', 'also write a line of JSON for each host to this file, as it comes')
    .option('--resume', 'leave out the hosts that --out has already, and add to it')
    .option('--matrix', 'a table of hosts and gates')
    .option('--json', 'a line of JSON for each host as it comes, and at the end the summary (schema/fleet.schema.json)')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], flags: FleetFlags) => runCheck(words, flags, signal));
  return new Command('fleet').description('the same question for many hosts').addCommand(check.exitOverride());
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

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 120))
    throw new UsageError(`--timeout takes seconds from 0.1 to 120, not "${text}"`);
  return seconds * 1000;
}

async function runCheck(words: readonly string[], flags: FleetFlags, signal: AbortSignal): Promise<void> {
  const { groups, tags, allow, block } = {
    groups: flags.group ?? [],
    tags: flags.tag ?? [],
    allow: flags.allow ?? [],
    block: flags.block ?? [],
  };
  const all = selected(await hostsOf(words, flags), { groups, tags, allow, block });
  if (all.length === 0)
    throw new UsageError('no host is meant; name hosts, or an inventory with -f, and see --group, --tag and --allow');
  if (all.length > HOSTS_MAX)
    throw new UsageError(`${all.length} hosts are more than the ${HOSTS_MAX} that one run takes`);
  const before = flags.resume ? askedBefore(flags.out) : new Set<string>();
  const hosts = all.filter((host) => !before.has(keyOf(host.name, host.port ?? flags.port ?? 22)));
  const file = flags.out === undefined ? undefined : opened(flags.out, flags.resume === true);
  const kept: FleetHost[] = [];
  const bar = progress(flags.json === true);
  const started = performance.now();
  let [done, closed, shown] = [0, 0, 0];
  const { port: _, login: __, ...asked } = flags;
  const ssh =
    typeof flags.sshConfig === 'string' && flags.configFile === undefined
      ? { ...asked, configFile: flags.sshConfig }
      : asked;
  const { checkFleet } = await import('../app/fleet/check.ts');
  const family = flags.ipv4 ? { family: 4 as const } : flags.ipv6 ? { family: 6 as const } : {};
  const summary = await checkFleet(hosts, {
    width: flags.width,
    bounds: {
      connectMs: flags.timeout,
      greetingMs: flags.timeout,
      ...family,
      allowed: (address) => !block.some((means) => means(address)),
    },
    argv: sshArguments(ssh),
    configured: ofSshConfig(ssh.configFile),
    port: flags.port ?? 22,
    signal,
    onHost: async (host) => {
      done++;
      if (host.outcome === 'closed') closed++;
      const line = `${JSON.stringify(host)}\n`;
      if (file !== undefined) writeSync(file, line);
      if (flags.matrix && host.outcome !== 'open') kept.push(host);
      if (flags.json && !process.stdout.write(line))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
      const now = performance.now();
      if (now - shown < 100) return;
      shown = now;
      bar.step(progressLine(done, hosts.length, closed, now - started));
    },
  }).finally(() => bar.done());
  if (file !== undefined) closeSync(file);
  if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    if (flags.matrix && kept.length > 0) process.stdout.write(`${fleetMatrix(kept, view())}\n`);
    process.stdout.write(fleetText(summary, view()));
  }
  if (before.size > 0 && !flags.json)
    process.stderr.write(`sshwhy: ${all.length - hosts.length} hosts were left out: ${flags.out} has them\n`);
  process.exitCode = signal.aborted
    ? EXIT.interrupted
    : (summary.outcomes['closed'] ?? 0) > 0
      ? EXIT.closed
      : EXIT.open;
}

async function hostsOf(words: readonly string[], flags: FleetFlags): Promise<InventoryHost[]> {
  const typed = words.map((word): InventoryHost => {
    const endpoint = endpointOf(word);
    if (endpoint === undefined) throw new UsageError(`"${word}" is no [user@]host[:port]`);
    return { name: word.slice(word.lastIndexOf('@') + 1), ...endpoint, groups: [], tags: [] };
  });
  const own = (flag: string | true | undefined, name: string): string[] =>
    flag === undefined ? [] : [flag === true ? join(homedir(), '.ssh', name) : flag];
  const files: readonly (readonly [string, InventoryFormat | undefined])[] = [
    ...(flags.inventory ?? []).map(
      (file) => [file === '-' ? '/dev/stdin' : file, file === '-' ? (flags.format ?? 'list') : flags.format] as const,
    ),
    ...own(flags.sshConfig, 'config').map((file) => [file, 'ssh-config'] as const),
    ...own(flags.knownHosts, 'known_hosts').map((file) => [file, 'known-hosts'] as const),
  ];
  const hosts = [...typed];
  for (const [file, format] of files) {
    const read = await readInventory(file, format);
    for (const { line, says } of read.problems.slice(0, 20))
      process.stderr.write(`sshwhy: ${visible(file)}${line === undefined ? '' : `:${line}`}: ${visible(says)}\n`);
    if (read.problems.length > 20)
      process.stderr.write(`sshwhy: ${visible(file)}: and ${read.problems.length - 20} lines more\n`);
    for (const host of read.hosts) hosts.push(host);
  }
  return hosts;
}

const keyOf = (name: string, port: number): string => `${name}\0${port}`;

/** Hosts that a file of an earlier run has; a line that was cut short is not one. @throws UsageError */
function askedBefore(out: string | undefined): ReadonlySet<string> {
  if (out === undefined) throw new UsageError('--resume goes on with what --out FILE holds; name that file');
  const found = new Set<string>();
  if (!existsSync(out)) return found;
  for (const line of readFileSync(out, 'utf8').split('\n')) {
    try {
      const { kind, name, port } = JSON.parse(line) as Partial<FleetHost>;
      if (kind === 'host' && name !== undefined && port !== undefined) found.add(keyOf(name, port));
    } catch {
      // The last one, when the run was killed.
    }
  }
  return found;
}

/** @throws LookError when it cannot be written to. */
function opened(file: string, more: boolean): number {
  try {
    if (!more) return openSync(file, 'w', 0o600);
    const whole = !existsSync(file) || /(?:^|\n)$/.test(readFileSync(file, 'utf8').slice(-1));
    const descriptor = openSync(file, 'a', 0o600);
    if (!whole) writeSync(descriptor, '\n');
    return descriptor;
  } catch (error) {
    throw new LookError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
