import { realpathSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT, UsageError } from '../model/errors.ts';
import { jsonText } from '../report/json-text.ts';
import { isExecutable } from '../shipped/files.ts';
import { wantsColor } from './answer.ts';

interface ServiceFlags {
  readonly dryRun?: boolean;
  readonly purge?: boolean;
  readonly json?: boolean;
  readonly central?: boolean;
  readonly from?: string;
  readonly store?: string;
}

const color = (): boolean => wantsColor(process.stdout, process.env);
const put = (json: boolean | undefined, value: unknown, text: () => string): void =>
  void process.stdout.write(json ? `${jsonText(value, 2)}\n` : text());

/** Node.js and this program, or the executable that is both, as the machine finds them whoever asks. */
function program(): { readonly node: string; readonly program?: string } {
  if (isExecutable()) return { node: realpathSync(process.execPath) };
  const [, script] = process.argv;
  if (script === undefined) throw new UsageError('sshwhy does not know where it lies: start it by its name');
  return { node: realpathSync(process.execPath), program: realpathSync(script) };
}

/** Gives `sshwhy watch` its actions `install`, `status` and `uninstall`. */
export function withServiceCommands(watch: Command): Command {
  const load = async () => {
    const [app, kinds, status, host, report] = await Promise.all([
      import('../app/watch-service.ts'),
      import('../app/watch-service-kinds.ts'),
      import('../app/watch-service-status.ts'),
      import('../collect/service-host.ts'),
      import('../report/watch-service.ts'),
    ]);
    const kindOf = ({ central }: ServiceFlags) => (central ? kinds.CENTRAL_SERVICE : kinds.WATCH_SERVICE);
    return { ...app, ...status, ...report, kindOf, host: host.serviceHost() };
  };
  const install = new Command('install')
    .description('let systemd run the watch: as a user of its own that may read logs, and nothing else')
    .option('--central', 'the service that stores and watches what many machines publish: `sshwhy watch central`')
    .option('--from <url>', 'with --central, the first time: the broker, as `watch central --from` reads it')
    .option('--store <where>', 'with --central, the first time: where events are kept (a file of its own)')
    .option('--dry-run', 'print the files and commands, and change nothing')
    .option('--json', 'print what was done as JSON')
    .action(async (flags: ServiceFlags) => {
      const { host, kindOf, planService, installService, planText, installedText } = await load();
      const { from, store } = flags;
      if (!flags.central && (from !== undefined || store !== undefined))
        throw new UsageError('--from and --store go with --central; the watch of this machine is told by watch.yaml');
      const kind = kindOf(flags);
      if (flags.dryRun) {
        const plan = await planService(host, program(), kind, { from, store });
        put(flags.json, plan, () => planText(plan, { color: color() }));
        return;
      }
      const installed = await installService(host, program(), kind, { from, store });
      put(flags.json, installed, () => installedText(installed, { color: color(), status: kind.status }));
      if (installed.outcome === 'failed') process.exitCode = EXIT.couldNotLook;
    });
  const CENTRAL = ['--central', 'that of `sshwhy watch central`'] as const;
  const status = new Command('status')
    .description('how that service is: since when, its last event, its store, open incidents, what it cannot read')
    .option(...CENTRAL)
    .option('--json', 'print it as JSON (schema/watch-status.schema.json)')
    .action(async (flags: ServiceFlags) => {
      const { host, kindOf, serviceStatus, statusText } = await load();
      const told = await serviceStatus(host, kindOf(flags));
      put(flags.json, told, () => statusText(told, { color: color(), now: Date.now() }));
      if (told.problems.length > 0) process.exitCode = EXIT.closed;
    });
  const uninstall = new Command('uninstall')
    .description('stop that service and take its unit away; its events and configuration stay')
    .option(...CENTRAL)
    .option('--purge', 'take its events and configuration, too')
    .option('--json', 'print what went as JSON')
    .action(async (flags: ServiceFlags) => {
      const { host, kindOf, uninstallService, uninstalledText } = await load();
      const kind = kindOf(flags);
      const gone = await uninstallService(host, flags.purge === true, kind);
      put(flags.json, { gone }, () => uninstalledText(gone, flags.purge === true, kind));
    });
  for (const command of [install, status, uninstall]) watch.addCommand(command.exitOverride());
  return watch;
}
