import type { Three } from '../../model/trace.ts';
import type { Index } from './sets.ts';
import type { Wish } from './value.ts';

/** What rules ask of a packet, whichever tool wrote them. `other` is what is not known of any packet. */
export type FieldName =
  | 'saddr'
  | 'daddr'
  | 'sport'
  | 'dport'
  | 'l4proto'
  | 'nfproto'
  | 'ethertype'
  | 'iif'
  | 'oif'
  | 'mark'
  | 'ct mark'
  | 'ct state'
  | 'ct status'
  | 'ct direction'
  | 'ct original saddr'
  | 'ct original daddr'
  | 'ct original sport'
  | 'ct original dport'
  | 'ct reply saddr'
  | 'ct reply daddr'
  | 'ct reply sport'
  | 'ct reply dport'
  | 'tcp flags'
  | 'fib daddr'
  | 'fib saddr'
  | 'fib oif'
  | 'pkttype'
  | 'hour'
  | 'day'
  | 'time'
  | 'utc hour'
  | 'utc day'
  | 'utc time'
  | 'other';

export interface Field {
  readonly name: FieldName;
  /** As the vendor writes it. */
  readonly label: string;
  /** A packet of another family or protocol has no such field: the rule fails, also when the match is negated. */
  readonly of?: 'ip' | 'ip6' | 'none';
  /** Bits that are looked at. */
  readonly mask?: number | bigint;
  /** What would tell, where the field is never known. */
  readonly settle?: string;
}

/** `in`: one of the bits is set. `!`: none is. */
export type Operator = '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | '!';

/** One field, or several side by side, held against what a rule wants. */
export interface Test {
  readonly kind: 'test';
  readonly fields: readonly Field[];
  readonly op: Operator;
  /** Bits for `in` and `!`; else values, or the name of a set. */
  readonly wanted: readonly Wish[] | { readonly bits: number } | { readonly set: string } | { readonly index: Index };
  /** As the rule writes it; made a text only when somebody looks. */
  readonly shown: unknown;
}

/** A condition on how often something happened. On an idle server every limit is kept. */
export interface Limit {
  readonly kind: 'limit';
  /** Holds above the limit, instead of up to it. */
  readonly over: boolean;
  /** The mechanism: `limit`, `recent`, `connlimit`, `hashlimit`, `quota`, … */
  readonly what: string;
  readonly text: string;
  /** Named set that a packet is put into as well. */
  readonly writes?: string;
}

/** A condition that cannot be told from here, and the fact that would settle it. */
export interface Unsure {
  readonly kind: 'unsure';
  readonly text: string;
  readonly settle: string;
}

/** A choice by a key: verdict maps, and maps of marks, addresses and ports. */
export interface Choice<T> {
  readonly fields: readonly Field[];
  /** Keys and what they lead to, or the name of a map of the table. */
  readonly among: { readonly keys: Index; readonly values: readonly T[] } | { readonly map: string };
}

export type Value<T> = T | Choice<T> | { readonly unknown: string };

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'reject'; readonly how: string; readonly of?: 'ip' | 'ip6' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** Something that ends the walk in a way that is not modelled. */
  | { readonly kind: 'leave'; readonly text: string };

/** Another destination: an address and port, `self` for the address of the interface. */
export interface Translate {
  readonly kind: 'translate';
  readonly of?: 'ip' | 'ip6';
  readonly address?: Value<string> | 'self';
  readonly port?: Value<number>;
  /** Address and port by one key. */
  readonly both?: Value<readonly [string, number]>;
}

export type Effect =
  | Translate
  /** `(mark & and) ^ xor`; from the other kind of mark where `from` says so. */
  | {
      readonly kind: 'mark';
      readonly target: 'mark' | 'ct mark';
      readonly from?: 'mark' | 'ct mark';
      readonly and: number;
      readonly xor: Value<number>;
    }
  | { readonly kind: 'untrack' }
  /** The source is rewritten; what later rules see of it is not known. */
  | { readonly kind: 'source' }
  | { readonly kind: 'write'; readonly set: string };

export type Statement =
  | Test
  | Limit
  | Unsure
  | Verdict
  | Effect
  | { readonly kind: 'vmap'; readonly choice: Choice<Verdict> };

export interface Rule {
  readonly statements: readonly Statement[];
  readonly text: string;
  readonly section: string;
  /** 1-based line of `section`. */
  readonly line?: number | undefined;
  /** Of nft(8). */
  readonly handle?: number;
  /** Packets that it has counted. */
  readonly packets?: number;
}

export interface Chain {
  /** `inet`, `ip`, `ip6`, `netdev`. */
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly rules: readonly Rule[];
  /** For base chains. */
  readonly hook?: string;
  /** nat chains see only what begins a connection, and all run at one place. */
  readonly nat?: boolean;
  readonly priority?: number;
  readonly policy?: 'accept' | 'drop';
  /** Interfaces that a chain of the ingress or egress hook hangs on; `undefined` when the listing does not say. */
  readonly devices?: readonly string[] | undefined;
  /** Its table is asleep: no packet comes here, but conntrack is asked for all the same. */
  readonly dormant?: boolean;
  readonly section: string;
  readonly line?: number | undefined;
}

/** A set or map of nft(8) or ipset(8). */
export interface NamedSet {
  readonly index: Index;
  /** For maps. */
  readonly values?: readonly unknown[];
  /** Rules put elements in or take them out. */
  readonly written: boolean;
  /** Of ipset: what each dimension is, and the family of its addresses. */
  readonly dimensions?: readonly string[];
  readonly of?: 'ip' | 'ip6';
  /** Of ipset's list:set. */
  readonly members?: readonly string[];
}

/** What of the machine the way of a packet depends on. What is not known is absent. */
export interface Host {
  readonly addresses?: readonly { readonly device: string; readonly address: string }[];
  /** Interface by which packets to this client leave, or why they do not. */
  readonly back?: { readonly to: string; readonly device?: string; readonly refused?: string };
  /** Longest prefix first. */
  readonly routes?: readonly { readonly network: Wish; readonly device: string }[];
  /** rp_filter is strict on this interface (ip-sysctl, rp_filter). */
  readonly strict?: readonly string[];
  /** The server's clock, epoch seconds, and what its zone adds to it. */
  readonly now?: number;
  readonly zone?: number;
}

export interface Ruleset {
  readonly chains: readonly Chain[];
  /** By "family table name"; those of ipset by "ipset name". */
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly host: Host;
  /** What else may decide about a packet and shows in no ruleset. */
  readonly blind: readonly string[];
}

/** A connection that is asked about: its first packet, as the server meets it. */
export interface Question {
  readonly from: string;
  /** The server's address that is dialled, where known. */
  readonly to?: string;
  readonly port: number;
  readonly sport?: number;
  /** Interface that it comes in by, where known. */
  readonly iif?: string;
  /** Every limit is kept, and dynamic sets hold what they held when they were listed. Default true. */
  readonly idle?: boolean;
}

export type { Three };

export function isV6(address: string): boolean {
  return address.includes(':');
}
