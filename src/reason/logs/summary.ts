import ipaddr from 'ipaddr.js';
import type { Counts } from '../../facts/events/line.ts';
import type { LogEvent } from '../../facts/events/typed-event.ts';
import type { EventType } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import { type Bans, banTracker } from './bans.ts';
import { type Login, loginTracker } from './logins.ts';
import { type Tallied, tally } from './tally.ts';
import { type Timeline, timeline } from './timeline.ts';

/** What to heed; times in epoch milliseconds. */
export interface LogFilter {
  readonly since?: number;
  readonly until?: number;
  readonly user?: string;
  readonly from?: (address: string) => boolean;
  /** Ports of sshd: lines of a firewall about others are passed over. */
  readonly ports: readonly string[];
}

export interface Ranked {
  readonly rows: readonly Tallied[];
  /** Names that are not shown. */
  readonly more: number;
  /** So many may be missing in each row. */
  readonly missing: number;
}

export interface Reason {
  readonly type: EventType;
  readonly refused: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** What is counted over time: logins, connections that named nobody, bans, packets to sshd that a firewall dropped. */
export const TRENDS = ['letIn', 'refused', 'left', 'bans', 'dropped'] as const;
export type Trend = (typeof TRENDS)[number];

export interface LogSummary {
  /** Of all lines that were read. */
  readonly counts: Counts;
  /** Typed lines that are within the filter; undefined: there is none. */
  readonly within?: number;
  readonly first?: number;
  readonly last?: number;
  readonly letIn: number;
  readonly refused: number;
  /** Connections that named nobody. */
  readonly left: number;
  readonly bans: number;
  readonly banned: Bans;
  /** Packets to sshd's port that a firewall wrote down as dropped. */
  readonly dropped: number;
  readonly forged: number;
  readonly users: Ranked;
  readonly sources: Ranked;
  readonly networks: Ranked;
  readonly reasons: readonly Reason[];
  readonly faults: readonly { readonly type: EventType; readonly count: number; readonly last: number | undefined }[];
  readonly trends: Timeline<Trend>;
}

/** The /24 of IPv4 or /64 of IPv6 that an address is in; undefined: it is no address. */
export function networkOf(address: string): string | undefined {
  const plain = address.replace(/%.*/s, '');
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(plain);
  if (four) return `${four[1]}.0/24`;
  if (!ipaddr.IPv6.isValid(plain)) return undefined;
  const parsed = ipaddr.IPv6.parse(plain);
  if (parsed.isIPv4MappedAddress()) return networkOf(parsed.toIPv4Address().toString());
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${plain}/64`).toString()}/64`;
}

/** Whether an event is within the filter; what names neither user nor address only where neither is asked for. */
export function heeds(filter: LogFilter, { type, at, user, from, port }: LogEvent): boolean {
  if (
    at !== undefined &&
    ((filter.since !== undefined && at < filter.since) || (filter.until !== undefined && at > filter.until))
  )
    return false;
  if (filter.user !== undefined && user !== filter.user) return false;
  if (filter.from !== undefined && (from === undefined || !filter.from(from))) return false;
  return type.program !== 'kernel' || port === undefined || filter.ports.includes(port);
}

/** Adds up a log as it comes; the memory it needs does not grow with the log. */
export function summarizer(
  filter: LogFilter,
  rows = 10,
): { see(event: LogEvent): void; end(counts: Counts): LogSummary } {
  const users = tally();
  const sources = tally();
  const networks = tally();
  const reasons = tally();
  const faults = tally();
  const trends = timeline(TRENDS);
  const bans = banTracker();
  let first: number | undefined;
  let last: number | undefined;
  const totals = { letIn: 0, refused: 0, left: 0, bans: 0, dropped: 0 };
  let forged = 0;
  let within = 0;

  const count = (name: Trend, at: number | undefined, times: number): void => {
    totals[name] += times;
    if (at !== undefined) trends.add(name, at, times);
  };

  const onLogin = ({ outcome, reason, at, user, from, times }: Login): void => {
    if (filter.user !== undefined && user !== filter.user) return;
    if (filter.from !== undefined && (from === undefined || !filter.from(from))) return;
    count(outcome === 'in' ? 'letIn' : 'refused', at, times);
    if (user !== undefined) users.add(user, outcome, at, times);
    if (from !== undefined) {
      sources.add(from, outcome, at, times);
      const network = networkOf(from);
      if (network !== undefined) networks.add(network, outcome, at, times);
    }
    if (outcome === 'refused') reasons.add(reason.id, outcome, at, times);
  };
  const tracker = loginTracker(onLogin);
  const { user: _user, from: _from, ...inTime } = filter;
  // A ban of before that time may stand in it.
  const { since: _since, ...untilThen } = filter;
  const filtered = [filter.user, filter.from, filter.since, filter.until].some((one) => one !== undefined);

  return {
    see(event) {
      if (heeds(untilThen, event)) bans.see(event);
      if (!heeds(inTime, event)) return;
      const { at, type, times } = event;
      const heeded = heeds(filter, event);
      if (heeded) within += times;
      if (at !== undefined) {
        if (first === undefined || at < first) first = at;
        if (last === undefined || at > last) last = at;
      }
      if (event.forged) forged += times;
      tracker.see(event);
      if (type.outcome === 'fault') faults.add(type.id, 'refused', at, times);
      else if (!heeded) return;
      else if (type.outcome === 'ban') count('bans', at, times);
      else if (type.outcome === 'drop') count('dropped', at, times);
      else if (type.outcome === 'left' && type.id !== 'sshd/received-disconnect') count('left', at, times);
    },
    end(counts) {
      tracker.end();
      const ranked = (of: ReturnType<typeof tally>): Ranked => {
        const shown = of.top(rows);
        return { rows: shown, more: of.size() - shown.length, missing: of.missing() };
      };
      const typeOf = (id: string): EventType => eventTypes.find((type) => type.id === id) as EventType;
      return {
        counts,
        ...(first === undefined ? {} : { first }),
        ...(last === undefined ? {} : { last }),
        ...(filtered ? { within } : {}),
        ...totals,
        banned: bans.end(filter.since),
        forged,
        users: ranked(users),
        sources: ranked(sources),
        networks: ranked(networks),
        reasons: reasons
          .top(1000)
          .map((one) => ({ type: typeOf(one.name), refused: one.refused, first: one.first, last: one.last })),
        faults: faults
          .top(1000)
          .map(({ name, refused, last: at }) => ({ type: typeOf(name), count: refused, last: at })),
        trends: trends.end(),
      };
    },
  };
}
