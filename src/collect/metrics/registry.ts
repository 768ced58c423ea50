import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { VERSION } from '../../model/version.ts';
import { eventLabels, METRICS, type MetricName, type MetricSpec } from '../../reason/watch/metrics.ts';

/** The two forms that a scraper may ask for. */
export type Form = 'text' | 'openmetrics';

export interface MetricSet {
  /** Moves a counter. */
  count(name: MetricName, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** Sets a gauge; `NaN` where it is not known. */
  set(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  render(form: Form): Promise<string>;
}

export const CONTENT_TYPE: Readonly<Record<Form, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** What of the process is shown; the others of the library are of no use here, or have names that promtool finds fault with. */
const OWN: readonly string[] = [
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_heap_size_used_bytes',
  // The first one measures for the other.
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_p99_seconds',
];

/** Names of labels that are not in the table because their values are not known before. */
const OPEN_LABELS: Readonly<Partial<Record<MetricName, readonly string[]>>> = {
  sshwhy_events_total: ['type', 'outcome'],
  sshwhy_signals_total: ['detector', 'urgency'],
  sshwhy_build_info: ['version', 'node'],
};

/** Every combination of the values of labels. */
function combinations(labels: NonNullable<MetricSpec['labels']>): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

/**
 * All metrics of the table, each series at 0 from the start: a counter that appears only with its first event hides that event
 * from `increase()`. Counters begin anew with the process, which Prometheus takes for what it is.
 */
export function metricSet(): MetricSet {
  const openmetrics = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  openmetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registries = { text: new Registry(), openmetrics };
  const add = (metric: Metric): void => {
    for (const registry of Object.values(registries)) registry.registerMetric(metric);
  };
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  for (const [name, spec] of Object.entries(METRICS) as [MetricName, MetricSpec][]) {
    const labelNames = [...Object.keys(spec.labels ?? {}), ...(OPEN_LABELS[name] ?? [])];
    const shape = { name, help: spec.help, labelNames, registers: [] };
    const rows = spec.labels === undefined ? [] : combinations(spec.labels);
    if (spec.kind === 'counter') {
      const counter = new Counter(shape);
      for (const row of rows) counter.inc(row, 0);
      counters.set(name, counter);
      add(counter);
    } else {
      const gauge = new Gauge(shape);
      for (const row of rows) gauge.set(row, 0);
      gauges.set(name, gauge);
      add(gauge);
    }
  }
  for (const row of eventLabels) counters.get('sshwhy_events_total')?.inc(row, 0);
  gauges.get('sshwhy_build_info')?.set({ version: VERSION, node: process.version }, 1);
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  for (const name of OWN) {
    const metric = own.getSingleMetric(name);
    if (metric !== undefined) add(metric as Metric);
  }
  return {
    count: (name, labels = {}, by = 1) => counters.get(name)?.inc(labels, by),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    render: (form) => registries[form].metrics(),
  };
}
