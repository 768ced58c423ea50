import type { Attempt } from '../../model/attempt.ts';
import type { Three } from '../../model/trace.ts';
import type { Route } from '../client/route.ts';
import type { Tcp } from '../client/tcp.ts';
import { parseAddress } from '../firewall/value.ts';

/** Disjunction: one that holds is enough; one that cannot be told leaves it open. */
export function some(answers: Iterable<Three>): Three {
  let unsure = false;
  for (const answer of answers) {
    if (answer === true) return true;
    if (answer === undefined) unsure = true;
  }
  return unsure ? undefined : false;
}

/** Conjunction. */
export function every(answers: Iterable<Three>): Three {
  let unsure = false;
  for (const answer of answers) {
    if (answer === false) return false;
    if (answer === undefined) unsure = true;
  }
  return unsure ? undefined : true;
}

/** Who connects, as the cloud sees it. */
export interface Peer {
  /** Absent behind an address translation, or when nobody in particular is asked about. */
  readonly address?: string;
  /** Without an address: it is at least known to be a public one. */
  readonly isPublic?: true;
  readonly family?: 4 | 6;
}

/** The connection that a cloud is asked about. */
export interface Call {
  readonly peer: Peer;
  /** The address may have been translated on the way, so that only what holds for every address is certain. */
  readonly translated: boolean;
  /** The address is one of this client's own, so that its ports are those of this client's kernel. */
  readonly own: boolean;
  readonly port: number;
  /** Addresses that were dialled. */
  readonly to: readonly string[];
  /** `silent`: it was tried and nothing answered. `answered`: something did. `untried`. */
  readonly met: 'silent' | 'answered' | 'untried';
}

/** Special-purpose ranges (RFC 6890) that no packet from the internet comes from. */
const INTERNAL = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
];

interface Net {
  readonly family: 4 | 6;
  readonly base: bigint | number;
  readonly bits: number;
}

/** A dotted quad as a number; the way of nearly all ranges, and answers may hold a hundred thousand of them. */
function quad(text: string): number | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!found) return undefined;
  let sum = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(found[i]);
    if (part > 255) return undefined;
    sum = sum * 256 + part;
  }
  return sum;
}

function parseNet(text: string): Net | undefined {
  const slash = text.indexOf('/');
  const word = (slash < 0 ? text : text.slice(0, slash)).trim();
  const digits = slash < 0 ? undefined : text.slice(slash + 1).trim();
  const four = quad(word);
  const base = four ?? (word.includes(':') ? parseAddress(word) : undefined);
  if (base === undefined) return undefined;
  const most = four === undefined ? 128 : 32;
  const bits = digits === undefined ? most : /^\d{1,3}$/.test(digits) ? Number(digits) : -1;
  return bits < 0 || bits > most ? undefined : { family: four === undefined ? 6 : 4, base, bits };
}

/** Whether the outer range holds the inner one whole. */
function covers(outer: Net, inner: Net): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  if (typeof outer.base === 'number' && typeof inner.base === 'number') {
    const size = 2 ** (32 - outer.bits);
    return Math.floor(outer.base / size) === Math.floor(inner.base / size);
  }
  const shift = BigInt(128 - outer.bits);
  return BigInt(outer.base) >> shift === BigInt(inner.base) >> shift;
}

const internal = INTERNAL.flatMap((text) => parseNet(text) ?? []);

/** Whether an address is of the kind that is not routed on the internet. */
export function isInternal(address: string): boolean {
  const net = parseNet(address);
  return net !== undefined && internal.some((outer) => covers(outer, net));
}

const isAddress = (text: string): boolean => !text.includes('/') && parseNet(text) !== undefined;

export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** Whether the peer is in a range (`a.b.c.d/n`, an address, or their IPv6 forms); not to be told of a text that is none. */
export function inRange(peer: Peer, range: string): Three {
  const net = parseNet(range);
  if (!net) return undefined;
  if (peer.address !== undefined) {
    const one = parseNet(peer.address.replace(/^::ffff:(?=\d+\.)/i, ''));
    return one && covers(net, one);
  }
  if (peer.family !== undefined && peer.family !== net.family) return false;
  if (net.bits === 0) return true;
  if (peer.isPublic && internal.some((outer) => covers(outer, net))) return false;
  return undefined;
}

/** Whether the peer comes from the internet, and so is none of the machines inside. */
export function isOutside({ address, isPublic }: Peer): Three {
  return isPublic ? true : address === undefined ? undefined : !isInternal(address);
}

/** How the peer is shown in a trace; nothing where nothing is known of it. */
export function peerText({ address, isPublic }: Peer): string | undefined {
  return address ?? (isPublic ? 'a public address that is not known here' : undefined);
}

/** What the cloud is asked, from what the client tried and where its packets come from. */
export function callOf(attempt: Attempt, tcp?: Tcp, routes?: readonly Route[]): Call {
  const probes = tcp?.probes ?? [];
  const silent = probes.filter(({ outcome }) => outcome === 'timed-out');
  const met = probes.length === 0 ? 'untried' : silent.length === probes.length ? 'silent' : 'answered';
  const asked = attempt.host !== undefined && isAddress(attempt.host) ? [attempt.host] : [];
  const to =
    silent.length > 0
      ? silent.map(({ address }) => address)
      : probes.length > 0
        ? probes.map(({ address }) => address)
        : asked;
  const port = attempt.port ?? probes[0]?.port ?? 22;
  const [dialled] = to;
  const family = dialled === undefined ? undefined : familyOf(dialled);
  const own = new Set([...(routes ?? []).map(({ source }) => source), ...probes.map(({ local }) => local)]);
  const fits = (address: string | undefined): address is string =>
    address !== undefined && (family === undefined || familyOf(address) === family);
  const source = routes?.find(({ address }) => address === dialled)?.source;
  const from = fits(attempt.from) ? attempt.from : fits(source) ? source : undefined;
  const common = { port, to, met } as const;
  const inFamily = family === undefined ? {} : { family };
  if (from === undefined)
    return {
      ...common,
      peer: { ...inFamily, ...(dialled !== undefined && !isInternal(dialled) ? { isPublic: true } : {}) },
      translated: false,
      own: false,
    };
  if (isInternal(from) && dialled !== undefined && !isInternal(dialled))
    return { ...common, peer: { ...inFamily, isPublic: true }, translated: false, own: false };
  // An address of our own from a private range may still be translated on the way to a private network.
  const mine = own.has(from);
  return { ...common, peer: { address: from, ...inFamily }, translated: isInternal(from) && mine, own: mine };
}
