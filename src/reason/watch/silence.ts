import ipaddr from 'ipaddr.js';
import type { Incident, Signal } from '../../model/watch.ts';

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

/** Every week, by the clock on the wall of `zone`: an hour that is skipped in spring is not silent, one that comes twice is silent twice. */
export interface Weekly {
  /** Days on which it begins. */
  readonly days: readonly Day[];
  /** Minutes since midnight; `to` is not silent any more, and lies on the next day when it is not after `from`. */
  readonly from: number;
  readonly to: number;
  /** Name of the tz database, e.g. `Europe/Berlin`. */
  readonly zone: string;
}

/** When and about whom nobody wants to hear. What is named has to fit all of an incident, or it is not silenced. */
export interface Silence {
  readonly reason: string;
  /** Epoch milliseconds, `to` not included; or weekly windows. */
  readonly when: { readonly from: number; readonly to: number } | Weekly;
  readonly hosts?: readonly string[];
  readonly users?: readonly string[];
  /** Addresses or networks that `from` or `network` of an incident has to lie in. */
  readonly networks?: readonly string[];
  readonly detectors?: readonly string[];
  /** Incidents of urgency page that alert all the same: all, or those in which one of these detectors paged. */
  readonly urgentAnyway?: true | readonly string[];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Day and minute that a clock on the wall of `zone` shows. @throws RangeError: there is no such zone. */
export function onTheWall(at: number, zone: string): { readonly day: number; readonly minute: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: DAYS.indexOf((parts.get('weekday') ?? '').toLowerCase() as Day),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function inWindow(at: number, when: Silence['when']): boolean {
  if (!('days' in when)) return at >= when.from && at < when.to;
  const { day, minute } = onTheWall(at, when.zone);
  const begins = (on: number): boolean => when.days.includes(DAYS[(on + 7) % 7] as Day);
  if (when.from < when.to) return begins(day) && minute >= when.from && minute < when.to;
  return (begins(day) && minute >= when.from) || (begins(day - 1) && minute < when.to);
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

function rangeOf(text: string): Range | undefined {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const one = ipaddr.process(text);
    return [one, one.kind() === 'ipv4' ? 32 : 128];
  } catch {
    return undefined;
  }
}

/** All of `inner` lies in `outer`; both are an address or a network. */
export function within(inner: string, outer: string): boolean {
  const [a, b] = [rangeOf(inner), rangeOf(outer)];
  if (!a || !b || a[0].kind() !== b[0].kind() || a[1] < b[1]) return false;
  return a[0].match(b[0], b[1]);
}

/** What a signal is about; where it does not say, what its incident is about. */
const aboutOf = (incident: Incident): readonly Signal['about'][] =>
  incident.signals.length === 0
    ? [incident.about]
    : incident.signals.map(({ about }) => ({ ...incident.about, ...about }));

function fits(silence: Silence, incident: Incident): boolean {
  const { hosts, users, networks, detectors } = silence;
  const abouts = aboutOf(incident);
  const every = (wanted: readonly string[] | undefined, field: 'host' | 'user'): boolean =>
    wanted === undefined || abouts.every((about) => wanted.includes(about[field] ?? ''));
  return (
    every(hosts, 'host') &&
    every(users, 'user') &&
    (networks === undefined ||
      abouts.every(({ from, network }) => networks.some((outer) => within(from ?? network ?? '', outer)))) &&
    (detectors === undefined ||
      (incident.signals.length > 0 && incident.signals.every(({ detector }) => detectors.includes(detector))))
  );
}

function anyway({ urgentAnyway }: Silence, { urgency, signals }: Incident): boolean {
  if (urgentAnyway === undefined || urgency !== 'page') return false;
  if (urgentAnyway === true) return true;
  return signals.some((signal) => signal.urgency === 'page' && urgentAnyway.includes(signal.detector));
}

/** The silence that covers all of an incident now; undefined: it may alert. */
export function silenceOf(silences: readonly Silence[], incident: Incident, now: number): Silence | undefined {
  return silences.find((one) => inWindow(now, one.when) && fits(one, incident) && !anyway(one, incident));
}
