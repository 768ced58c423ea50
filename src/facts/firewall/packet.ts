import type { Field, Host } from './model.ts';
import { type Got, parseAddress, type Span } from './value.ts';

/** What may change on the way. */
export interface State {
  readonly saddr: number | bigint | undefined;
  readonly daddr: number | bigint | undefined;
  readonly sport: number | Span;
  readonly dport: number | Span | undefined;
  readonly mark: number | undefined;
  readonly ctMark: number | undefined;
  /** Not followed by conntrack. */
  readonly untracked: boolean;
  /** The connection has another destination than its first packet had. */
  readonly translated: boolean;
  /** A chain of nat has said where it goes, be it where it went already: no other is asked. */
  readonly mapped: boolean;
  /** Sets that a rule has written on the way. */
  readonly written: string;
  /** Told apart by this. */
  readonly key: string;
}

/** What does not change while the packet is at one place. */
export interface Place {
  readonly hook: string;
  /** Where conntrack stands: it has not seen the packet yet, it has, or it cannot be said (its own priority). */
  readonly tracking: 'before' | 'at' | 'after';
  readonly v6: boolean;
  readonly reply: boolean;
  /** The connection's first packet was followed by conntrack. */
  readonly known: boolean;
  /** Empty: none at this hook, which is a name like any other (nft_meta_store_ifname()). */
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly original: {
    readonly saddr: number | bigint;
    readonly daddr: number | bigint | undefined;
    readonly sport: number | Span;
    readonly dport: number;
  };
  readonly host: Host;
  readonly idle: boolean;
}

/** Where a client's system takes ports for outgoing connections; ssh(1) has no way to ask for a privileged one. */
export const EPHEMERAL: Span = { low: 1024, high: 65535 };

/** The same state with something changed. */
export function changed(state: State, change: Partial<State>): State {
  const next = { ...state, ...change };
  const sport = typeof next.sport === 'number' ? next.sport : '';
  const key = `${next.saddr} ${next.daddr} ${sport} ${typeof next.dport === 'object' ? '' : next.dport} ${next.mark} ${next.ctMark} ${next.untracked} ${next.translated} ${next.mapped} ${next.written}`;
  return { ...next, key };
}

/** Bits of `ct state` (nf_conntrack_common.h). */
export const CT_STATE = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;
/** Bits of `ct status`; of the others nothing is known. */
export const CT_STATUS = { expected: 1, 'seen-reply': 2, assured: 4, confirmed: 8, snat: 16, dnat: 32 } as const;

function ctState(place: Place, state: State): number | undefined {
  if (state.untracked) return CT_STATE.untracked;
  if (place.tracking !== 'after') return place.tracking === 'before' ? CT_STATE.invalid : undefined;
  // An answer to a packet that conntrack was kept from seeing begins nothing (tcp_new(), nf_conntrack_proto_tcp.c).
  if (place.reply) return place.known ? CT_STATE.established : CT_STATE.invalid;
  return CT_STATE.new;
}

/** Value of a field of conntrack other than the state: there is none before conntrack, and without it. */
function ofConnection(place: Place, state: State, value: Got): Got {
  if (state.untracked || place.tracking === 'before' || (place.reply && !place.known)) return null;
  return place.tracking === 'at' ? undefined : value;
}

const isLocal = (host: Host, address: number | bigint): boolean | undefined => {
  if (typeof address === 'number' ? Math.floor(address / 2 ** 24) === 127 : address === 1n) return true;
  return host.addresses?.some((own) => parseAddress(own.address) === address);
};

/** Type of an address as the routing table sees it; `elsewhere` stands for everything that is not this machine's. */
function addressType(place: Place, address: number | bigint | undefined, state: State): Got {
  // Whichever address was dialled, it is one of this machine's.
  if (address === undefined) return !place.reply && !state.translated ? 'local' : undefined;
  const local = isLocal(place.host, address);
  if (local) return 'local';
  if (local === undefined) return undefined;
  if (typeof address === 'number' && address >= 0xe0000000) return address === 0xffffffff ? 'broadcast' : 'multicast';
  return address === place.original.saddr && place.host.back?.device !== undefined ? 'unicast' : 'elsewhere';
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** What this packet has in a field. */
export function gotOf(field: Field, place: Place, state: State): Got {
  if (field.of === 'none' || (field.of === 'ip' && place.v6) || (field.of === 'ip6' && !place.v6)) return null;
  const { original, host } = place;
  switch (field.name) {
    case 'saddr':
      return state.saddr;
    case 'daddr':
      return state.daddr;
    case 'sport':
      return state.sport;
    case 'dport':
      return state.dport;
    case 'l4proto':
      return 6;
    case 'nfproto':
      return place.v6 ? 'ipv6' : 'ipv4';
    case 'ethertype':
      return place.v6 ? 'ip6' : 'ip';
    case 'iif':
      return place.iif;
    case 'oif':
      return place.oif;
    case 'mark':
      return state.mark;
    case 'ct mark':
      return ofConnection(place, state, state.ctMark);
    case 'ct state':
      return ctState(place, state);
    case 'ct status': {
      const own =
        (state.translated ? CT_STATUS.dnat : 0) | (place.reply ? CT_STATUS['seen-reply'] | CT_STATUS.confirmed : 0);
      return ofConnection(place, state, own);
    }
    case 'ct direction':
      return ofConnection(place, state, place.reply ? 'reply' : 'original');
    case 'ct original saddr':
      return ofConnection(place, state, original.saddr);
    case 'ct original daddr':
      return ofConnection(place, state, original.daddr);
    case 'ct original sport':
      return ofConnection(place, state, original.sport);
    case 'ct original dport':
      return ofConnection(place, state, original.dport);
    case 'ct reply saddr':
      return ofConnection(place, state, place.reply ? state.saddr : state.daddr);
    case 'ct reply daddr':
      return ofConnection(place, state, original.saddr);
    case 'ct reply sport':
      return ofConnection(place, state, place.reply ? state.sport : state.dport);
    case 'ct reply dport':
      return ofConnection(place, state, original.sport);
    case 'tcp flags':
      return place.reply ? 0x12 : 0x02;
    case 'fib daddr':
      return addressType(place, state.daddr, state);
    case 'fib saddr':
      return state.saddr === undefined ? undefined : addressType(place, state.saddr, state);
    case 'fib oif':
      // Whether the way back leads out where the packet came in.
      if (place.reply || host.back?.device === undefined || place.iif === undefined) return undefined;
      return host.back.device === place.iif ? `dev ${place.iif}` : undefined;
    case 'pkttype':
      return place.reply ? undefined : 'host';
    case 'hour':
      return host.now === undefined ? undefined : (host.now + (host.zone ?? 0)) % 86_400;
    case 'day':
      // Whether the kernel keeps the machine's zone is not collected; in UTC it makes no difference.
      return host.now === undefined || host.zone !== 0 ? undefined : DAYS[(Math.floor(host.now / 86_400) + 4) % 7];
    case 'time':
      return host.now === undefined ? undefined : host.now + (host.zone ?? 0);
    case 'utc hour':
      return host.now === undefined ? undefined : host.now % 86_400;
    case 'utc day':
      return host.now === undefined ? undefined : DAYS[(Math.floor(host.now / 86_400) + 4) % 7]?.slice(0, 3);
    case 'utc time':
      return host.now;
    case 'other':
      return undefined;
  }
}
