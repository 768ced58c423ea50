import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerAddress } from '../../collect/broker/address.ts';
import { connectBroker } from '../../collect/broker/connect.ts';
import { decodedResult, encodedJob, hostKey } from '../../collect/queue/message.ts';
import { openRun, type QueueRun } from '../../collect/queue/run.ts';
import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import type { FleetJob } from '../../model/fleet-work.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { fleetTally } from '../../reason/fleet/group.ts';
import { asked } from './told.ts';

export interface FleetQueue {
  readonly address: BrokerAddress;
  /** Names the run: the same one goes on with what was sent and answered under it. */
  readonly run: string;
  /** Which workers: `check`, or the name of a door that workers have. */
  readonly lane: string;
  /** What is asked of every host. */
  readonly job: Omit<FleetJob, 'v' | 'name' | 'address' | 'port' | 'user'>;
  /** For hosts that do not say theirs. */
  readonly port: number | undefined;
  readonly user: string | undefined;
  /** Whether somebody may go on with the run later. */
  readonly kept: boolean;
  readonly signal: AbortSignal;
  onHost(host: FleetHost): void | Promise<void>;
  /** Told what holds the run up, when it changes. */
  onTrouble(says: string): void;
}

/** Hosts that were sent and have not been answered: the broker never holds more than that of a run, in either direction. */
export const WINDOW = 10_000;
const SENDING = 64;
/** After so long without any answer it is looked at what is still on its way. */
const STALL_MS = 30_000;
const TICK_MS = 100;

/** Has each host asked by a worker, whichever; ends when all have answered. @throws LookError when the broker cannot be reached at the start */
export async function askByQueue(hosts: readonly InventoryHost[], o: FleetQueue): Promise<FleetSummary> {
  const started = performance.now();
  const tally = fleetTally();
  const wanted = new Map<string, InventoryHost>();
  const see = async (host: FleetHost): Promise<void> => {
    tally.see(host);
    await o.onHost(host);
  };
  const end = (interrupted: boolean): FleetSummary => tally.end({ ms: performance.now() - started, interrupted });
  for (const host of hosts) {
    const job = jobOf(host, o);
    if (typeof job === 'string') await see(blank(host, o, `It can not be sent to a worker: ${job}.`));
    else wanted.set(hostKey(host), host);
  }
  if (wanted.size === 0) return end(o.signal.aborted);
  const broker = await connectBroker(o.address, 'sshwhy fleet');
  const run = await openRun(broker, { run: o.run, lane: o.lane, onTrouble: o.onTrouble });
  const over = new AbortController();
  const stop = AbortSignal.any([o.signal, over.signal]);
  // Each that sends listens for the end.
  setMaxListeners(0, stop, o.signal);
  const onWay = new Set<string>();
  let heard = performance.now();
  const listening = run.results(async (key, data) => {
    const host = wanted.get(key);
    // One of a host that has answered, or of nobody's asking.
    if (host === undefined) return;
    const told = decodedResult(data);
    // First what is kept, then what is counted as done.
    await see(
      typeof told === 'string' ? blank(host, o, `Its answer could not be read: ${told}.`) : mine(host, told, o),
    );
    wanted.delete(key);
    onWay.delete(key);
    heard = performance.now();
    if (wanted.size === 0) over.abort();
  }, stop);
  const failed = listening.then(
    () => undefined,
    (error: unknown) => {
      over.abort();
      return { error };
    },
  );
  while (!stop.aborted) {
    const waiting = await run.settled(stop);
    if (stop.aborted) break;
    onWay.clear();
    for (const key of waiting) if (wanted.has(key)) onWay.add(key);
    heard = performance.now();
    const stalled = await sending(run, wanted, onWay, { o, stop, heard: () => heard });
    if (stalled)
      o.onTrouble(
        `no worker has answered for ${STALL_MS / 1000} s; ${onWay.size} hosts wait (sshwhy fleet worker --help)`,
      );
  }
  const failure = await failed;
  if (failure !== undefined) {
    // What is on its way is another's now, or is gone on with when the reason is gone.
    await broker.connection.close();
    throw failure.error;
  }
  await run.close(!o.kept || !o.signal.aborted);
  return end(o.signal.aborted);
}

/** Sends what is wanted and not on its way, never more than a window ahead of the answers. Returns true when none comes any more, false after `stop`. */
async function sending(
  run: QueueRun,
  wanted: ReadonlyMap<string, InventoryHost>,
  onWay: Set<string>,
  { o, stop, heard }: { readonly o: FleetQueue; readonly stop: AbortSignal; heard(): number },
): Promise<boolean> {
  const rest = [...wanted].filter(([key]) => !onWay.has(key))[Symbol.iterator]();
  let stalled = false;
  const tick = async (): Promise<void> => {
    await sleep(TICK_MS, undefined, { signal: stop }).catch(() => undefined);
    stalled = stalled || performance.now() - heard() > STALL_MS;
  };
  const lane = async (): Promise<void> => {
    while (!stop.aborted && !stalled) {
      if (onWay.size >= WINDOW) {
        await tick();
        continue;
      }
      const { value, done } = rest.next();
      if (done) return;
      const [key, host] = value;
      const data = jobOf(host, o);
      if (typeof data === 'string') continue;
      onWay.add(key);
      if (!(await run.send(key, data, stop))) onWay.delete(key);
    }
  };
  await Promise.all(Array.from({ length: SENDING }, lane));
  while (!stop.aborted && !stalled) await tick();
  return stalled && !stop.aborted;
}

/** A label that no command could be given is no use to a worker that dials the address. */
function jobOf(host: InventoryHost, { job, port, user }: FleetQueue): Uint8Array | string {
  const own = { port: host.port ?? port, user: host.user ?? user };
  const made = (name: string): Uint8Array | string =>
    encodedJob({
      v: 1,
      ...job,
      name,
      address: host.address,
      ...(own.port === undefined ? {} : { port: own.port }),
      ...(own.user === undefined || job.question.kind === 'check' ? {} : { user: own.user }),
    });
  const data = made(host.name);
  return typeof data === 'string' && job.question.kind === 'check' ? made(host.address) : data;
}

/** What came back, as a host of this run's inventory: a worker does not say which host it was. */
const mine = (host: InventoryHost, told: FleetHost, { job, port }: FleetQueue): FleetHost => ({
  ...told,
  ...asked(job.question.kind, host, host.port ?? port ?? 22, told.at),
  address: told.address,
});

const blank = (host: InventoryHost, { job, port }: FleetQueue, says: string): FleetHost => ({
  ...asked(job.question.kind, host, host.port ?? port ?? 22, new Date().toISOString()),
  outcome: 'unknown',
  found: [],
  says,
  gates: [],
  ms: {},
});
