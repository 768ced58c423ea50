import type { Bundle, Section } from '../../model/bundle.ts';
import { readAlias } from './alias.ts';
import { lookAside } from './aside.ts';
import { type Attempted, attemptLogin } from './attempt.ts';
import { type NameProbe, probeName } from './dns.ts';
import { type Greeting, greet } from './greeting.ts';
import { watchHang } from './hang.ts';
import { readIdentities } from './identities.ts';
import { namesOfKey, readKnownHosts, scanHostKeys } from './known-hosts.ts';
import { gap, json } from './layout.ts';
import { nearNames } from './near.ts';
import { readNetwork } from './network.ts';
import { type Looked, traceCommand, tracePath } from './path.ts';
import { readRoutes } from './route.ts';
import { option, readSshConfig, type SshConfig, type Target } from './ssh-config.ts';
import { connect, neighbourOf, type TcpProbe } from './tcp.ts';
import { untrustedFile } from './untrusted.ts';
import { openWay, waySections } from './way.ts';

export interface ProbeOptions {
  /** For everything together, milliseconds. */
  readonly timeoutMs: number;
  readonly sshPath?: string;
  /** Ask for host keys of every type, a connection for each. */
  readonly allHostKeys?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: (step: string) => void;
  /** `false`: only look, as at a jump host whose login is part of another attempt. */
  readonly login?: false;
}

const ADDRESSES_MAX = 8;
const CONNECT_MS = 5000;
/** Longer than the ten seconds after which a tarpit like endlessh says its first line. */
const GREETING_MS = 11_000;
/** When the asked port has not answered by then, the neighbour and the routers are asked too. */
const SILENT_AFTER_MS = 1000;
/** How long the routers may take; what is left of it may outlast the connection by the grace. */
const TRACE_MS = 2500;
const TRACE_GRACE_MS = 100;
const TRACE_REFUSED_MS = 350;
/** How long slower addresses are waited for once another one speaks SSH. */
const STRAGGLER_MS = 2500;
const ATTEMPT_MIN_MS = 1000;

interface Endpoint {
  readonly tcp: TcpProbe;
  readonly greeting?: Greeting & { readonly address: string; readonly port: number };
  /** Where the port did not open. */
  readonly path?: Looked;
}

interface Dial {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly local: string | undefined;
  readonly abort: AbortSignal;
  readonly spoke: () => void;
}

async function probeAddress(address: string, port: number, o: Dial): Promise<Endpoint> {
  const other = neighbourOf(port);
  const bounds = { local: o.local, signal: o.abort };
  let neighbour: Promise<TcpProbe['neighbour']> | undefined;
  let path: Promise<Looked> | undefined;
  const trace = (how: 'silent' | 'refused', timeoutMs: number): Promise<Looked> =>
    tracePath({ address, port }, how, { timeoutMs, signal: o.abort }).catch(() => ({ gap: 'it was not awaited' }));
  const silentAfter = Math.min(SILENT_AFTER_MS, o.connectMs / 3);
  const rest = o.connectMs - silentAfter;
  const late = setTimeout(() => {
    neighbour = connect(address, other, { ...bounds, timeoutMs: rest }).then(({ socket, local: _, ...met }) => {
      socket?.destroy();
      return { port: other, ...met };
    });
    path = trace('silent', Math.min(TRACE_MS, rest + TRACE_GRACE_MS));
  }, silentAfter);
  const { socket, ...reached } = await connect(address, port, { ...bounds, timeoutMs: o.connectMs });
  clearTimeout(late);
  const beside = socket ? undefined : await neighbour;
  const tcp: TcpProbe = { address, port, ...reached, ...(beside ? { neighbour: beside } : {}) };
  if (!socket) {
    if (reached.outcome !== 'timed-out') path ??= trace('refused', TRACE_REFUSED_MS);
    return { tcp, ...(path ? { path: await path } : {}) };
  }
  const greeting = await greet(socket, { timeoutMs: o.greetingMs, signal: o.abort });
  if (greeting.banner !== undefined) o.spoke();
  return { tcp, greeting: { address, port, ...greeting } };
}

