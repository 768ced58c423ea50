import type { Field } from './model.ts';
import { parseAddress, parseNetwork, type Wish } from './value.ts';

export type Json = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const PROTOCOLS: Readonly<Record<string, number>> = {
  ip: 0,
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
};
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  https: 443,
};
const BITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ct state': { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 },
  'ct status': { expected: 1, 'seen-reply': 2, assured: 4, confirmed: 8, snat: 16, dnat: 32, dying: 512 },
  'tcp flags': { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 },
};

const clockOf = (text: string): number | undefined => {
  const found = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  return found ? Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3] ?? 0) : undefined;
};

/** One value of a field as nft prints it: a number where the field has numbers; `undefined` when it cannot be read. */
function scalar({ name }: Field, value: unknown): number | bigint | string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (/addr$/.test(name)) return name.startsWith('fib') ? String(value) : parseAddress(String(value));
  const bits = BITS[name];
  if (bits) return typeof value === 'number' ? value : bitsOf(name, value);
  if (name === 'hour') return typeof value === 'number' ? value : clockOf(String(value));
  if (name === 'time') {
    const at = typeof value === 'number' ? value * 1000 : Date.parse(`${String(value).replace(' ', 'T')}Z`);
    return Number.isFinite(at) ? at / 1000 : undefined;
  }
  if (['iif', 'oif', 'nfproto', 'ethertype', 'ct direction', 'pkttype', 'day'].includes(name))
    return typeof value === 'string' ? value : undefined;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value)) return Number(value);
  if (name === 'l4proto') return PROTOCOLS[value];
  return /port$/.test(name) ? SERVICES[value] : undefined;
}

/** Names of flags, one or several, as the bits that they are. */
export function bitsOf(name: Field['name'], value: unknown): number | undefined {
  const list: unknown[] = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value['|'])
      ? value['|'].flatMap((one: unknown) => (isObject(one) && Array.isArray(one['|']) ? one['|'] : [one]))
      : [value];
  let sum = 0;
  for (const one of list) {
    const bit = typeof one === 'number' ? one : BITS[name]?.[String(one)];
    if (bit === undefined) return undefined;
    sum |= bit;
  }
  return sum;
}

/** What a right side or an element of a set wants of one field; `undefined` when that cannot be read. */
export function wishOf(field: Field, value: unknown): Wish | undefined {
  if (value === '*' && field.name !== 'iif' && field.name !== 'oif') return { word: '*' };
  if (field.name === 'fib oif' && typeof value !== 'boolean') return { word: `dev ${String(value)}` };
  if (isObject(value)) {
    const { prefix, range, elem } = value;
    if (isObject(elem)) return wishOf(field, elem['val']);
    if (isObject(prefix)) return parseNetwork(`${prefix['addr']}/${prefix['len']}`);
    if (Array.isArray(range)) {
      const [low, high] = [scalar(field, range[0]), scalar(field, range[1])];
      return low === undefined || high === undefined || typeof low === 'string' || typeof high === 'string'
        ? undefined
        : { low, high };
    }
    if (!('|' in value)) return undefined;
  }
  if (typeof value === 'string' && value.includes('/') && /addr$/.test(field.name)) return parseNetwork(value);
  const one = scalar(field, value);
  if (one === undefined) return undefined;
  return typeof one === 'string' ? { word: one } : { low: one, high: one };
}

/** One element, a wish for each field; `undefined` when it cannot be read. */
export function elementOf(fields: readonly Field[], value: unknown): readonly Wish[] | undefined {
  const inner = isObject(value) && isObject(value['elem']) ? value['elem']['val'] : value;
  const parts = isObject(inner) && Array.isArray(inner['concat']) ? inner['concat'] : [inner];
  if (inner === '*' && fields.length > 1) return fields.map(() => ({ word: '*' }));
  if (parts.length !== fields.length) return undefined;
  const wishes: Wish[] = [];
  for (const [i, part] of parts.entries()) {
    const wish = wishOf(fields[i] as Field, part);
    if (!wish) return undefined;
    wishes.push(wish);
  }
  return wishes;
}
