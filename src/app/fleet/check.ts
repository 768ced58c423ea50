import { lookups } from '../../collect/client/lookups.ts';
import { option, readSshConfig, type SshConfig } from '../../collect/client/ssh-config.ts';
import { knownLists } from '../../collect/fleet/known-lists.ts';
import { type Met, type ProbeBounds, probeHost } from '../../collect/fleet/probe.ts';
import { stopsOf } from '../../collect/fleet/stops.ts';
import type { Section } from '../../model/bundle.ts';
import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Report } from '../../model/report.ts';
import { fleetTally } from '../../reason/fleet/group.ts';
import { greetedFacts } from '../../reason/fleet/posture.ts';
import { attemptOf } from '../attempt.ts';
import { report } from '../diagnose.ts';
import { pooled } from './pool.ts';
import { asked, outcomeIn, toldOf } from './told.ts';

export interface FleetCheck {
  /** Hosts that are asked at the same time. */
  readonly width: number;
  readonly bounds: Omit<ProbeBounds, 'stops' | 'known' | 'lookup'>;
  /** ssh's own flags, which say what this client offers. */
  readonly argv: readonly string[];
  /** Whether ssh's configuration has something of its own to say of a name: then `ssh -G` is asked for it. */
  configured(name: string): boolean;
  /** For hosts that do not say theirs. */
  readonly port: number;
  readonly signal: AbortSignal;
  onHost(host: FleetHost): void | Promise<void>;
}

/** Asks each host once whether ssh could be spoken with it from here. */
export async function checkFleet(hosts: Iterable<InventoryHost>, o: FleetCheck): Promise<FleetSummary> {
  const started = performance.now();
  const tally = fleetTally();
  await pooled(hosts, {
    width: o.width,
    signal: o.signal,
    work: hereChecker(o),
    done: (result) => {
      // What was cut short says nothing about its host.
      if (o.signal.aborted) return;
      tally.see(result);
      return o.onHost(result);
    },
  });
  return tally.end({ ms: performance.now() - started, interrupted: o.signal.aborted });
}

/** What asks one host from here. */
export function hereChecker(o: Omit<FleetCheck, 'onHost' | 'width'>): (host: InventoryHost) => Promise<FleetHost> {
  const check = hostChecker(o);
  const each = { bounds: { ...o.bounds, stops: stopsOf(o.signal) }, port: o.port, signal: o.signal };
  return (host) => check(host, each);
}

interface Each {
  readonly bounds: Omit<ProbeBounds, 'known' | 'lookup'>;
  /** For hosts that do not say theirs. */
  readonly port: number;
  readonly signal: AbortSignal;
}

type HostCheck = (host: InventoryHost, each: Each) => Promise<FleetHost>;

/**
 * What asks one host, and knows from one to the next what servers that greet alike come to. Rejects only where ssh's configuration
 * cannot be read.
 */
export function hostChecker(o: Pick<FleetCheck, 'argv' | 'configured' | 'signal'>): HostCheck {
  // Not waited for: what is made of the first hosts needs it, what they say does not.
  const common = readSshConfig('ssh', { argv: o.argv, host: 'fleet.invalid' }, o.signal).then(sectionOf);
  common.catch(() => undefined);
  const known = knownLists();
  const lookup = lookups();
  const few = limited(PROCESSES);
  const judge = judgement();
  return async (host, { bounds, port: usual, signal }) => {
    const own = o.configured(host.name)
      ? await few(() => dialled(host, { argv: o.argv, port: usual, signal }))
      : undefined;
    if (own?.proxied) return beyond(host, own.port, own.proxied);
    const port = own?.port ?? host.port ?? usual;
    const address = own?.address ?? host.address;
    const met = await probeHost({ address, port }, own?.section ?? common, { ...bounds, known, lookup });
    return judge({ ...host, address }, port, met);
  };
}

const PROCESSES = 8;

