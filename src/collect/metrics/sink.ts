import type { EventStore, Incident, Sink, Urgency, WatchEvent } from '../../model/watch.ts';
import type { Health, SourceState } from '../../model/watch-service.ts';
import { type ALERT_RESULTS, countsOf, URGENCIES } from '../../reason/watch/metrics.ts';
import { sessionCounter } from '../../reason/watch/sessions.ts';
import { type Form, metricSet } from './registry.ts';

/** Counts what passes by. The other parts of the watch tell it what is no event. */
export interface Metrics extends Sink {
  signals: NonNullable<Sink['signals']>;
  incident: NonNullable<Sink['incident']>;
  /** To begin with: what the store knows of logins since the host's boot, and its open incidents. Moves no counter. */
  resume(known: { readonly events: readonly WatchEvent[]; readonly incidents: readonly Incident[] }): void;
  /** What became of an alert. */
  alert(result: (typeof ALERT_RESULTS)[number], count?: number): void;
  /** What became of records for a collector. */
  records(result: 'sent' | 'refused' | 'dropped', count: number): void;
  /** All logs that are watched, each time that one of them changes. */
  sources(all: readonly SourceState[]): void;
  render(form: Form): Promise<string>;
  health(): Promise<Health>;
}

export interface MetricsOptions {
  /** Ports of sshd, to tell which packets that a firewall dropped were for it. */
  readonly ports: readonly string[];
  readonly store?: Pick<EventStore, 'size'>;
  readonly storeLimitBytes?: number;
  /** Names of the detectors, so that the first signal of each is a step from 0. */
  readonly detectors?: readonly string[];
  /** When this host was booted, epoch milliseconds: logins from before are over. */
  readonly bootedAt?: number;
  readonly now?: () => number;
}

const SESSIONS_MAX = 10_000;
const INCIDENTS_MAX = 10_000;
/** Detectors are files of this program; the bound is for what a fault could make of that. */
const DETECTORS_MAX = 60;
/** How long the size of the store is taken for the same; and how long it may take to be told. */
const SIZE_FRESH_MS = 10_000;
const SIZE_WAIT_MS = 2_000;

type Size = { readonly events: number; readonly bytes: number };

function sizer(store: MetricsOptions['store'], now: () => number): () => Promise<Size | undefined> {
  let size: Size | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  let pending: Promise<void> | undefined;
  return async () => {
    if (store === undefined || now() - asked < SIZE_FRESH_MS) return size;
    pending ??= store
      .size()
      .then(
        (told) => {
          size = told;
          asked = now();
        },
        () => {
          size = undefined;
        },
      )
      .finally(() => {
        pending = undefined;
      });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([pending, new Promise((resolve) => (timer = setTimeout(resolve, SIZE_WAIT_MS)))]);
    clearTimeout(timer);
    return size;
  };
}

