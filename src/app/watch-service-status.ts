import { parse } from 'yaml';
import { DEFAULT_LISTEN, parseListen } from '../collect/metrics/serve.ts';
import type { ServiceHost } from '../collect/service-host.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { VERSION } from '../model/version.ts';
import { type Health, healthSchema, type ServiceStatus } from '../model/watch-service.ts';
import { isLoopback } from './watch-service.ts';
import type { ServiceKind } from './watch-service-kinds.ts';
import { listenOf, needsNetwork } from './watch-unit.ts';

function configOf(host: ServiceHost, { config }: ServiceKind): unknown {
  const text = host.read(config);
  if (text === undefined) return undefined;
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    throw new UsageError(`${config} is no YAML: ${(error as Error).message}`);
  }
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
export async function serviceStatus(host: ServiceHost, kind: ServiceKind): Promise<ServiceStatus> {
  const { unit } = kind;
  if (!host.systemd) throw new LookError('systemd does not run this machine, so there is no service of it to look at');
  const told = await host.systemctl('show', unit, '--timestamp=unix', `--property=${SHOWN.join(',')}`);
  // Before systemd 247 the flag was not known.
  const shown = shownBy(
    told.code === 0 ? told.out : (await host.systemctl('show', unit, `--property=${SHOWN.join(',')}`)).out,
  );
  if (shown['LoadState'] === undefined) throw new LookError(`systemctl does not tell about ${unit}: ${told.err}`);
  const installed = shown['LoadState'] !== 'not-found';
  const since = sinceOf(shown['ActiveEnterTimestamp']);
  const pid = counted(shown['MainPID']);
  const memory = counted(shown['MemoryCurrent']);
  const active = shown['ActiveState'] === 'active';
  const problems: string[] = [];
  if (!installed) problems.push(`It is not installed: ${kind.install}`);
  else if (!active)
    problems.push(`It does not run (${shown['ActiveState']}, ${shown['Result']}): journalctl -u ${unit} -n 50`);
  const health = active ? await healthOf(host, kind, problems) : undefined;
  for (const { source, unreadable } of health?.sources ?? [])
    if (unreadable !== undefined) problems.push(`${source} cannot be read: ${unreadable}`);
  if (active) networkProblem(host, kind, problems);
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    unit: {
      name: unit,
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

async function healthOf(host: ServiceHost, kind: ServiceKind, problems: string[]): Promise<Health | undefined> {
  let { listen } = kind;
  let token: string | undefined;
  try {
    const config = configOf(host, kind) as { metrics?: { token_file?: unknown } } | undefined;
    if (config !== undefined && config?.metrics === undefined) return undefined;
    if (config !== undefined) listen = listenOf(config) ?? DEFAULT_LISTEN;
    const file = config?.metrics?.token_file;
    if (typeof file === 'string') token = host.read(file)?.trim();
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    // Whoever may not read the configuration still learns what is told where it is told by default.
  }
  const { host: address, port } = parseListen(listen);
  // Who listens on every address is asked on this machine's own.
  const where = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  const health = healthIn(await host.ask(where, port, '/healthz', token));
  if (health === undefined)
    problems.push(`It does not answer at ${listen} (metrics.listen in ${kind.config}), so more is not known`);
  return health;
}

function networkProblem(host: ServiceHost, kind: ServiceKind, problems: string[]): void {
  try {
    const unit = host.read(kind.unitFile) ?? '';
    if (/^IPAddressDeny=any/m.test(unit) && needsNetwork(configOf(host, kind), isLoopback))
      problems.push(`${kind.config} names other machines, which the unit keeps away: ${kind.install}`);
  } catch {
    // Said before, or not for this user to read.
  }
}
