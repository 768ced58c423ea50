import path from 'node:path';
import type { Metrics } from '../collect/metrics/sink.ts';
import { serviceNotifier } from '../collect/sd-notify.ts';
import { secret } from '../collect/secret.ts';
import { UsageError } from '../model/errors.ts';
import type { EventStore, Incident, Sink, WatchEvent } from '../model/watch.ts';
import type { SourceState } from '../model/watch-service.ts';
import { type Alerts, openAlerts } from './watch-alerts.ts';
import { bytesOf, settingsOf, type WatchConfig } from './watch-config.ts';

/** All that is told of what is watched elsewhere than on the screen: alerts, metrics, a broker, a collector, systemd. */
export interface Outlets {
  readonly sinks: readonly Sink[];
  /** It does its work now: systemd is told. */
  ready(): void;
  /** A minute is over. */
  minute(): void;
  close(): Promise<void>;
}

export interface OutletsOptions {
  readonly config: WatchConfig;
  readonly folder: string;
  readonly store: EventStore;
  readonly maxBytes: number;
  readonly host: string;
  readonly detectors: readonly string[];
  /** Epoch milliseconds. */
  readonly bootedAt: number;
  sources(): readonly SourceState[];
  onNote(note: string): void;
}

/** Opens what the configuration names, and loads nothing else. @throws UsageError, LookError */
export async function openOutlets(options: OutletsOptions): Promise<Outlets> {
  const { config, store, onNote } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const sinks: Sink[] = [];
  const notifier = serviceNotifier(process.env);
  const open = await store.incidents({ since: 0, state: 'open' });
  try {
    const metrics = config.metrics === undefined ? undefined : await openMetrics(options, open, closers);
    if (metrics !== undefined) sinks.push(metrics);
    const alerts = config.alerts.channels.length === 0 ? undefined : await openAlertsOf(options, metrics);
    if (alerts !== undefined) {
      await alerts.step(open, Date.now());
      sinks.push(alertSink(alerts));
    }
    if (config.publish !== undefined) sinks.push(await openPublish(options));
    if (config.otlp !== undefined) sinks.push(await openOtlp(options, metrics));
    return {
      sinks,
      ready: () =>
        notifier.ready(
          `watches ${options
            .sources()
            .map(({ source }) => source)
            .join(', ')}`,
        ),
      minute() {
        metrics?.sources(options.sources());
        alerts?.step([], Date.now()).catch((error: Error) => onNote(`alerts: ${error.message}`));
      },
      async close() {
        notifier.stopping();
        for (const close of closers.reverse()) await close();
      },
    };
  } catch (error) {
    for (const close of closers.reverse()) await close();
    for (const sink of sinks) await sink.close();
    throw error;
  }
}

const alertSink = (alerts: Alerts): Sink => ({
  name: 'alerts',
  put: async () => undefined,
  incident: (incident) => alerts.step([incident], Date.now()),
  close: () => alerts.close(),
});

function openAlertsOf(
  { config, folder, store, onNote }: OutletsOptions,
  metrics: Metrics | undefined,
): Promise<Alerts> {
  return openAlerts({
    alerts: config.alerts,
    silences: config.silences,
    folder: path.join(folder, 'alerts'),
    memory: store,
    onPosted: ({ channel, outcome, says, heldBack }) => {
      metrics?.alert(outcome === 'sent' ? 'sent' : 'failed');
      if (outcome === 'sent' && heldBack > 0) metrics?.alert('held_back', heldBack);
      if (outcome !== 'sent')
        onNote(`alert by ${channel}: ${says ?? 'not sent'}${outcome === 'later' ? '; it is tried again' : ''}`);
    },
    onTrouble: onNote,
  });
}

/** Logins that a metric of sessions begins with. */
const MOST_LOGINS = 10_000;

async function openMetrics(
  { config, store, maxBytes, bootedAt, detectors, sources, onNote }: OutletsOptions,
  incidents: readonly Incident[],
  closers: (() => Promise<void> | void)[],
): Promise<Metrics> {
  const [{ metricsSink }, { listenWarning, parseListen, serveMetrics }] = await Promise.all([
    import('../collect/metrics/sink.ts'),
    import('../collect/metrics/serve.ts'),
  ]);
  const listen = parseListen(String(config.metrics?.listen));
  const file = config.metrics?.token_file;
  const token = file === undefined ? undefined : secret(`file:${file}`);
  const warning = listenWarning(listen, token);
  if (warning !== undefined) onNote(warning);
  const metrics = metricsSink({
    ports: settingsOf(config).ports,
    store,
    storeLimitBytes: maxBytes,
    bootedAt,
    detectors,
  });
  const events: WatchEvent[] = [];
  for (let after: { at: number; id: string } | undefined; ; ) {
    const page = await store.events({
      since: bootedAt,
      outcomes: ['in', 'ended', 'session'],
      limit: MOST_LOGINS,
      ...(after === undefined ? {} : { after }),
    });
    events.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < MOST_LOGINS || events.length > 20 * MOST_LOGINS) break;
    after = { at: last.at, id: last.id };
  }
  metrics.resume({ events, incidents });
  metrics.sources(sources());
  const server = await serveMetrics(metrics, { listen, ...(token === undefined ? {} : { token }) });
  closers.push(() => server.close());
  return metrics;
}

async function openPublish({ config, folder, host, onNote }: OutletsOptions): Promise<Sink> {
  const { nats = '', spool = path.join(folder, 'spool'), spoolSize = '' } = config.publish ?? {};
  const [{ publishSink }, { brokerAddress }] = await Promise.all([
    import('../collect/broker/publish.ts'),
    import('../collect/broker/address.ts'),
  ]);
  return publishSink({
    address: brokerAddress(nats),
    spool,
    spoolBytes: bytesOf(spoolSize),
    host,
    onState: (state, why) => onNote(state === 'away' ? `the broker is away: ${why}` : 'the broker takes events'),
  });
}

async function openOtlp({ config }: OutletsOptions, metrics: Metrics | undefined): Promise<Sink> {
  const { endpoint = '', headers = {} } = config.otlp ?? {};
  const { otlpSink } = await import('../collect/metrics/otlp.ts');
  const url = new URL(endpoint);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('otlp.endpoint must not hold a password; use otlp.headers');
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) filled[name] = secret(value);
  return otlpSink({
    url: url.href,
    headers: filled,
    onRecords: (result, count) => metrics?.records(result, count),
  });
}