/** A probe that breaks leaves a gap, not a failed diagnosis. Only an abort by the caller goes through. */
function guarded(signal: AbortSignal | undefined, work: () => Promise<Section>): Promise<Section> {
  const section = work().catch((error: unknown) => {
    if (signal?.aborted) throw signal.reason;
    return gap('unsupported', error instanceof Error ? error.message : String(error));
  });
  // After an abort nobody waits for those that run beside.
  section.catch(() => {});
  return section;
}

function configSection(config: SshConfig): Section {
  if (config.error !== undefined) return gap('unsupported', `ssh cannot be started: ${config.error}`);
  if (config.timedOut) return gap('timed-out', 'ssh -G');
  return json({ ...config, untrusted: untrustedFile(config.stderr) });
}

function pathSection(paths: readonly { address: string; path: Looked }[], port: number): Section {
  const found = paths.flatMap(({ path }) => ('found' in path ? [path.found] : []));
  if (found.length > 0) return json({ probes: found });
  const [first] = paths;
  if (first === undefined || 'found' in first.path) return gap('not-collected', 'every connection stood');
  return gap('unsupported', `${first.path.gap}; ${traceCommand(first.address, port)}`);
}

/**
 * Looks from here at the way to a host and tries one login with the user's own ssh: per address at most two
 * connections to the asked port and one authentication attempt, nothing is written to the user's files, no password
 * is sent. Always gives a Bundle with every client section, those that could not be had with their gap.
 * @throws the reason of `o.signal` on abort.
 */
