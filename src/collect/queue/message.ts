import { createHash } from 'node:crypto';
import { isAddress } from '../../facts/inventory/endpoint.ts';
import { cut } from '../../model/cut.ts';
import type { FleetHost } from '../../model/fleet.ts';
import { type FleetJob, fleetJobSchema, fleetResultSchema } from '../../model/fleet-work.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { fewerWays } from '../../reason/fleet/host-keys.ts';
import { matcherOf } from '../../reason/fleet/select.ts';

/** What a message may come to, bytes: the broker holds as many as a window has, and whoever may publish could send more. */
export const MOST = { job: 20 << 10, result: 64 << 10, sentence: 2000 } as const;

/** What tells the hosts of a run apart, as one token of a subject. */
export const hostKey = ({ name, address, port }: Pick<InventoryHost, 'name' | 'address' | 'port'>): string =>
  createHash('sha256')
    .update(`${name}\0${address}\0${port ?? ''}`)
    .digest('base64url')
    .slice(0, 24);
/** So many findings stay before ways in are left out. */
const FOUND_LEAST = 20;
export const KEY = /^[A-Za-z0-9_-]{24}$/;

/** A job as it is sent, or what of it can not be sent: the same is looked at here as where it is taken. */
export function encodedJob(job: FleetJob): Uint8Array | string {
  const data = Buffer.from(JSON.stringify(job));
  const read = decodedJob(data);
  return typeof read === 'string' ? read : data;
}

/** The job in a message, or why there is none. Whatever could publish may have made it. */
export function decodedJob(data: Uint8Array): FleetJob | string {
  if (data.length > MOST.job) return `it has ${data.length} bytes, more than a job has`;
  const value = parsed(data);
  if (value === undefined) return 'it is no JSON';
  if ((value as { v?: unknown } | null)?.v !== 1) return 'it is of a form that this version does not know';
  const read = fleetJobSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `its ${(issue?.path ?? []).join('.').slice(0, 60) || 'shape'} is not what a job has`;
  }
  const { address, name, block } = read.data;
  // `%` begins a token in ssh's configuration; only the zone of an IPv6 address needs it.
  for (const [what, text] of [
    ['address', address],
    ['name', name],
  ] as const)
    if (!isAddress(text) || (text.includes('%') && !text.includes(':'))) return `its ${what} is none`;
  return block.some((pattern) => matcherOf(pattern) === undefined) ? 'its block has what is no pattern' : read.data;
}

/**
 * A result as it is sent. What makes it too long is left out: what is held against other hosts first, then findings from the end but
 * for some, then ways in by half of them; its sentence says so.
 */
export function encodedResult(host: FleetHost): Uint8Array {
  const { facts, keys: all, ...rest } = host;
  const says = cut(host.says, MOST.sentence);
  const found = host.found.map((one) => ({ ...one, says: cut(one.says, MOST.sentence) }));
  const lean = { ...rest, ...(host.server === undefined ? {} : { server: cut(host.server, MOST.sentence) }) };
  const ways = all === undefined ? {} : { keys: all };
  const whole = sent({ ...lean, ...ways, ...(facts === undefined ? {} : { facts }), found, says });
  if (whole.length <= MOST.result) return whole;
  const compared = facts === undefined ? [] : ['what is held against other hosts'];
  let [kept, keys] = [found.length, all];
  for (;;) {
    const findings = kept < found.length ? [`${found.length - kept} of ${found.length} findings`] : [];
    const fewer = keys === all ? [] : ['some of its keys'];
    const left = [...findings, ...fewer, ...compared].join(' and ');
    const data = sent({
      ...lean,
      // Ways in that are not told are not known: whoever reads it must not take the host for well.
      ...(keys !== all && host.outcome === 'open' ? { outcome: 'unknown' as const } : {}),
      ...(keys === undefined ? {} : { keys }),
      found: found.slice(0, kept),
      says: left === '' ? says : `${says} (left out: ${left})`,
    });
    if (data.length <= MOST.result) return data;
    const half: FleetHost['keys'] = kept > FOUND_LEAST ? undefined : keys && fewerWays(keys);
    if (half !== undefined) keys = half;
    else if (kept === 0) return data;
    else kept = Math.floor(kept / 2);
  }
}

const sent = (host: FleetHost): Uint8Array => Buffer.from(JSON.stringify({ v: 1, host }));

/** The answer in a message, or why there is none. */
export function decodedResult(data: Uint8Array): FleetHost | string {
  if (data.length > MOST.result) return `it has ${data.length} bytes, more than a result has`;
  const read = fleetResultSchema.safeParse(parsed(data));
  // Names of causes and controls are shown as they are.
  const known = read.success && read.data.host.found.every(({ id }) => /^[\w/.@:-]{1,200}$/.test(id));
  return known ? read.data.host : 'it is no result that this version knows';
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
