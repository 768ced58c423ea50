import colors from 'picocolors';
import type { Installed, ServicePlan, ServiceStatus } from '../model/watch-service.ts';
import { count } from '../reason/watch/words.ts';
import { visible } from './escape.ts';

const MIB = 1 << 20;
const size = (bytes: number): string =>
  bytes < MIB ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;
const stamp = (at: number): string =>
  Number.isFinite(at) && Math.abs(at) < 8.64e15 ? `${new Date(at).toISOString().slice(0, 19)}Z` : '?';

/** `4 s`, `3 min`, `2 h`, `5 d`: the largest unit of which there is more than one. */
function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** What `sshwhy watch install --dry-run` prints: the files as they would be, and what would be run. */
export function planText(plan: ServicePlan, o: { color: boolean }): string {
  const c = colors.createColors(o.color);
  const files = [...(plan.config === undefined ? [] : [plan.config]), plan.unit];
  return [
    ...files.flatMap(({ file, text }) => [c.bold(`# ${file}`), ...text.trimEnd().split('\n').map(visible), '']),
    c.bold('# and then'),
    ...plan.commands,
    '',
  ].join('\n');
}

/** What became of `sshwhy watch install`. */
export function installedText({ plan, outcome, said }: Installed, o: { color: boolean; status: string }): string {
  const c = colors.createColors(o.color);
  const { unit, config } = plan;
  if (outcome === 'failed')
    return [
      c.red(c.bold('The service does not start.')),
      unit.change === 'new'
        ? 'The unit was taken away again.'
        : 'The unit stays as it was asked for; systemd tries again.',
      ...said.map((line) => `  ${visible(line)}`),
      '',
    ].join('\n');
  const [first, ...more] = plan.groups;
  const groups =
    first === undefined
      ? 'no group that may read logs'
      : more.length === 0
        ? `the group ${first}`
        : `the groups ${plan.groups.join(' and ')}`;
  return [
    c.green(c.bold('The watch runs, and starts with the machine.')),
    `  ${unit.file}: ${{ new: 'written', changed: 'written anew', same: 'as it was' }[unit.change]}`,
    ...(config === undefined ? [] : [`  ${config.file}: written; edit it and run this again`]),
    `  It runs as a user of its own in ${groups}, and ${plan.network ? 'may talk to other machines' : 'may talk to this machine only'}.`,
    c.dim(`  To see how it is: ${o.status}`),
    '',
  ].join('\n');
}

/** What `sshwhy watch uninstall` took away. */
export function uninstalledText(
  gone: readonly string[],
  purge: boolean,
  { state, config }: { readonly state: string; readonly config: string },
): string {
  if (gone.length === 0) return 'Nothing of sshwhy was installed as a service.\n';
  const kept = purge ? '' : `The events in ${state} and ${config} were kept (--purge takes them, too).\n`;
  return `${gone.map((file) => `gone: ${visible(file)}\n`).join('')}${kept}`;
}

/** How the service is, for a person at a terminal. `now`: epoch milliseconds. */
export function statusText({ unit, watch, problems }: ServiceStatus, o: { color: boolean; now: number }): string {
  const c = colors.createColors(o.color);
  const ago = (at: number | undefined, never: string): string =>
    at === undefined ? never : `${stamp(at)}, ${span(o.now - at)} ago`;
  const rows: (readonly [string, string])[] = [];
  const state = unit.installed ? unit.state : 'not installed';
  const since = unit.since === undefined ? '' : ` since ${ago(unit.since, '')}`;
  const pid = unit.pid === undefined ? '' : `, process ${unit.pid}`;
  const memory = unit.memoryBytes === undefined ? '' : `, ${size(unit.memoryBytes)} of memory`;
  rows.push(['service', `${visible(state)}${since}${pid}${memory}`]);
  if (unit.installed && !unit.enabled) rows.push(['at start', 'it does not start with the machine']);
  if (unit.restarts > 0) rows.push(['restarts', `${unit.restarts}, by systemd, because it had ended`]);
  if (watch === undefined && unit.state === 'active' && problems.length === 0)
    rows.push(['more', 'is not known: its configuration has no section metrics, by which it tells']);
  if (watch !== undefined) {
    const { lines, store, incidents, sources } = watch;
    rows.push(['last line', ago(watch.lastLineAt, 'none yet')]);
    rows.push(['last event', ago(watch.lastEventAt, 'none yet')]);
    if (watch.lagMs !== undefined)
      rows.push(['lag', `${span(watch.lagMs)}: so old was the last event when it was counted`]);
    rows.push(['lines', `${lines.read} read, ${lines.typed} of them events, ${lines.unparsed} in no known form`]);
    if (store !== undefined) {
      const limit = store.limitBytes === undefined ? '' : ` of ${size(store.limitBytes)}`;
      rows.push(['store', `${count(store.events, 'event')}, ${size(store.bytes)}${limit}`]);
    }
    rows.push(['incidents', `${incidents.page} for now, ${incidents.notice} for the morning, ${incidents.note} notes`]);
    const readable = sources.filter(({ unreadable }) => unreadable === undefined).map(({ source }) => visible(source));
    rows.push(['reads', readable.join(', ') || 'nothing']);
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, text]) => `${c.bold(name.padEnd(width))}  ${text}`),
    ...problems.map((problem) => `${c.red('✖')} ${visible(problem)}`),
    '',
  ].join('\n');
}
