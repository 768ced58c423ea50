import { parse } from 'yaml';
import { DEFAULT_LISTEN, parseListen } from '../collect/metrics/serve.ts';
import type { ServiceHost } from '../collect/service-host.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { shellQuote } from '../model/remedy.ts';
import { VERSION } from '../model/version.ts';
import {
  type Health,
  healthSchema,
  type Installed,
  type ServicePlan,
  type ServiceStatus,
} from '../model/watch-service.ts';
import { shippedFile } from '../shipped/files.ts';
import { readWatchConfig } from './watch-config.ts';
import {
  bootHidden,
  CONFIG_FILE,
  LOG_GROUPS,
  listenOf,
  MARK,
  needsNetwork,
  placeProblem,
  STATE_FOLDER,
  STATE_PRIVATE,
  UNIT,
  UNIT_FILE,
  unitText,
} from './watch-unit.ts';

/** The program that is to run as a service. */
export interface Program {
  /** Of Node.js, or the executable that has it inside. */
  readonly node: string;
  /** `sshwhy.js`; undefined for the executable. */
  readonly program?: string;
}

/** A file that is shipped: beside the bundled program, or in the checkout. */
function shipped(name: string): string {
  const places = [`./${name}`, `../../packaging/systemd/${name}`].map((place) => new URL(place, import.meta.url));
  const file = shippedFile(name, places);
  if (file === undefined) throw new LookError(`${name}, which belongs to sshwhy, is missing: install it anew`);
  return file.toString('utf8');
}

const isLoopback = (listen: string): boolean => parseListen(listen).loopback;

function configOf(host: ServiceHost): unknown {
  const text = host.read(CONFIG_FILE);
  if (text === undefined) return undefined;
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    throw new UsageError(`${CONFIG_FILE} is no YAML: ${(error as Error).message}`);
  }
}

/** What to do about a program in a place where the service cannot run it. */
function refusal({ node, program }: Program, problem: string, which: 'node' | 'program'): UsageError {
  const name = `sshwhy-${VERSION}.tgz`;
  const folder = (program ?? '').replace(/\/dist\/[^/]*$/, '');
  const remedy =
    program === undefined
      ? `sudo install ${shellQuote(node)} /usr/local/bin/sshwhy, then: sudo sshwhy watch install`
      : which === 'node'
        ? 'install Node.js 20.19 or newer for the whole machine (a package, or below /usr/local), and run this again with it'
        : `cd ${shellQuote(folder)} && npm pack && sudo npm install -g ./${name}, then: sudo sshwhy watch install`;
  return new UsageError(
    `the service cannot run ${which === 'node' ? node : program}: ${problem}. What helps: ${remedy}`,
  );
}

/** What `install` would write and do. @throws UsageError when it cannot be done here, with what helps. */
export async function planService(host: ServiceHost, what: Program): Promise<ServicePlan> {
  for (const which of ['node', 'program'] as const) {
    const file = what[which];
    const problem = file === undefined ? undefined : placeProblem(host.way(file));
    if (problem !== undefined) throw refusal(what, problem, which);
  }
  const before = host.read(UNIT_FILE);
  if (before !== undefined && !before.startsWith(MARK))
    throw new UsageError(`${UNIT_FILE} is there and was not written by sshwhy: move it away first`);
  const known = host.groups();
  const groups = LOG_GROUPS.filter((name) => known.has(name));
  const written = host.read(CONFIG_FILE);
  const config = written ?? shipped('watch.yaml');
  const network = needsNetwork(readWatchConfig(CONFIG_FILE, config), isLoopback);
  const [, release] = /^systemd (\d{1,4})/.exec((await host.systemctl('--version')).out) ?? [];
  const hidden = bootHidden(host.container, Number(release));
  const unit = unitText(shipped('sshwhy-watch.service'), { ...what, groups, network, bootHidden: hidden });
  return {
    unit: { file: UNIT_FILE, text: unit, change: before === undefined ? 'new' : before === unit ? 'same' : 'changed' },
    ...(written === undefined ? { config: { file: CONFIG_FILE, text: config } } : {}),
    network,
    groups,
    commands: ['systemctl daemon-reload', `systemctl enable ${UNIT}`, `systemctl restart ${UNIT}`],
  };
}

function needRoot(host: ServiceHost, doing: string): void {
  if (!host.systemd)
    throw new LookError(
      'systemd does not run this machine; let what does start `sshwhy watch --config FILE` as a user that may read the logs',
    );
  if (!host.root)
    throw new UsageError(
      `${doing} a service takes root: sudo sshwhy watch ${doing === 'installing' ? 'install' : 'uninstall'}`,
    );
}

/**
 * Writes the unit and, where there is none, watch.yaml; enables and starts the service. When it does not start, a new unit is
 * taken away again; one that was there before stays, and systemd tries again.
 */
export async function installService(host: ServiceHost, what: Program): Promise<Installed> {
  needRoot(host, 'installing');
  const plan = await planService(host, what);
  if (plan.config !== undefined) host.write(plan.config.file, plan.config.text, { mode: 0o640, group: 'adm' });
  host.write(plan.unit.file, plan.unit.text, { mode: 0o644 });
  await host.systemctl('daemon-reload');
  await host.systemctl('enable', UNIT);
  const started = await host.systemctl('restart', UNIT);
  if (started.code === 0) return { plan, outcome: 'started', said: [] };
  const said = (await host.journal(UNIT, 12)) || started.err;
  if (plan.unit.change === 'new') await takeAway(host);
  return { plan, outcome: 'failed', said: said.split('\n').filter((line) => line !== '') };
}

