import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerAddress } from '../../collect/broker/address.ts';
import { connectBroker } from '../../collect/broker/connect.ts';
import { stopsOf } from '../../collect/fleet/stops.ts';
import { decodedJob, encodedResult } from '../../collect/queue/message.ts';
import { type Taken, takeWork } from '../../collect/queue/take.ts';
import { LookError } from '../../model/errors.ts';
import type { FleetHost } from '../../model/fleet.ts';
import type { FleetJob } from '../../model/fleet-work.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { type Matcher, matcherOf } from '../../reason/fleet/select.ts';
import type { Transport } from '../../transport/transport.ts';
import { builtIn } from '../harden-profile.ts';
import { type FleetCheck, hostChecker } from './check.ts';
import { judgeKeys } from './keys.ts';
import { type FleetLook, judgeHarden, judgeServer, lookAt } from './server.ts';
import { asked } from './told.ts';

export interface FleetWorker {
  readonly address: BrokerAddress;
  /** What it is called in the results. */
  readonly name: string;
  /** Hosts that are checked at the same time. */
  readonly width: number;
  /** Hosts that are looked at at the same time, through each door. */
  readonly logins: number;
  /** Names of the doors that it has; a job can ask for no other. */
  readonly doors: readonly string[];
  door(name: string, host: InventoryHost): Transport;
  readonly ssh: Pick<FleetCheck, 'argv' | 'configured'>;
  /** When there are any, only what one of them means is asked. */
  readonly allow: readonly Matcher[];
  readonly block: readonly Matcher[];
  /** For one host, whatever its job says; milliseconds. */
  readonly mostMs: number;
  onTrouble(says: string): void;
}

export interface Worked {
  readonly answered: number;
  readonly again: number;
  readonly back: number;
  readonly lost: number;
  readonly unreadable: number;
}

/** Workers that had a host and did not answer, before it is given up: what kills them may be that host. */
export const DELIVERIES_MAX = 5;

/** Asks the hosts that the queue gives it, until `signal`. @throws LookError when the broker cannot be reached at the start */
export async function workFleet(o: FleetWorker, signal: AbortSignal): Promise<Worked> {
  const broker = await connectBroker(o.address, `sshwhy fleet worker ${o.name}`);
  const count = { answered: 0, again: 0, back: 0, lost: 0, unreadable: 0 };
  const never = new AbortController();
  const check = hostChecker({ ...o.ssh, signal: never.signal });
  const lanes = [['check', o.width] as const, ...o.doors.map((door) => [door, o.logins] as const)];
  await Promise.all(
    lanes.map(([lane, width]) =>
      takeWork(
        broker,
        {
          lane,
          width,
          work: (taken, own) => answer(taken, lane, { o, check }, own),
          count: (what) => void count[what]++,
          onTrouble: o.onTrouble,
        },
        signal,
      ),
    ),
  );
  await Promise.race([broker.connection.flush().catch(() => undefined), sleep(2000, undefined, { ref: false })]);
  await broker.connection.close();
  return count;
}

type Means = { readonly o: FleetWorker; readonly check: ReturnType<typeof hostChecker> };