/** A sink that counts. Keeps nothing but numbers, open logins and open incidents, each within a bound. */
export function metricsSink(o: MetricsOptions): Metrics {
  const now = o.now ?? Date.now;
  const ports = new Set(o.ports);
  const metrics = metricSet();
  const sessions = sessionCounter({
    limit: SESSIONS_MAX,
    ...(o.bootedAt === undefined ? {} : { since: o.bootedAt }),
  });
  const open = new Map<string, Urgency>();
  const detectors = new Set<string>((o.detectors ?? []).slice(0, DETECTORS_MAX));
  for (const detector of detectors)
    for (const urgency of URGENCIES) metrics.count('sshwhy_signals_total', { detector, urgency }, 0);
  const size = sizer(o.store, now);
  const startedAt = now();
  const lines = { read: 0, typed: 0, unparsed: 0 };
  let watched: readonly SourceState[] = [];
  let last: { readonly lineAt?: number; readonly eventAt?: number; readonly lagMs?: number } = {};
  for (const name of ['sshwhy_store_bytes', 'sshwhy_store_events'] as const) metrics.set(name, Number.NaN);
  metrics.set('sshwhy_store_limit_bytes', o.storeLimitBytes ?? Number.NaN);

  const openOf = (urgency: Urgency): number => [...open.values()].filter((one) => one === urgency).length;
  const showOpen = (): void => {
    for (const urgency of URGENCIES) metrics.set('sshwhy_incidents_open', openOf(urgency), { urgency });
  };
  const keep = ({ id, state, urgency }: Incident): void => {
    if (state === 'closed') open.delete(id);
    else if (open.has(id) || open.size < INCIDENTS_MAX) open.set(id, urgency);
  };

  return {
    name: 'metrics',
    put: async ({ events, lines: read }) => {
      const at = now();
      metrics.count('sshd_lines_read_total', {}, read.all);
      metrics.count('sshd_lines_typed_total', {}, events.length);
      metrics.count('sshd_lines_other_total', {}, read.other);
      metrics.count('sshd_lines_unparsed_total', {}, read.unparsed);
      lines.read += read.all;
      lines.typed += events.length;
      lines.unparsed += read.unparsed;
      let latest = last.eventAt ?? Number.NEGATIVE_INFINITY;
      for (const event of events) {
        for (const { metric, labels } of countsOf(event, ports)) metrics.count(metric, labels);
        sessions.see(event);
        latest = Math.max(latest, event.at);
      }
      if (read.all > 0 || events.length > 0) {
        last = { ...last, lineAt: at };
        metrics.set('sshwhy_last_line_timestamp_seconds', at / 1000);
      }
      if (events.length === 0) return;
      // A clock that is ahead on the other host is no negative delay.
      const lagMs = Math.max(0, at - latest);
      last = { ...last, eventAt: latest, lagMs };
      metrics.set('sshwhy_last_event_timestamp_seconds', latest / 1000);
      metrics.set('sshwhy_lag_seconds', lagMs / 1000);
      metrics.set('sshd_sessions_active', sessions.active());
    },
    signals: (signals) => {
      for (const { detector, urgency } of signals) {
        if (detectors.size < DETECTORS_MAX) detectors.add(detector);
        metrics.count('sshwhy_signals_total', { detector: detectors.has(detector) ? detector : 'other', urgency });
      }
    },
    incident: (incident) => {
      const { id, state, urgency } = incident;
      const before = open.get(id);
      // The same step can be told twice after a restart; one that is known with this urgency is no new one.
      const grown = before === undefined || URGENCIES.indexOf(urgency) < URGENCIES.indexOf(before);
      if (state === 'open' && grown) metrics.count('sshwhy_incidents_total', { urgency });
      keep(incident);
      showOpen();
    },
    resume: ({ events, incidents }) => {
      for (const event of events) sessions.see(event);
      for (const incident of incidents) keep(incident);
      metrics.set('sshd_sessions_active', sessions.active());
      showOpen();
    },
    alert: (result, count = 1) => metrics.count('sshwhy_alerts_total', { result }, count),
    records: (result, count) => metrics.count('sshwhy_otlp_records_total', { result }, count),
    sources: (all) => {
      watched = all;
      const blind = all.filter(({ unreadable }) => unreadable !== undefined).length;
      metrics.set('sshwhy_sources', all.length - blind, { state: 'readable' });
      metrics.set('sshwhy_sources', blind, { state: 'unreadable' });
    },
    render: async (form) => {
      const told = await size();
      metrics.set('sshwhy_store_bytes', told?.bytes ?? Number.NaN);
      metrics.set('sshwhy_store_events', told?.events ?? Number.NaN);
      return metrics.render(form);
    },
    health: async () => {
      const told = await size();
      const limit = o.storeLimitBytes === undefined ? {} : { limitBytes: o.storeLimitBytes };
      return {
        startedAt,
        ...(last.lineAt === undefined ? {} : { lastLineAt: last.lineAt }),
        ...(last.eventAt === undefined ? {} : { lastEventAt: last.eventAt }),
        ...(last.lagMs === undefined ? {} : { lagMs: last.lagMs }),
        lines: { ...lines },
        ...(told === undefined ? {} : { store: { events: told.events, bytes: told.bytes, ...limit } }),
        incidents: { page: openOf('page'), notice: openOf('notice'), note: openOf('note') },
        sources: [...watched],
      };
    },
    close: async () => {},
  };
}
