import { eventTypes } from '../../knowledge/events/index.ts';
import type { Urgency, WatchEvent } from '../../model/watch.ts';

/** A metric as Prometheus knows it. Label values come from these lists alone: never an address, a user, or a name of a host. */
export interface MetricSpec {
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** Every value that a label can have, so that each series exists from the start, at 0. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

/** One step of a counter. */
export interface Count {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, string>>;

const METHODS = ['password', 'publickey', 'keyboard-interactive', 'hostbased', 'gssapi', 'none', 'other'] as const;

/** sshd's own word for a method, without the device behind its slash; what is not known is `other`. */
function methodOf(said: string | undefined): string {
  const [word = ''] = (said ?? '').split('/', 1);
  if (word.startsWith('gssapi')) return 'gssapi';
  return METHODS.find((method) => method === word) ?? 'other';
}

/** Types that tell of one attempt to authenticate; `method` where the message has it in its fixed words. */
const ATTEMPTS: Readonly<Record<string, { readonly outcome: string; readonly method?: string }>> = {
  'sshd/accepted': { outcome: 'accepted' },
  'sshd/accepted-certificate': { outcome: 'accepted' },
  'sshd/accepted-other': { outcome: 'accepted' },
  'sshd/partial': { outcome: 'partial' },
  'sshd/failed-invalid-user': { outcome: 'invalid_user' },
  'sshd/failed-password': { outcome: 'failed', method: 'password' },
  'sshd/failed-none': { outcome: 'failed', method: 'none' },
  'sshd/failed-publickey': { outcome: 'failed', method: 'publickey' },
  'sshd/failed-certificate': { outcome: 'failed', method: 'publickey' },
  'sshd/failed-keyboard-interactive': { outcome: 'failed', method: 'keyboard-interactive' },
  'sshd/failed-other': { outcome: 'failed' },
  'dropbear/accepted': { outcome: 'accepted' },
  'dropbear/bad-password': { outcome: 'failed', method: 'password' },
  'dropbear/unknown-user': { outcome: 'invalid_user' },
};

/** Types that tell of a connection that was turned away before anybody could authenticate, and by what. */
const DROPPED: Readonly<Record<string, string>> = {
  'sshd/drop-max-startups': 'max_startups',
  'sshd/drop-per-source': 'per_source_max_startups',
  'sshd/drop-penalty': 'penalty',
  'sshd/drop': 'other',
  'sshd/tcp-wrappers': 'tcp_wrappers',
  'sshd/tcp-wrappers-twist': 'tcp_wrappers',
  'sshd/other-user': 'refuse_connection',
  'sshd/ip-options': 'other',
  'kernel/ufw-block': 'firewall',
  'kernel/dropped': 'firewall',
  'kernel/rejected': 'firewall',
  'kernel/conntrack-full': 'conntrack_full',
};

/** Types that tell how a connection ended in which nobody was let in. */
const ENDED: Readonly<Record<string, string>> = {
  'sshd/closed-unauthenticated': 'refused_or_gave_up',
  'sshd/disconnected-unauthenticated': 'refused_or_gave_up',
  'sshd/max-attempts': 'max_auth_tries',
  'sshd/grace-timeout': 'login_grace_time',
  'sshd/grace-alarm': 'login_grace_time',
  'sshd/closed': 'named_nobody',
  'sshd/disconnected': 'named_nobody',
  'sshd/no-identification': 'no_identification',
  'sshd/bad-identification': 'not_ssh',
  'sshd/identification-closed': 'no_identification',
  'sshd/banner-exchange': 'not_ssh',
  'sshd/no-common-algorithm': 'no_common_algorithm',
  'dropbear/exit-refused': 'refused_or_gave_up',
  'dropbear/exit-before': 'named_nobody',
  'dropbear/no-algorithm': 'no_common_algorithm',
};

/** A ban that is only put back after a restart is no new one. */
const BANS: Readonly<Record<string, string>> = { 'fail2ban/ban': 'fail2ban', 'sshguard/block': 'sshguard' };
const UNBANS: Readonly<Record<string, string>> = { 'fail2ban/unban': 'fail2ban', 'sshguard/unblock': 'sshguard' };

const outcomeOf: ReadonlyMap<string, string> = new Map(eventTypes.map(({ id, outcome }) => [id, outcome]));

const values = (table: Readonly<Record<string, string>>): readonly string[] => [...new Set(Object.values(table))];

/** The most urgent first. */
export const URGENCIES: readonly Urgency[] = ['page', 'notice', 'note'];
export const ALERT_RESULTS = ['sent', 'failed', 'held_back'] as const;

/** Everything that is shown at `/metrics` but what the process says of itself. */
export const METRICS = {
  sshd_auth_attempts_total: {
    kind: 'counter',
    help: 'Attempts to authenticate that the log tells of. At LogLevel INFO sshd writes no line for a refused key.',
    labels: { outcome: ['accepted', 'partial', 'failed', 'invalid_user'], method: METHODS },
  },
  sshd_connections_dropped_total: {
    kind: 'counter',
    help: 'Connections that were turned away before anybody could authenticate. A firewall counts only what it logs for the port of sshd.',
    labels: { reason: values(DROPPED) },
  },
  sshd_preauth_disconnects_total: {
    kind: 'counter',
    help: 'Connections that ended without a login, by how they ended.',
    labels: { reason: values(ENDED) },
  },
  sshd_bans_total: {
    kind: 'counter',
    help: 'Addresses that were shut out; those put back after a restart are not counted again.',
    labels: { by: values(BANS) },
  },
  sshd_unbans_total: {
    kind: 'counter',
    help: 'Addresses that were let in again.',
    labels: { by: values(UNBANS) },
  },
  sshd_sessions_active: {
    kind: 'gauge',
    help: 'Logins that have begun and not ended, by what the log tells; one for each connection.',
  },
  sshd_lines_read_total: { kind: 'counter', help: 'Lines of logs that were read.' },
  sshd_lines_typed_total: { kind: 'counter', help: 'Lines that became an event.' },
  sshd_lines_other_total: { kind: 'counter', help: 'Lines of other programs, or of no known kind.' },
  sshd_lines_unparsed_total: { kind: 'counter', help: 'Lines that are not in the form of any log.' },
  sshwhy_events_total: {
    kind: 'counter',
    help: 'Events by type and by what they say of a login or of the service (docs/events.md).',
  },
  sshwhy_signals_total: { kind: 'counter', help: 'What detectors saw.' },
  sshwhy_incidents_open: {
    kind: 'gauge',
    help: 'Incidents that are open.',
    labels: { urgency: URGENCIES },
  },
  sshwhy_incidents_total: {
    kind: 'counter',
    help: 'Incidents that were opened with this urgency, or grew to it.',
    labels: { urgency: URGENCIES },
  },
  sshwhy_alerts_total: {
    kind: 'counter',
    help: 'Alerts that were sent, could not be sent, or were held back by the limits.',
    labels: { result: ALERT_RESULTS },
  },
  sshwhy_otlp_records_total: {
    kind: 'counter',
    help: 'Records for the OTLP collector: taken by it, refused by it, or dropped because it could not be reached for long.',
    labels: { result: ['sent', 'refused', 'dropped'] },
  },
  sshwhy_last_line_timestamp_seconds: { kind: 'gauge', help: 'When lines of a log were last read.' },
  sshwhy_last_event_timestamp_seconds: { kind: 'gauge', help: 'Time of the latest event, by its log.' },
  sshwhy_lag_seconds: {
    kind: 'gauge',
    help: 'How old the latest event was when it was counted. It does not grow while nothing happens.',
  },
  sshwhy_sources: {
    kind: 'gauge',
    help: 'Logs that are watched, and how many of them can and cannot be read.',
    labels: { state: ['readable', 'unreadable'] },
  },
  sshwhy_store_bytes: { kind: 'gauge', help: 'Size of the store. NaN while it is not known.' },
  sshwhy_store_limit_bytes: { kind: 'gauge', help: 'Size that the store may have. NaN without a limit.' },
  sshwhy_store_events: { kind: 'gauge', help: 'Events in the store. NaN while it is not known.' },
  sshwhy_build_info: { kind: 'gauge', help: 'Always 1; the labels tell the version of sshwhy and of Node.js.' },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;

/** Labels of `sshwhy_events_total`, of every type that there is. */
export const eventLabels: readonly Labels[] = [...outcomeOf].map(([type, outcome]) => ({ type, outcome }));

/**
 * The counters that one event moves. `ports`: those on which sshd listens; packets for others are none of its business.
 * Nothing that the event's message named becomes a label, but the method, by a list.
 */
export function countsOf(event: WatchEvent, ports: ReadonlySet<string>): readonly Count[] {
  const { type } = event;
  const outcome = outcomeOf.get(type);
  const counts: Count[] = [
    {
      metric: 'sshwhy_events_total',
      labels: outcome === undefined ? { type: 'other', outcome: 'other' } : { type, outcome },
    },
  ];
  const add = (metric: MetricName, labels: Labels): void => void counts.push({ metric, labels });
  const attempt = ATTEMPTS[type];
  if (attempt !== undefined)
    add('sshd_auth_attempts_total', { outcome: attempt.outcome, method: attempt.method ?? methodOf(event.method) });
  const dropped = DROPPED[type];
  if (dropped !== undefined && (dropped !== 'firewall' || (event.port !== undefined && ports.has(event.port))))
    add('sshd_connections_dropped_total', { reason: dropped });
  const ended = ENDED[type];
  if (ended !== undefined) add('sshd_preauth_disconnects_total', { reason: ended });
  const by = BANS[type];
  if (by !== undefined) add('sshd_bans_total', { by });
  const off = UNBANS[type];
  if (off !== undefined) add('sshd_unbans_total', { by: off });
  return counts;
}

/** Types that the tables above name; each has to be a row of the table of events. */
export const namedTypes: readonly string[] = [ATTEMPTS, DROPPED, ENDED, BANS, UNBANS].flatMap(Object.keys);
