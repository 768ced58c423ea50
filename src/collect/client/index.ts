import type { Bundle, Section } from '../../model/bundle.ts';
import { guarded, orAbort } from './abort.ts';
import { readAlias } from './alias.ts';
import { lookAside } from './aside.ts';
import { type Attempted, attemptLogin } from './attempt.ts';
import { type NameProbe, probeName } from './dns.ts';
import { type Dial, pathSection, probeAddress, silentAfterMs } from './endpoint.ts';
import { watchHang } from './hang.ts';
import { readIdentities } from './identities.ts';
import { namesOfKey, readKnownHosts, scanHostKeys } from './known-hosts.ts';
import { gap, json } from './layout.ts';
import { nearNames } from './near.ts';
import { readNetwork } from './network.ts';
import { readRoutes } from './route.ts';
import { option, readSshConfig, type SshConfig, type Target } from './ssh-config.ts';
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
/** How long slower addresses are waited for once another one speaks SSH. */
const STRAGGLER_MS = 2500;
const ATTEMPT_MIN_MS = 1000;

function configSection(config: SshConfig): Section {
  if (config.error !== undefined) return gap('unsupported', `ssh cannot be started: ${config.error}`);
  if (config.timedOut) return gap('timed-out', 'ssh -G');
  return json({ ...config, untrusted: untrustedFile(config.stderr) });
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
  const beside = { addresses, options, host, port, local, signal };
  let early: ReturnType<typeof lookAside> | undefined;
  const silentAfter = silentAfterMs(dial.connectMs);
  const silence = setTimeout(() => {
    const o = { ...beside, through: false, spoken: false, timeoutMs: dial.connectMs - silentAfter };
    if (!spoken && name) early = name.record.then((record) => lookAside(record, o));
    early?.catch(() => {});
  }, silentAfter);
  await orAbort(Promise.race([endpoints, speaks]), signal).finally(() => clearTimeout(silence));
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
  // Where an address kept silent they were looked at meanwhile; what speaks after all makes that pointless.
  const meanwhile = spoken ? undefined : early;
  const aside = record && (await orAbort(meanwhile ?? lookAside(record, { ...beside, through, spoken }), signal));
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