function sectionOf(config: SshConfig): Section {
  if (config.error !== undefined) return { status: 'unsupported', text: '', detail: config.error };
  return { status: 'ok', text: JSON.stringify(config) };
}

/** What the user's own ssh makes of a host. */
async function dialled(host: InventoryHost, o: Pick<FleetCheck, 'argv' | 'port' | 'signal'>) {
  const config = await readSshConfig(
    'ssh',
    { argv: o.argv, host: host.name, ...(host.port === undefined ? {} : { port: host.port }) },
    o.signal,
  );
  const { options } = config;
  const named = option(options, 'hostname');
  return {
    section: sectionOf(config),
    // An inventory that gives an address of its own means that one.
    address: host.address !== host.name || named === undefined ? host.address : named,
    port: Number(option(options, 'port')) || host.port || o.port,
    proxied: option(options, 'proxyjump') ?? option(options, 'proxycommand'),
  };
}

/** At most so many at a time. */
function limited(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/** A host behind a jump host or proxy, which connects for us: not a question for a probe of many. */
const beyond = (host: InventoryHost, port: number, proxied: string): FleetHost => ({
  ...asked('check', host, port, new Date().toISOString()),
  outcome: 'not-asked',
  found: [],
  says: `It is reached through ${proxied}: sshwhy ${host.name} looks at each step of that way.`,
  gates: [],
  ms: {},
});

/**
 * The answer for a host. Servers that greet with the same lists come to the same, so that one of them is thought
 * through for all.
 */
function judgement(): (host: InventoryHost, port: number, met: Met) => Promise<FleetHost> {
  // Lists that are remembered are one value for all who said them.
  const thought = new WeakMap<object, Map<string, Report>>();
  return async (host, port, met) => {
    const { banner = '', algorithms } = met.greeting ?? {};
    const made = async (): Promise<Report> => {
      const bundle = await met.bundle();
      return report(host.name, bundle, { ...attemptOf(bundle), host: host.address, port }, 0);
    };
    if (algorithms === undefined) return asHost(host, port, met, met.forbidden ? undefined : await made());
    const before = thought.get(algorithms);
    let known = before?.get(banner);
    if (known === undefined) {
      known = await made();
      // What is wrong names the host; only what is well is the same for all.
      if (known.causes.length === 0) {
        if (before === undefined) thought.set(algorithms, new Map([[banner, known]]));
        else if (before.size < BANNERS_MAX) before.set(banner, known);
      }
    }
    return asHost(host, port, met, known);
  };
}

/** What say the same lists by different names of their version. */
const BANNERS_MAX = 1000;

function asHost(host: InventoryHost, port: number, met: Met, made: Report | undefined): FleetHost {
  const head = { ...asked('check', host, port, met.at), address: met.address ?? host.address, ms: met.ms };
  if (made === undefined)
    return {
      ...head,
      outcome: 'not-asked',
      found: [],
      gates: [],
      says: 'It leads only to addresses that must not be dialled.',
    };
  const greets = met.greeting?.algorithms !== undefined;
  const told = toldOf(made);
  const { banner } = met.greeting ?? {};
  return {
    ...head,
    outcome: outcomeOf(made, greets),
    ...(told.gate === undefined ? {} : { gate: told.gate }),
    found: told.found,
    says: told.found[0]?.says ?? (greets ? 'It greets, and both sides can agree.' : 'It could not be told.'),
    ...(banner === undefined ? {} : { server: banner }),
    gates: told.gates,
    ms: met.ms,
    ...(met.greeting === undefined ? {} : { facts: greetedFacts(banner, met.greeting.algorithms) }),
  };
}

function outcomeOf(made: Report, greets: boolean): FleetHost['outcome'] {
  const said = outcomeIn(made);
  if (said === 'open') return greets ? 'open' : 'unknown';
  // What greets is not shut by a mere possibility.
  return said === 'closed' && greets && !made.gates.some(({ outcome }) => outcome === 'closed') ? 'degraded' : said;
}
