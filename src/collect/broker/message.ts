import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Batch, WatchEvent } from '../../model/watch.ts';

/** Events of one host that travel together, in the order of their sources. */
export interface Parcel {
  readonly host: string;
  readonly events: readonly WatchEvent[];
  readonly lines: Batch['lines'];
}

/** Of one message: so many events, so many bytes of JSON before they are packed. */
export const MOST = { events: 1000, bytes: 512 << 10 } as const;
/** What a message may come to when it is unpacked: whoever may publish could send a bomb. */
const UNPACKED_MAX = 8 << 20;
/** A field of an event that is longer is cut: one event has to fit into a message, whatever somebody made sshd log. */
const FIELD_MAX = 16 << 10;

/**
 * How many parts the hosts are divided into: one consumer has a part at a time, and so sees all of a host. Part of what is
 * agreed between agents and consumers of all versions, like the subjects.
 */
export const PARTS = 16;

export const partOf = (host: string): number => (createHash('sha256').update(host).digest()[0] ?? 0) % PARTS;

/** Beside the parts of the hosts: what is seen across all of them. Its owner alone makes incidents. */
export const ACROSS = PARTS;

export const partName = (part: number): string => String(part).padStart(2, '0');

/** A host as one token of a subject, where `.`, `*`, `>` and blanks mean something. Long ones are cut and told apart by a hash. */
export function hostToken(host: string): string {
  const escaped = [...Buffer.from(host, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9_-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  if (escaped.length <= 120) return escaped || '%';
  return `${escaped.slice(0, 80)}%${createHash('sha256').update(host).digest('hex').slice(0, 16)}`;
}

/** Names a parcel by what is in it, so that sending it again is known for what it is. */
export function parcelId({ host, events, lines }: Parcel): string {
  const hash = createHash('sha256').update(JSON.stringify([host, lines]));
  for (const { id } of events) hash.update(`\n${id}`);
  return hash.digest('base64url').slice(0, 27);
}

export const packed = (value: object): Uint8Array => gzipSync(JSON.stringify({ v: 1, ...value }), { level: 1 });

export const encoded = (parcel: Parcel): Uint8Array => packed(parcel);

/** A batch as parcels that are small enough: host by host, in order. The lines that were read are counted with the first. */
export function parcelsOf(batch: Batch, ownHost: string): readonly Parcel[] {
  const made: { host: string; events: WatchEvent[]; bytes: number }[] = [];
  const open = new Map<string, (typeof made)[number]>();
  for (const event of batch.events.map(cut)) {
    const bytes = Buffer.byteLength(JSON.stringify(event));
    let parcel = open.get(event.host);
    if (parcel === undefined || parcel.events.length >= MOST.events || parcel.bytes + bytes > MOST.bytes) {
      parcel = { host: event.host, events: [], bytes: 0 };
      open.set(event.host, parcel);
      made.push(parcel);
    }
    parcel.events.push(event);
    parcel.bytes += bytes;
  }
  if (made.length === 0) return batch.lines.all === 0 ? [] : [{ host: ownHost, events: [], lines: batch.lines }];
  const none = { all: 0, unparsed: 0, other: 0 };
  return made.map(({ host, events }, index) => ({ host, events, lines: index === 0 ? batch.lines : none }));
}

function cut(event: WatchEvent): WatchEvent {
  const long = Object.entries(event).filter(([, value]) => typeof value === 'string' && value.length > FIELD_MAX);
  return long.length === 0
    ? event
    : { ...event, ...Object.fromEntries(long.map(([name, value]) => [name, `${value.slice(0, FIELD_MAX)}…`])) };
}

const TEXTS = ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file'] as const;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** ECMA-262: times beyond this are no times. */
export const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8.64e15;

/** What `packed` made, or why it is not. */
export function unpacked(data: Uint8Array): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(gunzipSync(data, { maxOutputLength: UNPACKED_MAX }).toString('utf8'));
  } catch (error) {
    return `it is no packed JSON: ${(error as Error).message.slice(0, 100)}`;
  }
  const found = (value ?? {}) as Record<string, unknown>;
  return found['v'] === 1 ? found : 'it is of a form that this version does not know';
}

/** The parcel in a message, or why there is none. Whatever could publish may have made it. */
export function decoded(data: Uint8Array): Parcel | string {
  const found = unpacked(data);
  if (typeof found === 'string') return found;
  const { host, events, lines } = found;
  if (typeof host !== 'string' || !Array.isArray(events) || events.length > MOST.events)
    return 'it has no host or no events';
  const { all, unparsed, other } = (lines ?? {}) as Record<string, unknown>;
  if (!isCount(all) || !isCount(unparsed) || !isCount(other)) return 'it does not say how many lines were read';
  const read = events.map(eventIn);
  const bad = read.indexOf(undefined);
  if (bad !== -1) return `event ${bad + 1} of it is none`;
  return { host, events: read as WatchEvent[], lines: { all, unparsed, other } };
}

/** The event that this is, with nothing else in it; undefined when it is none. */
export function eventIn(value: unknown): WatchEvent | undefined {
  const { id, at, host, type, outcome, pid, forged, ...rest } = (value ?? {}) as Record<string, unknown>;
  if (
    typeof id !== 'string' ||
    id === '' ||
    typeof host !== 'string' ||
    typeof type !== 'string' ||
    typeof outcome !== 'string'
  )
    return undefined;
  if (!isTime(at) || (pid !== undefined && !isCount(pid))) return undefined;
  const texts = TEXTS.filter((name) => rest[name] !== undefined);
  if (texts.some((name) => typeof rest[name] !== 'string')) return undefined;
  return {
    id,
    at,
    host,
    type,
    outcome,
    ...Object.fromEntries(texts.map((name) => [name, rest[name]])),
    ...(isCount(pid) && { pid }),
    ...(forged === true && { forged }),
  };
}
