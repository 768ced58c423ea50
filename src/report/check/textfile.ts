import { Gauge, Registry } from 'prom-client';
import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import type { HardenReport } from '../../model/harden-report.ts';
import type { Report } from '../../model/report.ts';
import { clip } from '../escape.ts';
import { targetName, timeSteps } from '../words.ts';

type Labels = Readonly<Record<string, string>>;
type Row = readonly [labels: Labels, value: number];

/** Name, what it says, and its series. The help of a metric is always the same: files of many checks are read together. */
type Family = readonly [name: string, help: string, rows: readonly Row[]];

/** What a name from outside may take of a label. */
const LABEL_MAX = 200;

async function written(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const [name, help, rows] of families) {
    if (rows.length === 0) continue;
    const labelNames = [...new Set(rows.flatMap(([labels]) => Object.keys(labels)))];
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
    for (const [labels, value] of rows)
      gauge.set(Object.fromEntries(Object.entries(labels).map(([key, text]) => [key, clip(text, LABEL_MAX)])), value);
  }
  return registry.metrics();
}

const seconds = (ms: number): number => ms / 1000;
const when = (at: string): number => Math.floor(Date.parse(at) / 1000);

/** 1, 0, or not a number where nobody could tell. */
function opened({ gates, causes }: Report): number {
  if (causes.some(({ role }) => role === 'blocking') || gates.some(({ outcome }) => outcome === 'closed')) return 0;
  return gates.some(({ outcome }) => outcome === 'open') ? 1 : Number.NaN;
}

/** A diagnosis for the textfile collector of Prometheus' node_exporter. Causes by their id alone: what they say is for people. */
export function diagnosisMetrics(report: Report): Promise<string> {
  const destination = targetName(report);
  const found = new Map<string, [Labels, number]>();
  for (const { id, role, verdict } of report.causes) {
    const key = `${id} ${role} ${verdict}`;
    const [labels, before] = found.get(key) ?? [{ destination, cause: id, role, verdict }, 0];
    found.set(key, [labels, before + 1]);
  }
  return written([
    [
      'sshwhy_login_open',
      'Whether nothing keeps this login out: 1 or 0, NaN when it could not be told.',
      [[{ destination }, opened(report)]],
    ],
    [
      'sshwhy_gate_info',
      'What became of each gate on the way of the login.',
      report.gates.map(({ gate, outcome }): Row => [{ destination, gate, outcome }, 1]),
    ],
    ['sshwhy_causes', 'Findings of each cause.', [...found.values()]],
    ['sshwhy_blind_spots', 'What could not be looked at.', [[{ destination }, report.blind.length]]],
    [
      'sshwhy_login_step_seconds',
      'Time that each step of the login took; a step that was not reached is absent.',
      timeSteps(report).map(([step, ms]): Row => [{ destination, step }, seconds(ms)]),
    ],
    ['sshwhy_look_duration_seconds', 'Time that the look took.', [[{ destination }, seconds(report.durationMs)]]],
    ['sshwhy_look_timestamp_seconds', 'When it was looked at.', [[{ destination }, when(report.takenAt)]]],
  ]);
}

/** A posture for the textfile collector. */
export function hardenMetrics(report: HardenReport): Promise<string> {
  const { target, counts, profile, results } = report;
  const own = { destination: target.input || (target.host ?? ''), profile: profile.name };
  const failing = new Map<string, [Labels, number]>();
  for (const { control, severity } of results.filter(({ status }) => status === 'fail')) {
    const key = `${control} ${severity}`;
    const [labels, before] = failing.get(key) ?? [{ ...own, control, severity }, 0];
    failing.set(key, [labels, before + 1]);
  }
  return written([
    [
      'sshwhy_harden_results',
      'Controls of the profile by what became of them.',
      Object.entries(counts).map(([status, count]): Row => [{ ...own, status }, count]),
    ],
    ['sshwhy_harden_failing', 'Findings of each control that fails.', [...failing.values()]],
    ['sshwhy_harden_timestamp_seconds', 'When it was looked at.', [[own, when(report.takenAt)]]],
  ]);
}

/** A run over many hosts for the textfile collector: its sums, and every host. */
export function fleetMetrics(hosts: readonly FleetHost[], { outcomes, ms }: FleetSummary): Promise<string> {
  const asked = hosts[0]?.asked ?? 'check';
  const kinds = ['open', 'degraded', 'closed', 'unknown', 'not-asked'];
  const named = (host: FleetHost): Labels => ({
    asked,
    host: host.name,
    port: String(host.port),
    ...(host.vantage === undefined ? {} : { vantage: host.vantage }),
  });
  return written([
    [
      'sshwhy_fleet_hosts',
      'Hosts by what became of them.',
      kinds.map((outcome): Row => [{ asked, outcome }, outcomes[outcome] ?? 0]),
    ],
    [
      'sshwhy_fleet_host_info',
      'What became of each host, and the gate that is closed or degraded.',
      hosts.map((host): Row => [{ ...named(host), outcome: host.outcome, gate: host.gate ?? '' }, 1]),
    ],
    [
      'sshwhy_fleet_host_step_seconds',
      'Time that each step took.',
      hosts.flatMap((host) =>
        Object.entries(host.ms).flatMap(([step, taken]): Row[] =>
          taken === undefined ? [] : [[{ ...named(host), step }, seconds(taken)]],
        ),
      ),
    ],
    ['sshwhy_fleet_duration_seconds', 'Time that the run took.', [[{ asked }, seconds(ms)]]],
    [
      'sshwhy_fleet_timestamp_seconds',
      'When the last of the hosts was asked.',
      hosts.length === 0 ? [] : [[{ asked }, hosts.reduce((last, { at }) => Math.max(last, when(at)), 0)]],
    ],
  ]);
}