export async function probeClient(target: Target, o: ProbeOptions): Promise<Bundle> {
  const started = performance.now();
  const left = (): number => Math.max(1, o.timeoutMs - (performance.now() - started));
  const takenAt = new Date().toISOString();
  const { signal } = o;
  const ssh = o.sshPath ?? 'ssh';
  signal?.throwIfAborted();
  o.progress?.('reading the ssh configuration');
  const config = await readSshConfig(ssh, target, signal);
  const options = config.options;
  const host = option(options, 'hostname') ?? target.host;
  const flagged = target.argv[target.argv.indexOf('-p') + 1];
  const port = Number(option(options, 'port') ?? target.port ?? (target.argv.includes('-p') ? flagged : 22)) || 22;
  const proxied = option(options, 'proxyjump') ?? option(options, 'proxycommand');
  const jump = o.login === false ? undefined : option(options, 'proxyjump');
  if (jump !== undefined) o.progress?.(`looking at the jump host ${jump}`);
  const way =
    jump === undefined
      ? undefined
      : await openWay({ ssh, target, jump, signal }, (hop) =>
          probeClient(hop, { ...o, timeoutMs: left(), login: false }),
        );
  const alias = proxied === undefined ? readAlias(target.host, options) : {};
  const identities = guarded(signal, async () => json({ ...(await readIdentities(options, signal)) }));

  const family = familyOf(options);
  const name: NameProbe | undefined = proxied === undefined ? probeName(host, { family }) : undefined;
  signal?.addEventListener('abort', () => name?.enough(), { once: true });
  if (name) o.progress?.(`resolving ${host}`);
  const addresses = name ? (await orAbort(name.addresses, signal)).slice(0, ADDRESSES_MAX) : [];

  const routes = guarded(signal, () => readRoutes(addresses.slice(0, 4), signal));
  const known = readKnownHosts(options, host, port, addresses, signal);
  known.catch(() => {});

  const stop = new AbortController();
  const abort = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let spoken = false;
  let spoke = (): void => {};
  const speaks = new Promise<void>((resolve) => {
    spoke = () => {
      spoken = true;
      resolve();
    };
  });
  if (addresses.length > 0) o.progress?.(`connecting to ${addresses.join(', ')} port ${port}`);
  const local = option(options, 'bindaddress');
  const patience = Number(option(options, 'connecttimeout')) * 1000;
  const dial: Dial = {
    connectMs: Math.min(CONNECT_MS, left(), patience > 0 ? patience : CONNECT_MS),
    greetingMs: Math.min(GREETING_MS, left()),
    local,
    abort,
    spoke,
  };
  const endpoints = Promise.all(addresses.map((address) => probeAddress(address, port, dial)));
  let straggling: NodeJS.Timeout | undefined;
  void speaks.then(() => {
    straggling = setTimeout(() => stop.abort(), STRAGGLER_MS);
  });
  await orAbort(Promise.race([endpoints, speaks]), signal);
  let through = false;

  const hang = watchHang(port, signal);
  let attempted: Attempted | undefined;
  const attempt = await guarded(signal, async () => {
    if (o.login === false) return gap('not-collected', 'no login of its own was tried');
    if (config.rc !== 0) return gap('not-collected', 'ssh does not accept its configuration, so it was not started');
    if (way?.closed !== undefined) return gap('not-collected', way.closed);
    if (proxied === undefined && !spoken)
      return gap('not-collected', addresses.length === 0 ? 'no address' : 'no address answered with SSH');
    if (left() < ATTEMPT_MIN_MS) return gap('timed-out', 'no time was left');
    o.progress?.('logging in with your ssh');
    const onStart = proxied === undefined ? { onStart: hang.started } : {};
    attempted = await attemptLogin(ssh, target, options, {
      timeoutMs: left(),
      signal,
      hops: way?.hops ?? [],
      ...onStart,
    });
    const { record } = attempted;
    if (record.error !== undefined) return gap('unsupported', `ssh cannot be started: ${record.error}`);
    through = record.rc === record.askedStatus;
    if (through) name?.enough();
    return json({ ...record });
  });

  const probes = await orAbort(endpoints, signal);
  clearTimeout(straggling);
  const viaProxy = gap('unsupported', 'the way leads through a proxy or jump host, which connects for us');
  const noAddress = gap('not-collected', 'no address');
  const greetings = probes.flatMap(({ greeting }) => (greeting ? [greeting] : []));
  const paths = probes.flatMap(({ tcp: { address }, path }) => (path ? [{ address, path }] : []));
  const near = name && addresses.length === 0 ? { near: await nearNames(options, host) } : {};
  const network = guarded(signal, async () => readNetwork(addresses.slice(0, 4), (await routes).text, signal));
  const record = name && (await orAbort(name.record, signal));
  const aside =
    record && (await orAbort(lookAside(record, { through, addresses, options, host, port, local, signal }), signal));
  const dns = record ? json({ ...record, ...near, ...aside?.nobody }) : viaProxy;
  const knownHosts = guarded(signal, async () => {
    const record = await known;
    const shown = /Server host (?:key|certificate): \S+ (SHA256:[\w+/]+)/.exec(attempt.text)?.[1];
    const filed = shown === undefined || record.found.some(({ fingerprint }) => fingerprint === shown);
    const elsewhere = filed ? [] : await namesOfKey(record.files, shown, signal);
    const address = greetings[0]?.address;
    const scanned = o.allHostKeys && address ? await scanHostKeys(address, port, signal) : [];
    return json({ ...record, elsewhere, scanned });
  });
  const over = way && (await waySections(way, { host, port }, attempted, signal));
  return {
    schema: 1,
    takenAt,
    sections: {
      'ssh-config': configSection(config),
      dns,
      tcp: name ? (probes.length > 0 ? json({ probes: probes.map(({ tcp }) => tcp) }) : noAddress) : viaProxy,
      kexinit: name
        ? greetings.length > 0
          ? json({ probes: greetings })
          : gap('not-collected', 'no connection stood')
        : viaProxy,
      path: name ? pathSection(paths, port) : viaProxy,
      attempt,
      hang: name ? await hang.ended() : viaProxy,
      route: name ? await routes : viaProxy,
      network: name ? await network : viaProxy,
      alternates: aside?.alternates ?? viaProxy,
      'known-hosts': await knownHosts,
      identities: await identities,
      ...(await alias),
      ...over?.target,
      ...over?.hops,
    },
  };
}

function familyOf(options: SshConfig['options']): 4 | 6 | undefined {
  const family = option(options, 'addressfamily');
  return family === 'inet' ? 4 : family === 'inet6' ? 6 : undefined;
}

/** Waits, but not beyond an abort. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
