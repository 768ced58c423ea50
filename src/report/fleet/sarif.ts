import { sectionName } from '../../facts/bundle.ts';
import { controlOf } from '../../knowledge/controls/index.ts';
import type { FleetDrift } from '../../model/fleet.ts';
import type { FleetKeySums } from '../../model/fleet-keys.ts';
import { VERSION } from '../../model/version.ts';
import type { FleetRun, ReportedHost } from '../../reason/fleet/run.ts';
import { KEY_RULES } from '../../reason/keyring/audit.ts';
import { visible } from '../escape.ts';
import { sarifLocation, sarifLog } from '../sarif-log.ts';
import { alikeName, hosts as counted, endpoint, headline, titleOf, whyOf } from './words.ts';

/** What GitHub takes of one run. */
const RESULTS_MAX = 25_000;
const DIFFERS_MAX = 500;
const DRIFT = 'fleet/drift';

type Found = ReportedHost['found'][number];

const LEVEL = { confirmed: 'error', likely: 'warning', possible: 'note' } as const;

const GRAVE = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;

function levelOf({ outcome }: ReportedHost, { verdict, severity }: Found): 'error' | 'warning' | 'note' {
  if (severity !== undefined) return GRAVE[severity];
  if (verdict === undefined) return 'warning';
  return outcome !== 'closed' && verdict === 'confirmed' ? 'warning' : LEVEL[verdict];
}

function rule(id: string): object {
  if (id === DRIFT)
    return {
      id,
      shortDescription: { text: 'A host is not as the others of its group are' },
      help: { text: 'sshwhy fleet drift RUN.jsonl' },
    };
  const why = whyOf(id);
  return {
    id: visible(id),
    shortDescription: { text: visible(titleOf(id)) },
    ...(why !== undefined && { fullDescription: { text: why } }),
    help: { text: visible(helpOf(id)) },
  };
}

function helpOf(id: string): string {
  if (controlOf(id)) return 'sshwhy harden --list';
  return KEY_RULES.some((one) => one.id === id) ? 'sshwhy keys audit' : `sshwhy explain ${id}`;
}

/** The host itself, which is a place for services that know no files of it. */
const place = (name: string): object => ({ name: visible(name), fullyQualifiedName: visible(name), kind: 'resource' });

function result(host: ReportedHost, found: Found, ruleIndex: number): object {
  const name = endpoint(host);
  const { id, says, subject, evidence = [], verdict, severity, fix } = found;
  const [first, ...more] = evidence.map(sarifLocation);
  return {
    ruleId: visible(id),
    ruleIndex,
    kind: 'fail',
    level: levelOf(host, found),
    message: { text: visible(`${name}: ${says}`) },
    locations: [{ ...first, logicalLocations: [place(name)] }],
    relatedLocations: [...new Map(more.map((one) => [JSON.stringify(one), one])).values()],
    partialFingerprints: { 'sshwhyHostCause/v1': visible(`${name} ${id} ${subject ?? ''}`.trim()) },
    properties: {
      host: visible(name),
      outcome: host.outcome,
      ...(verdict !== undefined && { verdict }),
      ...(severity !== undefined && { severity }),
      ...(fix !== undefined && 'commands' in fix && { fix: visible(fix.summary), commands: fix.commands.map(visible) }),
    },
  };
}

function drifting(one: FleetDrift, ruleIndex: number): object[] {
  return one.differs
    .filter(({ kind }) => kind === 'minority')
    .map(({ about, says, values }) => ({
      ruleId: DRIFT,
      ruleIndex,
      kind: 'fail',
      level: 'note',
      message: { text: visible(`${alikeName(one)}: ${says}`) },
      locations: values
        .slice(1)
        .flatMap(({ hosts }) => hosts)
        .slice(0, 10)
        .map((host) => ({ logicalLocations: [place(endpoint(host))] })),
      partialFingerprints: { 'sshwhyDrift/v1': visible(`${one.alike.by} ${one.alike.name} ${about}`) },
    }));
}

/** What shows of keys only across hosts, each with the lines of the hosts that it is seen in. */
function across(one: FleetKeySums['findings'][number], ruleIndex: number): object {
  return {
    ruleId: visible(one.id),
    ruleIndex,
    kind: 'fail',
    level: GRAVE[one.severity],
    message: { text: visible(`${one.text} ${one.action}`) },
    locations: one.evidence.slice(0, 10).map(({ host, file, line, text }) => ({
      ...sarifLocation({ section: sectionName(file), text, ...(line === undefined ? {} : { line }) }),
      logicalLocations: [place(host)],
    })),
    partialFingerprints: {
      'sshwhyKeyAcross/v1': visible(`${one.id} ${one.host ?? ''} ${one.account ?? ''} ${one.fingerprint ?? ''}`),
    },
    properties: { severity: one.severity },
  };
}

/**
 * A run over many hosts as SARIF 2.1.0: a result for each cause, failing control or finding about keys of each host, for what shows
 * of keys only across hosts, and for what drifts, as notes.
 */
export function fleetSarif(run: FleetRun): object {
  const all = run.hosts.flatMap((host) => host.found.map((found) => [host, found] as const));
  const shown = all.slice(0, RESULTS_MAX - DIFFERS_MAX - (run.summary.keys?.findings.length ?? 0));
  const differs = run.drift.some((one) => one.differs.some(({ kind }) => kind === 'minority'));
  const keys = run.summary.keys?.findings ?? [];
  const ids = [
    ...new Set([...shown.map(([, { id }]) => id), ...keys.map(({ id }) => id)]),
    ...(differs ? [DRIFT] : []),
  ];
  const index = new Map(ids.map((id, at) => [id, at]));
  const left = all.length - shown.length;
  return sarifLog({
    version: VERSION,
    takenAt: run.to ?? run.from ?? '1970-01-01T00:00:00Z',
    rules: ids.map(rule),
    results: [
      ...shown.map(([host, found]) => result(host, found, index.get(found.id) ?? -1)),
      ...keys.map((one) => across(one, index.get(one.id) ?? -1)),
      ...run.drift.flatMap((one) => drifting(one, index.get(DRIFT) ?? -1)).slice(0, DIFFERS_MAX),
    ],
    properties: { answer: visible(headline(run)) },
    ...(left > 0 && {
      note: `${left} of ${all.length} results on ${counted(run.hosts.length)} are left out: a log takes no more.`,
    }),
  });
}
