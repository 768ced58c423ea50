import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readRun } from '../app/fleet/kept.ts';
import type { FleetLook } from '../app/fleet/server.ts';
import { ofSshConfig, readInventory } from '../collect/fleet/inventory.ts';
import { writeBundle } from '../facts/bundle.ts';
import { endpointOf } from '../facts/inventory/endpoint.ts';
import { EXIT, LookError, UsageError } from '../model/errors.ts';
import type { FleetHost, FleetSummary } from '../model/fleet.ts';
import type { FleetJob } from '../model/fleet-work.ts';
import { HOSTS_MAX, type InventoryFormat, type InventoryHost } from '../model/inventory.ts';
import { runTally } from '../reason/fleet/run.ts';
import { type Matcher, selected } from '../reason/fleet/select.ts';
import { visible } from '../report/escape.ts';
import { fleetMatrix, fleetText } from '../report/fleet/check.ts';
import { progressLine } from '../report/fleet/progress.ts';
import { jsonText } from '../report/json-text.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress, view } from './answer.ts';
import { askedBefore, keyOf, opened } from './fleet-file.ts';
import { answerForms, keepsAll } from './fleet-forms.ts';
import { asksOf, type KeysFlags, keysStatus } from './fleet-keys.ts';
import { runText, statusOf, writeRun } from './fleet-report.ts';
import { vantageDoor } from './fleet-vantage.ts';
import { type FormatFlags, reports } from './formats.ts';
import { lineSink } from './line-sink.ts';
import { type SshFlags, sshArguments } from './options.ts';
import { save } from './save.ts';

export interface FleetFlags extends SshFlags, FormatFlags {
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
  readonly alike?: readonly string[];
  readonly queue?: string;
  readonly run?: string;
  readonly vantage?: readonly string[];
}

export interface DoorFlags extends FleetFlags {
  readonly on: string;
  readonly save?: string;
}

/** What a run writes and shows as its hosts come in. */
interface Run {
  readonly hosts: readonly InventoryHost[];
  /** Those that have not been asked from there yet. */
  from(vantage: string): readonly InventoryHost[];
  see(host: FleetHost): void | Promise<void>;
  end(summary: FleetSummary): Promise<void>;
}

/** Reads the inventories, opens the file, and sets the exit status at the end. @throws UsageError @throws LookError */
async function begin(words: readonly string[], flags: FleetFlags, signal: AbortSignal, asks?: KeysFlags): Promise<Run> {
  const { group: groups = [], tag: tags = [], allow = [], block = [] } = flags;
  const all = selected(await hostsOf(words, flags), { groups, tags, allow, block });
  if (all.length === 0)
    throw new UsageError('no host is meant; name hosts, or an inventory with -f, and see --group, --tag and --allow');
  if (all.length > HOSTS_MAX)
    throw new UsageError(`${all.length} hosts are more than the ${HOSTS_MAX} that one run takes`);
  const before = flags.resume ? await askedBefore(flags.out) : new Set<string>();
  const left = (vantage?: string): InventoryHost[] =>
    all.filter((host) => !before.has(keyOf(host.name, host.port ?? flags.port ?? 22, host.address, vantage)));
  const { vantage: places } = flags;
  const hosts = left();
  const looks = places === undefined ? hosts.length : places.reduce((sum, place) => sum + left(place).length, 0);
  const alike = flags.alike ?? [];
  // What is summed up again, with the hosts of the run that goes on.
  const whole =
    asks !== undefined || places !== undefined || alike.length > 0 || reports(flags)
      ? runTally({ alike, ...(asks && { asks: asksOf(asks) }) })
      : undefined;
  if (flags.resume && flags.out !== undefined && existsSync(flags.out) && whole)
    for await (const host of readRun(flags.out)) whole.see(host);
  const file = flags.out === undefined ? undefined : opened(flags.out, flags.resume === true);
  const out =
    file === undefined && !flags.json
      ? undefined
      : lineSink(file, flags.json ? process.stdout : undefined, flags.queue !== undefined);
  const kept: FleetHost[] = [];
  const every: FleetHost[] = [];
  const bar = progress(flags.json === true);
  const started = performance.now();
  let [done, closed, shown] = [0, 0, 0];
  return {
    hosts,
    from: left,
    see(host) {
      done++;
      if (host.outcome === 'closed') closed++;
      whole?.see(host);
      if (flags.matrix && host.outcome !== 'open') kept.push(host);
      if (keepsAll(flags)) every.push(host);
      const now = performance.now();
      if (now - shown >= 100) {
        shown = now;
        bar.step(() => progressLine(done, looks, closed, now - started));
      }
      if (out !== undefined) return out.push(`${jsonText(host)}\n`);
    },
    async end(asked) {
      bar.done();
      out?.end();
      const run = whole?.end(asked);
      const across = run?.summary.keys;
      const summary = across === undefined ? asked : { ...asked, keys: across };
      const drift = alike.length > 0 ? (run?.drift ?? []) : [];
      const forPeople = (): string =>
        (kept.length > 0 ? `${fleetMatrix(kept, view())}\n` : '') +
        (run === undefined ? fleetText(summary, view()) : runText({ ...run, summary, drift }, alike.length > 0));
      const shown = run && (await writeRun(run, flags));
      const told = await answerForms(flags, every, summary, forPeople);
      if (flags.json)
        process.stdout.write(
          [...drift, ...(run?.keys ?? []), ...(run?.vantages === undefined ? [] : [run.vantages]), summary]
            .map((line) => `${jsonText(line)}\n`)
            .join(''),
        );
      else if (shown !== undefined) process.stdout.write(shown);
      else {
        if (!told.printed) process.stdout.write(forPeople());
        if (before.size > 0)
          process.stderr.write(
            `sshwhy: ${all.length * (places?.length ?? 1) - looks} ${places === undefined ? 'hosts' : 'looks'} were left out: ${visible(flags.out ?? '')} has them\n`,
          );
      }
      if (!told.status)
        process.exitCode = signal.aborted
          ? EXIT.interrupted
          : asks === undefined
            ? statusOf(summary, run?.vantages)
            : keysStatus(run?.summary ?? summary, run?.keys ?? [], asks.failOn);
    },
  };
}