async function takeAway(host: ServiceHost): Promise<boolean> {
  await host.systemctl('disable', '--now', UNIT);
  const there = host.remove(UNIT_FILE);
  await host.systemctl('daemon-reload');
  // An unknown unit is no failure: it is what is wanted.
  await host.systemctl('reset-failed', UNIT);
  return there;
}

/** Stops the service and takes its unit away; with `purge` its events and watch.yaml, too. Returns what went. */
export async function uninstallService(host: ServiceHost, purge: boolean): Promise<readonly string[]> {
  needRoot(host, 'uninstalling');
  const unit = host.read(UNIT_FILE);
  if (unit !== undefined && !unit.startsWith(MARK)) throw new UsageError(`${UNIT_FILE} was not written by sshwhy`);
  const gone = (await takeAway(host)) ? [UNIT_FILE] : [];
  if (!purge) return gone;
  for (const place of [`${UNIT_FILE}.d`, STATE_FOLDER, STATE_PRIVATE, CONFIG_FILE])
    if (host.remove(place)) gone.push(place);
  host.removeFolderIfEmpty('/etc/sshwhy');
  return gone;
}

const SHOWN = [
  'LoadState',
  'UnitFileState',
  'ActiveState',
  'SubState',
  'Result',
  'MainPID',
  'NRestarts',
  'MemoryCurrent',
  'ActiveEnterTimestamp',
];

function shownBy(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

/** A count that systemd shows; undefined where it says `[not set]` or the largest number there is. */
function counted(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && text !== '' && Number.isSafeInteger(value) ? value : undefined;
}

/** How the service is, by systemd and by itself. @throws LookError when systemd cannot be asked. */
export async function serviceStatus(host: ServiceHost): Promise<ServiceStatus> {
  if (!host.systemd) throw new LookError('systemd does not run this machine, so there is no service of it to look at');
  const told = await host.systemctl('show', UNIT, '--timestamp=unix', `--property=${SHOWN.join(',')}`);
  // Before systemd 247 the flag was not known.
  const shown = shownBy(
    told.code === 0 ? told.out : (await host.systemctl('show', UNIT, `--property=${SHOWN.join(',')}`)).out,
  );
  if (shown['LoadState'] === undefined) throw new LookError(`systemctl does not tell about ${UNIT}: ${told.err}`);
  const installed = shown['LoadState'] !== 'not-found';
  const since = sinceOf(shown['ActiveEnterTimestamp']);
  const pid = counted(shown['MainPID']);
  const memory = counted(shown['MemoryCurrent']);
  const active = shown['ActiveState'] === 'active';
  const problems: string[] = [];
  if (!installed) problems.push('It is not installed: sudo sshwhy watch install');
  else if (!active)
    problems.push(`It does not run (${shown['ActiveState']}, ${shown['Result']}): journalctl -u ${UNIT} -n 50`);
  const health = active ? await healthOf(host, problems) : undefined;
  for (const { source, unreadable } of health?.sources ?? [])
    if (unreadable !== undefined) problems.push(`${source} cannot be read: ${unreadable}`);
  if (active) networkProblem(host, problems);
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    unit: {
      name: UNIT,
      installed,
      enabled: shown['UnitFileState'] === 'enabled',
      state: shown['ActiveState'] ?? 'unknown',
      ...(active && since !== undefined ? { since } : {}),
      ...(pid ? { pid } : {}),
      ...(memory === undefined ? {} : { memoryBytes: memory }),
      restarts: counted(shown['NRestarts']) ?? 0,
    },
    ...(health === undefined ? {} : { watch: health }),
    problems,
  };
}

/** `@1764057600` (systemctl --timestamp=unix), or `Wed 2026-11-25 08:00:00 UTC`. */
function sinceOf(text: string | undefined): number | undefined {
  const [, seconds] = /^@(\d{1,12})/.exec(text ?? '') ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const at = Date.parse((text ?? '').replace(/^[A-Z][a-z]{2} /, ''));
  return Number.isNaN(at) ? undefined : at;
}

/** What somebody at the port of the watch says, if it is one: any user of the machine could sit there. */
function healthIn(text: string | undefined): Health | undefined {
  try {
    return healthSchema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

async function healthOf(host: ServiceHost, problems: string[]): Promise<Health | undefined> {
  let listen = DEFAULT_LISTEN;
  let token: string | undefined;
  try {
    const config = configOf(host) as { metrics?: { token_file?: unknown } } | undefined;
    if (config !== undefined && config?.metrics === undefined) return undefined;
    listen = listenOf(config) ?? DEFAULT_LISTEN;
    const file = config?.metrics?.token_file;
    if (typeof file === 'string') token = host.read(file)?.trim();
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    // Whoever may not read watch.yaml still learns what is told where it is told by default.
  }
  const { host: address, port } = parseListen(listen);
  // Who listens on every address is asked on this machine's own.
  const where = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  const health = healthIn(await host.ask(where, port, '/healthz', token));
  if (health === undefined)
    problems.push(`It does not answer at ${listen} (metrics.listen in ${CONFIG_FILE}), so more is not known`);
  return health;
}

function networkProblem(host: ServiceHost, problems: string[]): void {
  try {
    const unit = host.read(UNIT_FILE) ?? '';
    if (/^IPAddressDeny=any/m.test(unit) && needsNetwork(configOf(host), isLoopback))
      problems.push(`${CONFIG_FILE} names other machines, which the unit keeps away: sudo sshwhy watch install`);
  } catch {
    // Said before, or not for this user to read.
  }
}
