import { eventTypes } from '../../knowledge/events/index.ts';
import { VERSION } from '../../model/version.ts';
import type { Incident, Urgency, WatchEvent } from '../../model/watch.ts';

/** A value as OTLP's JSON has it: 64-bit numbers are strings (opentelemetry-proto, docs/specification.md, JSON Protobuf Encoding). */
type Value = { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** LogRecord of opentelemetry/proto/logs/v1/logs.proto, in its JSON form. */
export interface LogRecord {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: Value;
  readonly attributes: readonly Attribute[];
}

/** A record and the host whose log it comes from. */
export interface HostRecord {
  readonly host: string;
  readonly record: LogRecord;
}

/** ExportLogsServiceRequest of opentelemetry/proto/collector/logs/v1/logs_service.proto. */
export interface LogsRequest {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeLogs: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly logRecords: readonly LogRecord[];
    }[];
  }[];
}

const INFO = { severityNumber: 9, severityText: 'INFO' };
const WARN = { severityNumber: 13, severityText: 'WARN' };
const ERROR = { severityNumber: 17, severityText: 'ERROR' };

const severityOf: Readonly<Record<string, typeof INFO>> = {
  refused: WARN,
  limited: WARN,
  ban: WARN,
  drop: WARN,
  fault: ERROR,
};
const URGENCY: Readonly<Record<Urgency, typeof INFO>> = { page: ERROR, notice: WARN, note: INFO };

const meanings: ReadonlyMap<string, string> = new Map(eventTypes.map(({ id, meaning }) => [id, meaning]));

/** Nanoseconds do not fit a double. */
const nano = (ms: number): string => String(Number.isFinite(ms) && ms > 0 ? BigInt(Math.trunc(ms)) * 1_000_000n : 0);

/** Lone halves of surrogate pairs are no text in UTF-8, and a collector would refuse the whole batch. */
const text = (value: string): Value => ({
  stringValue: value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
});

function attribute(key: string, value: string | number | undefined): Attribute[] {
  if (value === undefined) return [];
  return [{ key, value: typeof value === 'string' ? text(value) : { intValue: String(Math.trunc(value)) } }];
}

const portOf = (port: string | undefined): number | undefined =>
  port !== undefined && /^\d{1,5}$/.test(port) ? Number(port) : undefined;

/**
 * An event as a log record, with the attributes of the semantic conventions where there are some (`client.address`,
 * `user.name`, `process.pid`, `log.record.uid`, `file.path`) and `sshwhy.…` for the rest. `observed`: epoch milliseconds.
 */
export function eventRecord(event: WatchEvent, observed: number): HostRecord {
  const { type, outcome, host } = event;
  // The kernel names the port that the packet was for, sshd the one that it came from.
  const port = type.startsWith('kernel/') ? 'server.port' : 'client.port';
  return {
    host,
    record: {
      timeUnixNano: nano(event.at),
      observedTimeUnixNano: nano(observed),
      ...(severityOf[outcome] ?? INFO),
      eventName: `sshwhy.${type.replace('/', '.')}`,
      body: text(meanings.get(type) ?? type),
      attributes: [
        ...attribute('log.record.uid', event.id),
        ...attribute('sshwhy.type', type),
        ...attribute('sshwhy.outcome', outcome),
        ...attribute('user.name', event.user),
        ...attribute('client.address', event.from),
        ...attribute(port, portOf(event.port)),
        ...attribute('process.pid', event.pid),
        ...attribute('sshwhy.method', event.method),
        ...attribute('sshwhy.key', event.key),
        ...attribute('sshwhy.jail', event.jail),
        ...attribute('sshwhy.detail', event.detail),
        ...attribute('file.path', event.file),
        ...(event.forged ? [{ key: 'sshwhy.forged', value: { boolValue: true } }] : []),
      ],
    },
  };
}

/** A step of an incident as a log record. */
export function incidentRecord(incident: Incident, change: string, observed: number): HostRecord {
  const { id, about, title, urgency, opened, updated } = incident;
  return {
    host: about.host ?? '',
    record: {
      timeUnixNano: nano(updated),
      observedTimeUnixNano: nano(observed),
      ...URGENCY[urgency],
      eventName: `sshwhy.incident.${change}`,
      body: text(title),
      attributes: [
        ...attribute('sshwhy.incident.id', id),
        ...attribute('sshwhy.incident.urgency', urgency),
        ...attribute('sshwhy.incident.opened', new Date(opened).toISOString()),
        ...attribute('user.name', about.user),
        ...attribute('client.address', about.from),
        ...attribute('sshwhy.network', about.network),
      ],
    },
  };
}

/** One request with a resource for each host. */
export function logsRequest(records: readonly HostRecord[]): LogsRequest {
  const byHost = new Map<string, LogRecord[]>();
  for (const { host, record } of records) {
    const known = byHost.get(host);
    if (known === undefined) byHost.set(host, [record]);
    else known.push(record);
  }
  return {
    resourceLogs: [...byHost].map(([host, logRecords]) => ({
      resource: {
        attributes: [
          ...attribute('service.name', 'sshwhy'),
          ...attribute('service.version', VERSION),
          ...(host === '' ? [] : attribute('host.name', host)),
        ],
      },
      scopeLogs: [{ scope: { name: 'sshwhy', version: VERSION }, logRecords }],
    })),
  };
}
