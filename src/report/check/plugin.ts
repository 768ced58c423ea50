import type { FleetSummary } from '../../model/fleet.ts';
import type { HardenReport } from '../../model/harden-report.ts';
import type { Report } from '../../model/report.ts';
import { clip } from '../escape.ts';
import { fromPlaces, looksOf } from '../fleet/words.ts';
import { countsText, valuesOf } from '../harden/place.ts';
import { headline, placeOf, timeSteps } from '../words.ts';

/** Exit statuses of the Monitoring Plugins' guidelines, which Nagios, Icinga, Naemon and Checkmk go by. */
export const PLUGIN = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
export type PluginState = keyof typeof PLUGIN;

export interface PluginResult {
  readonly state: PluginState;
  readonly text: string;
}

/** Seconds, for a step of the login or for `total`. */
export type Limits = Readonly<Record<string, { readonly warning?: number; readonly critical?: number }>>;

/** What one line may hold: Nagios reads 8 kB of all, NRPE less. */
const LINE_MAX = 300;
const LINES_MAX = 20;

/**
 * Foreign text for a plugin's output: one line, no `|` (performance data would begin), nothing that a web page of the
 * monitoring or the shell of somebody's notification command would take for its own (`<`, `&`, `$`, backtick).
 */
function plain(text: string, most = LINE_MAX): string {
  return clip(text, most).replace(/[|<>&$`]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

const HASTE: readonly PluginState[] = ['OK', 'UNKNOWN', 'WARNING', 'CRITICAL'];
const worse = (a: PluginState, b: PluginState): PluginState => (HASTE.indexOf(b) > HASTE.indexOf(a) ? b : a);

function written(state: PluginState, says: string, data: readonly string[], details: readonly string[]): PluginResult {
  const rest = details.slice(0, LINES_MAX).map((line) => `${plain(line)}\n`);
  const more = details.length > LINES_MAX ? `and ${details.length - LINES_MAX} lines more\n` : '';
  const performance = data.length === 0 ? '' : `|${data.join(' ')}`;
  return { state, text: `SSH ${state} - ${plain(says)}${performance}\n${rest.join('')}${more}` };
}

/** The one line for when there is no answer. */
export function pluginFailure(message: string): string {
  return written('UNKNOWN', message, [], []).text;
}

const second = (ms: number): string => (ms / 1000).toFixed(3);
const count = (name: string, value: number): string => `${name}=${value};;;0`;

/** What a diagnosis comes to, before it was slow. */
function stateOf({ gates, causes }: Report): PluginState {
  const has = (outcome: string): boolean => gates.some((gate) => gate.outcome === outcome);
  if (has('closed') || causes.some(({ role }) => role === 'blocking')) return 'CRITICAL';
  if (has('degraded') || causes.some(({ role }) => role === 'degrading')) return 'WARNING';
  return has('open') ? 'OK' : 'UNKNOWN';
}

/** The answer as the output of a check: `SSH CRITICAL - …|total=0.412s;2;10;0`, then a line for each cause. */
export function diagnosisPlugin(report: Report, limits: Limits = {}): PluginResult {
  const steps = [...timeSteps(report), ['total', report.durationMs] as const];
  const slow = steps.flatMap(([name, ms]) => {
    const { warning = Number.POSITIVE_INFINITY, critical = Number.POSITIVE_INFINITY } = limits[name] ?? {};
    const state: PluginState = ms > critical * 1000 ? 'CRITICAL' : ms > warning * 1000 ? 'WARNING' : 'OK';
    return state === 'OK' ? [] : [{ state, says: `${name} took ${second(ms)} s` }];
  });
  const data = steps.map(([name, ms]) => {
    const { warning = '', critical = '' } = limits[name] ?? {};
    return `${name}=${second(ms)}s;${warning};${critical};0`;
  });
  const causes = report.causes.filter(({ role }) => role !== 'consequence');
  const [first] = causes.filter(({ role }) => role === 'blocking' || role === 'degrading');
  const closed = report.gates.find(({ outcome }) => outcome === 'closed');
  const why = first?.text ?? closed?.detail;
  const says = [headline(report) + (why === undefined ? '' : `: ${why}`), ...slow.map((one) => one.says)].join('; ');
  const details = causes.flatMap(({ role, text, verdict, id, evidence: [seen], fix }) => [
    `[${role}] ${text} (${verdict}, ${id})`,
    ...(seen && role !== 'latent' ? [`  ${seen.side} ${placeOf(seen)}: ${seen.text}`] : []),
    ...(fix && role !== 'latent'
      ? [`  ${'refuse' in fix ? fix.refuse : `fix on the ${fix.where}: ${fix.summary}`}`]
      : []),
  ]);
  return written(slow.map((one) => one.state).reduce(worse, stateOf(report)), says, data, details);
}

const GRAVE: readonly string[] = ['high', 'critical'];

/** A posture: critical for what is `high` or `critical`, warning for the rest at or above `failOn`. `status`: of `sshwhy harden`. */
export function hardenPlugin(
  report: HardenReport,
  failing: readonly HardenReport['results'][number][],
  blind: boolean,
): PluginResult {
  const state: PluginState = failing.some(({ severity }) => GRAVE.includes(severity))
    ? 'CRITICAL'
    : failing.length > 0
      ? 'WARNING'
      : blind
        ? 'UNKNOWN'
        : 'OK';
  const { target, profile, counts } = report;
  return written(
    state,
    `${target.input || (target.host ?? 'this server')} against ${profile.name}: ${countsText(report)}`,
    (['fail', 'unknown', 'waived', 'pass'] as const).map((status) => count(status, counts[status] ?? 0)),
    failing.map((one) => `[${one.severity}] ${one.title}: ${valuesOf(one)} (${one.control})`),
  );
}

const NAMES_SHOWN = 10;

/** Many hosts: critical when one is closed, warning when one is degraded or could not be asked, unknown when none could. */
export function fleetPlugin(summary: FleetSummary): PluginResult {
  const { hosts, outcomes, groups, ms, interrupted } = summary;
  const of = (outcome: string): number => outcomes[outcome] ?? 0;
  const state: PluginState =
    of('closed') > 0
      ? 'CRITICAL'
      : interrupted || of('unknown') + of('not-asked') === looksOf(summary)
        ? 'UNKNOWN'
        : of('degraded') + of('unknown') > 0
          ? 'WARNING'
          : 'OK';
  const kinds = ['open', 'degraded', 'closed', 'unknown', 'not-asked'];
  const told = kinds.flatMap((kind) => (of(kind) > 0 ? [`${of(kind)} ${kind.replace('-', ' ')}`] : []));
  return written(
    state,
    `${hosts} host${hosts === 1 ? '' : 's'}${fromPlaces(summary)}: ${told.join(', ')}${interrupted ? ', interrupted' : ''}`,
    [...kinds.map((kind) => count(kind.replace('-', '_'), of(kind))), `total=${second(ms)}s;;;0`],
    groups.map(
      ({ id, says, hosts: names, count: all }) =>
        `${all} x ${id}: ${names.slice(0, NAMES_SHOWN).join(', ')}${all > NAMES_SHOWN ? ' and others' : ''}: ${says}`,
    ),
  );
}
