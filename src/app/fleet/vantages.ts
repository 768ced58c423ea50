import { vantagesScript } from '../../collect/script.ts';
import { isAddress } from '../../facts/inventory/endpoint.ts';
import { type Vantage, vantageBlocks, vantageSection, vantages } from '../../facts/vantage.ts';
import { LookError } from '../../model/errors.ts';
import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { fleetTally } from '../../reason/fleet/group.ts';
import { clip } from '../../report/escape.ts';
import type { Ran, Transport } from '../../transport/transport.ts';
import { pooled } from './pool.ts';
import { asked } from './told.ts';
import { judgeSeen } from './vantage-judge.ts';

/** A machine to look from. Without a door: this one, which asks in its own way. */
export interface VantagePoint {
  readonly name: string;
  readonly door?: Transport;
  readonly hosts: readonly InventoryHost[];
}

export interface FleetVantage {
  readonly points: readonly VantagePoint[];
  /** How this machine asks a host. */
  readonly here: (host: InventoryHost) => Promise<FleetHost>;
  /** Hosts that this machine asks at the same time. */
  readonly width: number;
  /** For one connection. */
  readonly timeoutMs: number;
  readonly port: number;
  readonly family?: 4 | 6;
  /** Whether an address may be dialled; absent: every one, so that names need not be resolved first. */
  readonly allowed?: (address: string) => boolean;
  readonly signal: AbortSignal;
  onHost(host: FleetHost): void | Promise<void>;
}

/** Hosts of one login at a vantage, of which it asks 16 at the same time (vantage.sh). */
const BATCH = 64;
const LANES = 16;
const POINTS_AT_ONCE = 16;
/** Of a lookup beside the connection, and of the login at the vantage. */
const LOOKUP_S = 6;
const LOGIN_S = 30;

/** Every vantage asks each of its hosts once: one connection for each pair, and one login at a vantage for 64 hosts. */
export async function checkFromVantages(o: FleetVantage): Promise<FleetSummary> {
  const started = performance.now();
  const tally = fleetTally();
  const see = (host: FleetHost): void | Promise<void> => {
    if (o.signal.aborted) return;
    tally.see(host);
    return o.onHost(host);
  };
  const points = o.points.map((point, at) => ({ ...point, hosts: turned(point.hosts, at / o.points.length) }));
  await pooled(points, {
    width: POINTS_AT_ONCE,
    signal: o.signal,
    work: (point) => (point.door === undefined ? fromHere(point, o, see) : fromThere(point, point.door, o, see)),
    done: () => undefined,
  });
  return tally.end({ ms: performance.now() - started, interrupted: o.signal.aborted });
}

/** Each begins elsewhere in the list, so that a host is not asked by all of them at once (MaxStartups in sshd_config(5)). */
function turned<T>(all: readonly T[], part: number): readonly T[] {
  const at = Math.floor(all.length * part);
  return [...all.slice(at), ...all.slice(0, at)];
}

type See = (host: FleetHost) => void | Promise<void>;

const fromHere = ({ name, hosts }: VantagePoint, o: FleetVantage, see: See): Promise<void> =>
  pooled(hosts, {
    width: o.width,
    signal: o.signal,
    work: o.here,
    done: (host) => see({ ...host, vantage: name }),
  });

async function fromThere(point: VantagePoint, door: Transport, o: FleetVantage, see: See): Promise<void> {
  // What failed once would be tried in vain for each batch, and count as attempts there.
  let dead: string | undefined;
  for (let at = 0; at < point.hosts.length && !o.signal.aborted; at += BATCH) {
    const hosts = point.hosts.slice(at, at + BATCH);
    const looks = dead === undefined ? await batch(hosts, door, o) : dead;
    if (o.signal.aborted) return;
    if (typeof looks === 'string') dead = looks;
    for (const host of hosts) {
      const head = {
        ...asked('check', host, portOf(host, o), new Date().toISOString()),
        vantage: point.name,
      };
      const seen = typeof looks === 'string' ? looks : looks.get(host);
      await see(
        seen === undefined || typeof seen === 'string'
          ? unknown(head, seen ?? `${point.name} gave no answer about it.`)
          : 'forbidden' in seen
            ? {
                ...unknown(head, 'From there it leads only to addresses that must not be dialled.'),
                outcome: 'not-asked',
              }
            : judgeSeen(host, head, seen),
      );
    }
  }
}

