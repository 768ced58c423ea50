/** A new TCP connection's first packet, as the server meets it. */
export interface Syn {
  readonly from: string;
  /** The server's address that is dialled, where known. */
  readonly to?: string;
  readonly port: number;
  /** Conntrack's view of it; `invalid` before conntrack has seen it. Filled in by the walk. */
  readonly ct?: 'new' | 'invalid' | 'unknown';
}

/** True, false, or not to be told from here. */
export type Three = boolean | undefined;

export interface Match {
  /** As the vendor writes it, for naming what could not be decided. */
  readonly text: string;
  readonly test: (syn: Syn) => Three;
}

export type Action =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'reject'; readonly how: string }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** Something that may end the walk in a way that is not modelled. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface Rule {
  readonly matches: readonly Match[];
  readonly action: Action;
  readonly text: string;
  readonly section: string;
  /** 1-based line of `section`. */
  readonly line?: number | undefined;
  readonly handle?: number;
}

export interface Chain {
  /** `inet`, `ip`, `ip6`. */
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly rules: readonly Rule[];
  /** For base chains. */
  readonly hook?: string;
  readonly priority?: number;
  readonly policy?: 'accept' | 'drop';
  readonly section: string;
  readonly line?: number | undefined;
}

export interface Ruleset {
  readonly chains: readonly Chain[];
}

export function isV6(address: string): boolean {
  return address.includes(':');
}

/** Conjunction of a rule's matches: false as soon as one is, unknown when one is. */
export function all(matches: readonly Match[], syn: Syn): { holds: Three; unsure: readonly string[] } {
  const unsure: string[] = [];
  for (const match of matches) {
    const answer = match.test(syn);
    if (answer === false) return { holds: false, unsure: [] };
    if (answer === undefined) unsure.push(match.text);
  }
  return { holds: unsure.length > 0 ? undefined : true, unsure };
}
