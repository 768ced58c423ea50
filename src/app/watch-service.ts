import { parseListen } from '../collect/metrics/serve.ts';
import type { ServiceHost } from '../collect/service-host.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { shellQuote } from '../model/remedy.ts';
import { VERSION } from '../model/version.ts';
import type { Installed, ServicePlan } from '../model/watch-service.ts';
import { shippedFile } from '../shipped/files.ts';
import { readWatchConfig } from './watch-config.ts';
import type { ServiceKind } from './watch-service-kinds.ts';
import { bootHidden, listenOf, MARK, needsNetwork, placeProblem, unitText } from './watch-unit.ts';

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

export const isLoopback = (listen: string): boolean => parseListen(listen).loopback;

/** What to do about a program in a place where the service cannot run it. */
function refusal(
  { node, program }: Program,
  problem: string,
  which: 'node' | 'program',
  { install }: ServiceKind,
): UsageError {
  const name = `sshwhy-${VERSION}.tgz`;
  const folder = (program ?? '').replace(/\/dist\/[^/]*$/, '');
  const remedy =
    program === undefined
      ? `sudo install ${shellQuote(node)} /usr/local/bin/sshwhy, then: ${install}`
      : which === 'node'
        ? 'install Node.js 20.19 or newer for the whole machine (a package, or below /usr/local), and run this again with it'
        : `cd ${shellQuote(folder)} && npm pack && sudo npm install -g ./${name}, then: ${install}`;
  return new UsageError(
    `the service cannot run ${which === 'node' ? node : program}: ${problem}. What helps: ${remedy}`,
  );
}

/** What a first central.yaml names, where there is none yet. */
export interface CentralNames {
  readonly from?: string | undefined;
  readonly store?: string | undefined;
}

/** The first configuration of a service. JSON is YAML, whatever is in the names. */
function starterOf({ starter, state, install }: ServiceKind, { from, store }: CentralNames): string {
  const text = shipped(starter);
  if (!text.includes('@FROM@')) return text;
  if (from === undefined) throw new UsageError(`say which broker: ${install} --from nats://HOST:4222 [--store WHERE]`);
  const parts: Readonly<Record<string, string>> = { FROM: from, STORE: store ?? `${state}/events.db` };
  return text.replace(/@(FROM|STORE)@/g, (_, name: string) => JSON.stringify(parts[name]));
}

/** The configuration that is there, or the first one. What is there is never changed, so it cannot be told other names. */
function configFor(host: ServiceHost, kind: ServiceKind, names: CentralNames): { text: string; written: boolean } {
  const written = host.read(kind.config);
  if (written === undefined) return { text: starterOf(kind, names), written: false };
  if (names.from !== undefined || names.store !== undefined)
    throw new UsageError(`${kind.config} is there and is not changed: edit it, then: ${kind.install}`);
  return { text: written, written: true };
}

/** What `install` would write and do. @throws UsageError when it cannot be done here, with what helps. */
export async function planService(
  host: ServiceHost,
  what: Program,
  kind: ServiceKind,
  names: CentralNames = {},
): Promise<ServicePlan> {
  for (const which of ['node', 'program'] as const) {
    const file = what[which];
    const problem = file === undefined ? undefined : placeProblem(host.way(file));
    if (problem !== undefined) throw refusal(what, problem, which, kind);
  }
  const { unit: name, unitFile } = kind;
  const before = host.read(unitFile);
  if (before !== undefined && !before.startsWith(MARK))
    throw new UsageError(`${unitFile} is there and was not written by sshwhy: move it away first`);
  const known = host.groups();
  const groups = kind.groups.filter((group) => known.has(group));
  const { text: config, written } = configFor(host, kind, names);
  const read = readWatchConfig(kind.config, config);
  if (kind.starter === 'central.yaml' && read.from === undefined)
    throw new UsageError(`${kind.config} does not say from which broker: from: nats://HOST:4222`);
  const network = needsNetwork(read, isLoopback);
  const listen = listenOf(read);
  const [, release] = /^systemd (\d{1,4})/.exec((await host.systemctl('--version')).out) ?? [];
  const text = unitText(shipped(kind.template), {
    ...what,
    groups,
    network,
    bootHidden: bootHidden(host.container, Number(release)),
    port: listen === undefined ? undefined : parseListen(listen).port,
    heapMb: kind.heapMb,
  });
  return {
    unit: { file: unitFile, text, change: before === undefined ? 'new' : before === text ? 'same' : 'changed' },
    ...(written ? {} : { config: { file: kind.config, text: config } }),
    network,
    groups,
    commands: ['systemctl daemon-reload', `systemctl enable ${name}`, `systemctl restart ${name}`],
  };
}

function needRoot(host: ServiceHost, doing: 'installing' | 'uninstalling', { install }: ServiceKind): void {
  if (!host.systemd)
    throw new LookError(
      'systemd does not run this machine; let what does start `sshwhy watch --config FILE` as a user that may read the logs',
    );
  if (!host.root)
    throw new UsageError(
      `${doing} a service takes root: ${doing === 'installing' ? install : install.replace(' install', ' uninstall')}`,
    );
}

/**
 * Writes the unit and, where there is none, its configuration; enables and starts the service. When it does not start, a new unit is
 * taken away again; one that was there before stays, and systemd tries again.
 */
export async function installService(
  host: ServiceHost,
  what: Program,
  kind: ServiceKind,
  names: CentralNames = {},
): Promise<Installed> {
  needRoot(host, 'installing', kind);
  const plan = await planService(host, what, kind, names);
  if (plan.config !== undefined) host.write(plan.config.file, plan.config.text, { mode: 0o640, group: 'adm' });
  host.write(plan.unit.file, plan.unit.text, { mode: 0o644 });
  await host.systemctl('daemon-reload');
  await host.systemctl('enable', kind.unit);
  const started = await host.systemctl('restart', kind.unit);
  if (started.code === 0) return { plan, outcome: 'started', said: [] };
  const said = (await host.journal(kind.unit, 12)) || started.err;
  if (plan.unit.change === 'new') await takeAway(host, kind);
  return { plan, outcome: 'failed', said: said.split('\n').filter((line) => line !== '') };
}

async function takeAway(host: ServiceHost, { unit, unitFile }: ServiceKind): Promise<boolean> {
  await host.systemctl('disable', '--now', unit);
  const there = host.remove(unitFile);
  await host.systemctl('daemon-reload');
  // An unknown unit is no failure: it is what is wanted.
  await host.systemctl('reset-failed', unit);
  return there;
}

/** Stops the service and takes its unit away; with `purge` its events and configuration, too. Returns what went. */
export async function uninstallService(
  host: ServiceHost,
  purge: boolean,
  kind: ServiceKind,
): Promise<readonly string[]> {
  needRoot(host, 'uninstalling', kind);
  const { unitFile, state, statePrivate, config } = kind;
  const unit = host.read(unitFile);
  if (unit !== undefined && !unit.startsWith(MARK)) throw new UsageError(`${unitFile} was not written by sshwhy`);
  const gone = (await takeAway(host, kind)) ? [unitFile] : [];
  if (!purge) return gone;
  for (const place of [`${unitFile}.d`, state, statePrivate, config]) if (host.remove(place)) gone.push(place);
  host.removeFolderIfEmpty('/etc/sshwhy');
  return gone;
}