async function answer(
  { data, deliveries }: Taken,
  lane: string,
  means: Means,
  own: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { o } = means;
  const job = decodedJob(data);
  const kind = typeof job === 'string' ? (lane === 'check' ? 'check' : 'server') : job.question.kind;
  const told = (outcome: 'unknown' | 'not-asked', says: string): Uint8Array =>
    encodedResult({
      ...asked(kind, typeof job === 'string' ? NOBODY : hostOf(job), 22, new Date().toISOString()),
      worker: o.name,
      outcome,
      found: [],
      says,
      gates: [],
      ms: {},
    });
  if (typeof job === 'string') return told('unknown', `The worker could not read what it was to do: ${job}.`);
  if ((kind === 'check') !== (lane === 'check'))
    return told('unknown', `A job of the kind ${kind} came as one for ${lane}.`);
  if (!permitted(job, o)) return told('not-asked', `The worker ${o.name} may not ask it (its --allow and --block).`);
  if (deliveries > DELIVERIES_MAX)
    return told('unknown', `It was given up: ${deliveries - 1} workers had it, and none has answered.`);
  const limitMs = Math.min(o.mostMs, job.timeoutMs * (kind === 'check' ? 10 : 1) + 5000);
  const late = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([own, late]);
  setMaxListeners(0, signal);
  const cut = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
  try {
    const made = await Promise.race([asking(job, lane, means, signal), cut]);
    // What was cut short says nothing about its host.
    if (own.aborted) return undefined;
    if (made === undefined || signal.aborted) return told('unknown', `No answer within ${limitMs / 1000} s.`);
    return encodedResult({ ...made, worker: o.name });
  } catch (error) {
    if (own.aborted) return undefined;
    return told('unknown', `The worker failed at it: ${(error as Error).message}`);
  }
}

const NOBODY: InventoryHost = { name: '?', address: '?', groups: [], tags: [] };

const hostOf = ({ name, address, port, user }: FleetJob): InventoryHost => ({
  name,
  address,
  ...(port === undefined ? {} : { port }),
  ...(user === undefined ? {} : { user }),
  groups: [],
  tags: [],
});

/** What is dialled has to be allowed; its name is what chooses among the settings of the worker's own ssh. */
function permitted({ name, address, question }: FleetJob, { allow, block }: FleetWorker): boolean {
  const any = (matchers: readonly Matcher[], text: string): boolean => matchers.some((means) => means(text));
  if (any(block, name) || any(block, address)) return false;
  // A check looks at what a name leads to before it dials.
  return allow.length === 0 || any(allow, address) || question.kind === 'check';
}

async function asking(job: FleetJob, lane: string, { o, check }: Means, signal: AbortSignal): Promise<FleetHost> {
  const host = hostOf(job);
  const { question } = job;
  const timeoutMs = Math.min(job.timeoutMs, o.mostMs);
  if (question.kind === 'check') {
    const never = job.block.flatMap((pattern) => matcherOf(pattern) ?? []);
    const named = o.allow.some((means) => means(job.address));
    const allowed = (address: string): boolean =>
      (named || o.allow.length === 0 || o.allow.some((means) => means(address))) &&
      ![...o.block, ...never].some((means) => means(address));
    const bounds = {
      connectMs: timeoutMs,
      greetingMs: timeoutMs,
      ...(job.family === undefined ? {} : { family: job.family }),
      allowed,
    };
    return await check(host, { bounds: { ...bounds, stops: stopsOf(signal) }, port: 22, signal });
  }
  const { told } = await lookAt(host, {
    what: question.kind,
    port: 22,
    ...lookFor(question),
    timeoutMs,
    signal,
    door: (one) => opened(o, lane, one),
  });
  return told;
}

function lookFor(question: Exclude<FleetJob['question'], { kind: 'check' }>): Pick<FleetLook, 'question' | 'judge'> {
  switch (question.kind) {
    case 'server':
      return { question: asksAbout(question), judge: judgeServer(asksAbout(question)) };
    case 'harden':
      return { question: {}, judge: judgeHarden(builtIn(question.profile), question.today) };
    case 'keys':
      return { question: { scope: 'keys' }, judge: judgeKeys({ ...question, now: Date.now() }) };
  }
}

const asksAbout = ({ user, from }: { readonly user?: string | undefined; readonly from?: string | undefined }) => ({
  ...(user === undefined ? {} : { user }),
  ...(from === undefined ? {} : { from }),
});

function opened(o: FleetWorker, lane: string, host: InventoryHost): Transport {
  if (!o.doors.includes(lane)) throw new LookError(`this worker has no door ${lane}`);
  return o.door(lane, host);
}
