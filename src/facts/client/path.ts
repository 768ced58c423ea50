import { section } from '../source.ts';
import { firstLineOf, type Json, maybe, member, needed, num, object, objects, str } from './json.ts';

/** One ICMP message (RFC 792, RFC 4443). */
export interface Icmp {
  readonly from: string;
  readonly kind: 'time-exceeded' | 'host-unreachable' | 'net-unreachable' | 'port-unreachable' | 'prohibited' | 'other';
}

export interface Hop {
  readonly ttl: number;
  /** What came back for a datagram with this TTL, and for a SYN to the asked port. */
  readonly udp?: Icmp;
  readonly tcp?: Icmp;
}

/** The way to an address whose port did not open. */
export interface Path {
  readonly address: string;
  readonly port: number;
  readonly hops: readonly Hop[];
  /** TTL at which the address itself answered a datagram. */
  readonly distance?: number;
  /** SYNs were sent with every TTL up to this one; each of these ends at a router that is known to be there. */
  readonly asked: number;
  /** Who refused the port. */
  readonly answer?: Icmp;
  readonly line?: number;
}

const V4: Readonly<Record<string, Icmp['kind']>> = {
  '11.0': 'time-exceeded',
  '3.0': 'net-unreachable',
  '3.1': 'host-unreachable',
  '3.3': 'port-unreachable',
  '3.9': 'prohibited',
  '3.10': 'prohibited',
  '3.13': 'prohibited',
};

const V6: Readonly<Record<string, Icmp['kind']>> = {
  '3.0': 'time-exceeded',
  '1.0': 'net-unreachable',
  '1.1': 'prohibited',
  '1.3': 'host-unreachable',
  '1.4': 'port-unreachable',
  '1.5': 'prohibited',
  '1.6': 'prohibited',
};

function icmp(from: Json, v6: boolean): Icmp | undefined {
  const who = str(from, 'from');
  if (who === undefined) return undefined;
  return { from: who, kind: (v6 ? V6 : V4)[`${num(from, 'type')}.${num(from, 'code')}`] ?? 'other' };
}

export const path = section<readonly Path[]>(
  'client',
  'path',
  'which routers answer on the way to a port that did not open (RFC 792, RFC 4443; ip(7), IP_RECVERR)',
  (text) => {
    const start = firstLineOf(text ?? '', 'probes');
    return objects(object(text), 'probes').map((from, index) => {
      const address = needed(str(from, 'address'), 'address');
      const v6 = address.includes(':');
      return {
        address,
        port: needed(num(from, 'port'), 'port'),
        hops: objects(from, 'hops').map((hop) => ({
          ttl: num(hop, 'ttl') ?? 0,
          ...maybe('udp', icmp(member(hop, 'udp'), v6)),
          ...maybe('tcp', icmp(member(hop, 'tcp'), v6)),
        })),
        ...maybe('distance', num(from, 'distance')),
        asked: num(from, 'asked') ?? 0,
        ...maybe('answer', icmp(member(from, 'answer'), v6)),
        ...maybe('line', start === undefined ? undefined : start + index),
      };
    });
  },
);

/** The TTL at which a router stands, by what it said of a packet that ended there. */
export function routerAt({ hops }: Path, address: string): number | undefined {
  return hops.find(({ udp, tcp }) => [udp, tcp].some((said) => said?.kind === 'time-exceeded' && said.from === address))
    ?.ttl;
}

/** Where the SYN was last seen, and the next router, which forwards datagrams but saw nothing of the SYN. */
export interface Lost {
  readonly last?: string;
  readonly next: string;
}

/**
 * A SYN that ends before a router which is there: something keeps it on the way. Undefined when every router that was
 * asked saw it, or a later one did.
 */
export function lostOnTheWay({ hops, asked }: Path): Lost | undefined {
  const seen = hops.filter(({ tcp }) => tcp?.kind === 'time-exceeded');
  const last = seen.at(-1);
  const next = hops.find(
    ({ ttl, udp, tcp }) => ttl <= asked && ttl > (last?.ttl ?? 0) && udp?.kind === 'time-exceeded' && tcp === undefined,
  );
  if (next?.udp === undefined) return undefined;
  return { next: next.udp.from, ...maybe('last', last?.tcp?.from) };
}
