/** Whether a condition holds: yes, no, or not to be told from what was looked at. */
export type Three = boolean | undefined;

/** One field of a packet held against what a rule wants of it. */
export interface TraceMatch {
  /** In the vendor's word where there is one: `tcp dport`, `--ctstate`, `source`. */
  readonly field: string;
  /** As the rule writes it. */
  readonly wanted: string;
  /** The packet's own value; absent when it is not known. */
  readonly got?: string;
  readonly holds: Three;
}

/** What becomes of the packet by a step; a closed set, whoever the vendor is. */
export const TRACE_ACTIONS = [
  'accept',
  'drop',
  'reject',
  // On to another chain, group or table; and back.
  'jump',
  'return',
  // The rule does not match, or decides nothing.
  'pass',
  // Another address or port from here on.
  'translate',
  // A mark, or no tracking of the connection.
  'mark',
  'untrack',
  'unknown',
] as const;
export type TraceAction = (typeof TRACE_ACTIONS)[number];

/** One thing that happened to a packet on its way, in the order in which it happened. */
export interface TraceStep {
  readonly layer: 'cloud' | 'host';
  /** The first packet of the connection, or the answer to it. */
  readonly packet: 'request' | 'reply';
  /** Hook of the kernel (`ingress`, `prerouting`, `routing`, `input`, `forward`, `output`), or the cloud's stage (`subnet NSG`). */
  readonly stage: string;
  /** Chain, table, zone, security group: `inet filter input`, `sg-0123`. */
  readonly place: string;
  /** The rule or policy as its tool writes it. */
  readonly rule: string;
  readonly matches: readonly TraceMatch[];
  readonly action: TraceAction;
  /** What the action does, where its name does not tell: `to 10.0.0.2 port 2222`, `icmp host-prohibited`. */
  readonly detail?: string;
  /** Bundle section and line (1-based) that the rule was read from. */
  readonly section?: string;
  readonly line?: number;
}
