import { createHash } from 'node:crypto';
import { isAddress } from '../../facts/inventory/endpoint.ts';
import type { FleetHost } from '../../model/fleet.ts';
import { type FleetJob, fleetJobSchema, fleetResultSchema } from '../../model/fleet-work.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { matcherOf } from '../../reason/fleet/select.ts';
import { cut } from '../../report/escape.ts';

/** What a message may come to, bytes: the broker holds as many as a window has, and whoever may publish could send more. */
export const MOST = { job: 20 << 10, result: 64 << 10, sentence: 2000 } as const;

/** What tells the hosts of a run apart, as one token of a subject. */
export const hostKey = ({ name, address, port }: Pick<InventoryHost, 'name' | 'address' | 'port'>): string =>
  createHash('sha256')
    .update(`${name}\0${address}\0${port ?? ''}`)
    .digest('base64url')
    .slice(0, 24);
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

/** A result as it is sent. What makes it too long is left out, what is held against other hosts first, then findings from the end; its sentence says so. */
export function encodedResult(host: FleetHost): Uint8Array {
  const { facts, ...rest } = host;
  const says = cut(host.says, MOST.sentence);
  const found = host.found.map((one) => ({ ...one, says: cut(one.says, MOST.sentence) }));
  const lean = { ...rest, ...(host.server === undefined ? {} : { server: cut(host.server, MOST.sentence) }) };
  const whole = sent({ ...lean, ...(facts === undefined ? {} : { facts }), found, says });
  if (whole.length <= MOST.result) return whole;
  const compared = facts === undefined ? [] : ['what is held against other hosts'];
  for (let kept = found.length; ; kept = Math.floor(kept / 2)) {
    const findings = kept < found.length ? [`${found.length - kept} of ${found.length} findings`] : [];
    const left = [...findings, ...compared].join(' and ');
    const data = sent({
      ...lean,
      found: found.slice(0, kept),
      says: left === '' ? says : `${says} (left out: ${left})`,
    });
    if (data.length <= MOST.result || kept === 0) return data;
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