const portOf = ({ port }: InventoryHost, o: FleetVantage): number => port ?? o.port;

const unknown = (head: Omit<FleetHost, 'outcome' | 'found' | 'says' | 'gates' | 'ms'>, says: string): FleetHost => ({
  ...head,
  outcome: 'unknown',
  found: [],
  says,
  gates: [],
  ms: {},
});

type Look = Vantage | { readonly forbidden: true } | string;

/** One login at the vantage, or two where it has to be seen first what names lead to. A string: it could not look at all. */
async function batch(
  hosts: readonly InventoryHost[],
  door: Transport,
  o: FleetVantage,
): Promise<ReadonlyMap<InventoryHost, Look> | string> {
  const found = new Map<InventoryHost, Look>();
  let targets = hosts.flatMap((host) => {
    // It stands in a list of words, and is handed to programs there.
    if (isAddress(host.address)) return [{ host, address: host.address }];
    found.set(host, `"${host.address.slice(0, 100)}" is no address that a command can be given.`);
    return [];
  });
  const { allowed } = o;
  if (allowed !== undefined && targets.length > 0) {
    const named = await looked(targets, door, o, false);
    if (typeof named === 'string') return named;
    targets = targets.flatMap(({ host, address }) => {
      const seen = named.get(host);
      const addresses = seen === undefined || seen.addresses.length === 0 ? [address] : seen.addresses;
      const may = addresses.find(allowed);
      if (may === undefined) found.set(host, { forbidden: true });
      return may === undefined ? [] : [{ host, address: may }];
    });
  }
  if (targets.length === 0) return found;
  const seen = await looked(targets, door, o, true);
  if (typeof seen === 'string') return seen;
  for (const [host, look] of seen) found.set(host, look);
  return found;
}

async function looked(
  targets: readonly { readonly host: InventoryHost; readonly address: string }[],
  door: Transport,
  o: FleetVantage,
  dial: boolean,
): Promise<ReadonlyMap<InventoryHost, Vantage> | string> {
  const limit = Math.min(60, Math.max(2, Math.ceil(o.timeoutMs / 1000)));
  const script = vantagesScript({
    targets: targets.map(({ host, address }) => ({ host: address, port: portOf(host, o) })),
    limit,
    dial,
    ...(o.family === undefined ? {} : { family: o.family }),
  });
  const timeoutMs = (Math.ceil(targets.length / LANES) * (limit + LOOKUP_S) + LOGIN_S) * 1000;
  let ran: Ran;
  try {
    ran = await door.run(script, { timeoutMs, signal: o.signal });
  } catch (error) {
    if (o.signal.aborted) return 'It was interrupted.';
    if (!(error instanceof LookError)) throw error;
    return `${door.name} could not look: ${error.message}.`;
  }
  const blocks = vantageBlocks(ran.stdout);
  if (blocks.size === 0) return `${door.name} could not look: ${whatItSaid(ran, timeoutMs)}.`;
  const found = new Map<InventoryHost, Vantage>();
  for (const [at, { host }] of targets.entries()) {
    const text = blocks.get(at + 1);
    if (text === undefined) continue;
    const section = vantageSection(door.name);
    const read = vantages.read({ schema: 1, takenAt: '', sections: { [section]: { status: 'ok', text } } });
    const [one] = read.known ? read.value : [];
    if (one !== undefined) found.set(host, one);
  }
  return found;
}

function whatItSaid(ran: Ran, timeoutMs: number): string {
  if (ran.timedOut) return `nothing within ${timeoutMs / 1000} s`;
  const said = clip(ran.stderr.trim().split('\n').at(-1) ?? '', 200);
  return said === '' ? `exit status ${ran.code}` : said;
}