/** `fleet check`. @throws UsageError @throws LookError */
export async function runCheck(words: readonly string[], flags: FleetFlags, signal: AbortSignal): Promise<void> {
  const { checkFleet } = await import('../app/fleet/check.ts');
  if (flags.vantage !== undefined && flags.queue !== undefined)
    throw new UsageError('--vantage names machines to look from, and with --queue workers look: use one of the two');
  const places = (flags.vantage ?? []).map((place) => vantageDoor(place, flags));
  const run = await begin(words, flags, signal);
  if (flags.queue !== undefined) {
    const { askQueue } = await import('./fleet-queue.ts');
    await run.end(await askQueue(run.hosts, flags, { lane: 'check', question: { kind: 'check' } }, run.see, signal));
    return;
  }
  const {
    port: _,
    login: __,
    sshConfig,
    configFile = typeof sshConfig === 'string' ? sshConfig : undefined,
    ...rest
  } = flags;
  const ssh = { ...rest, ...(configFile === undefined ? {} : { configFile }) };
  const { block = [] } = flags;
  const family = flags.ipv4 ? { family: 4 as const } : flags.ipv6 ? { family: 6 as const } : {};
  const allowed = (address: string): boolean => !block.some((means) => means(address));
  const asking = {
    width: flags.width,
    bounds: { connectMs: flags.timeout, greetingMs: flags.timeout, ...family, allowed },
    argv: sshArguments(ssh),
    configured: ofSshConfig(configFile),
    port: flags.port ?? 22,
    signal,
    onHost: run.see,
  };
  if (places.length === 0) {
    await run.end(await checkFleet(run.hosts, asking));
    return;
  }
  const [{ checkFromVantages }, { hereChecker }] = await Promise.all([
    import('../app/fleet/vantages.ts'),
    import('../app/fleet/check.ts'),
  ]);
  await run.end(
    await checkFromVantages({
      points: places.map((place) => ({ ...place, hosts: run.from(place.name) })),
      here: hereChecker(asking),
      width: flags.width,
      timeoutMs: flags.timeout,
      port: asking.port,
      ...family,
      ...(block.length > 0 ? { allowed } : {}),
      signal,
      onHost: run.see,
    }),
  );
}

/** `fleet server`, `fleet harden` and `fleet keys`. @throws UsageError @throws LookError */
export async function runLook(
  words: readonly string[],
  flags: DoorFlags,
  o: Pick<FleetLook, 'what' | 'question' | 'judge'> & {
    readonly sent: FleetJob['question'];
    readonly asks?: KeysFlags;
  },
  signal: AbortSignal,
): Promise<void> {
  const { lookInFleet } = await import('../app/fleet/server.ts');
  if (o.asks?.key !== undefined && flags.nagios)
    throw new UsageError('--nagios tells what became of the hosts, not where a key gets in: leave out --key');
  const run = await begin(words, flags, signal, o.asks);
  if (flags.queue !== undefined) {
    const { askQueue } = await import('./fleet-queue.ts');
    await run.end(await askQueue(run.hosts, flags, { lane: flags.on, question: o.sent }, run.see, signal));
    return;
  }
  const { port: _, login, ...door } = flags;
  if (flags.save !== undefined) mkdirSync(flags.save, { recursive: true, mode: 0o700 });
  const summary = await lookInFleet(run.hosts, {
    ...o,
    width: flags.width,
    timeoutMs: flags.timeout,
    port: flags.port ?? 22,
    door: (host) => doorTo(flags.on, host, door, { port: flags.port, login }),
    signal,
    async onHost(told, bundle) {
      if (flags.save !== undefined && bundle)
        save(join(flags.save, `${fileName(told.name)}.bundle`), writeBundle(bundle));
      await run.see(told);
    },
  });
  await run.end(summary);
}

/** `ssh` goes to the host as your own ssh does; any other door names its host with `{name}`. */
export function doorTo(
  on: string,
  host: InventoryHost,
  flags: SshFlags,
  asked: { port: number | undefined; login: string | undefined },
): Transport {
  // A name is whatever an inventory says: it must stay one word, and never become an option.
  if (!/^(?!-)[^\s\p{Cc}]{1,255}$/u.test(host.name))
    throw new LookError(`"${host.name.slice(0, 100)}" is no name that a command can be given`);
  const { name, address, port = asked.port, user = asked.login } = host;
  // The inventory's own address wins over what ssh's configuration has for the name.
  if (on === 'ssh')
    return openTransport(
      `ssh:${name.includes(':') ? address : name}`,
      sshArguments({
        ...flags,
        ...(port === undefined ? {} : { port }),
        ...(user === undefined ? {} : { login: user }),
        option: [...(flags.option ?? []), ...(address === name || name.includes(':') ? [] : [`HostName=${address}`])],
      }),
    );
  const values: Readonly<Record<string, string>> = { name, address, port: String(port ?? 22), user: user ?? '' };
  return openTransport(on.replace(/\{(name|address|port|user)\}/g, (_, word: string) => values[word] ?? ''));
}

const fileName = (name: string): string =>
  name
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200);

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
