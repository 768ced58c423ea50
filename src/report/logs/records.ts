import ipaddr from 'ipaddr.js';
import type { LogEvent } from '../../facts/events/typed-event.ts';
import { VERSION } from '../../model/version.ts';
import { csvLine } from '../csv.ts';
import { jsonText } from '../json-text.ts';

/** Forms in which events are handed to other programs. */
export type RecordForm = 'json' | 'csv' | 'ecs' | 'ocsf';

const stamp = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
/** Without what is not known: JSON leaves out what is undefined. */
const line = (value: unknown): string => `${jsonText(value)}\n`;

const SUCCESS: Readonly<Record<string, string>> = {
  in: 'success',
  refused: 'failure',
  ban: 'success',
  drop: 'success',
};

/** An address without its zone, which neither schema takes; undefined: it is a name, or `UNKNOWN`. */
function addressOf(from: string | undefined): string | undefined {
  const plain = from?.replace(/%.*/s, '');
  if (plain === undefined) return undefined;
  return ipaddr.IPv4.isValidFourPartDecimal(plain) || ipaddr.IPv6.isValid(plain) ? plain : undefined;
}

function json(event: LogEvent): string {
  const { type, at, hostname, pid, port, user, from, method, key, jail, detail, file, forged, times } = event;
  return line({
    kind: 'event',
    at: stamp(at),
    event: type.id,
    outcome: type.outcome,
    gate: type.gate,
    ...{ user, from, port: number(port), method, key, jail, detail, file },
    hostname: hostname || undefined,
    pid: pid || undefined,
    forged: forged || undefined,
    times: times > 1 ? times : undefined,
    causes: type.causes.length > 0 ? type.causes : undefined,
  });
}

/** Elastic Common Schema 8.11. A line without a stamp happened when it was read, as far as anybody knows. */
function ecs(event: LogEvent, readAt: number): string {
  const { type, at, hostname, pid, user, from, port, times } = event;
  const ip = addressOf(from);
  const login = type.outcome === 'in' || type.outcome === 'refused';
  const category = login || type.outcome === 'hint' || type.outcome === 'ended' ? 'authentication' : 'process';
  const packet = type.outcome === 'drop' || type.outcome === 'pass' || type.outcome === 'ban';
  const kinds = login ? ['start'] : type.outcome === 'ended' ? ['end'] : packet ? ['denied'] : ['info'];
  return line({
    '@timestamp': stamp(at ?? readAt),
    ecs: { version: '8.11.0' },
    event: {
      kind: 'event',
      category: [packet ? 'network' : category],
      type: kinds,
      action: type.id,
      outcome: SUCCESS[type.outcome] ?? 'unknown',
      module: 'sshwhy',
      provider: type.program,
      reason: type.meaning,
    },
    user: user === undefined ? undefined : { name: user },
    source: from === undefined ? undefined : { address: from, ip, port: number(port) },
    host: hostname ? { hostname } : undefined,
    process: { name: type.program, pid: pid || undefined },
    // ECS has no field for it; names of one's own begin with a capital letter.
    Sshwhy: times > 1 ? { times } : undefined,
    related: { ip: ip && [ip], user: user === undefined ? undefined : [user] },
  });
}

/** OCSF 1.3, class 3002 Authentication: logins and their ends; other events are of other classes and not written. */
function ocsf(event: LogEvent, readAt: number): string {
  const { type, at, hostname, user, from, port, method, times } = event;
  if (type.outcome !== 'in' && type.outcome !== 'refused' && type.outcome !== 'ended') return '';
  const ip = addressOf(from);
  const name = ip === undefined && from !== 'UNKNOWN' ? from : undefined;
  const activity = type.outcome === 'ended' ? 2 : 1;
  const failed = type.outcome === 'refused';
  return line({
    class_uid: 3002,
    class_name: 'Authentication',
    category_uid: 3,
    category_name: 'Identity & Access Management',
    activity_id: activity,
    activity_name: activity === 1 ? 'Logon' : 'Logoff',
    type_uid: 300_200 + activity,
    time: at ?? readAt,
    count: times > 1 ? times : undefined,
    severity_id: failed ? 2 : 1,
    status_id: failed ? 2 : 1,
    status: failed ? 'Failure' : 'Success',
    status_detail: type.meaning,
    metadata: {
      version: '1.3.0',
      product: { name: 'sshwhy', vendor_name: 'sshwhy', version: VERSION },
      event_code: type.id,
    },
    user: { name: user ?? 'unknown' },
    src_endpoint: (ip ?? name) === undefined ? undefined : { ip, hostname: name, port: number(port) },
    dst_endpoint: hostname ? { hostname } : undefined,
    service: { name: type.program },
    auth_protocol_id: 99,
    auth_protocol: method === undefined ? 'SSH' : `SSH ${method}`,
    is_remote: true,
  });
}

function csv({ type, at, hostname, pid, user, from, port, method, detail, times }: LogEvent): string {
  return csvLine([
    stamp(at),
    type.id,
    type.outcome,
    user,
    from,
    port,
    method,
    hostname,
    pid || undefined,
    detail,
    times,
  ]);
}

export const CSV_HEAD = csvLine('at event outcome user from port method hostname pid detail times'.split(' '));

/** One event as a line; empty where the form has no place for it. `readAt`: epoch milliseconds, of what has no stamp. */
export const recordOf: Readonly<Record<RecordForm, (event: LogEvent, readAt: number) => string>> = {
  json,
  csv,
  ecs,
  ocsf,
};
