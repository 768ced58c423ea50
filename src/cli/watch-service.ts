import { realpathSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT, UsageError } from '../model/errors.ts';
import { isExecutable } from '../shipped/files.ts';
import { wantsColor } from './answer.ts';

interface ServiceFlags {
  readonly dryRun?: boolean;
  readonly purge?: boolean;
  readonly json?: boolean;
}

const color = (): boolean => wantsColor(process.stdout, process.env);
const put = (json: boolean | undefined, value: unknown, text: () => string): void =>
  void process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text());

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
    const [app, host, report] = await Promise.all([
      import('../app/watch-service.ts'),
      import('../collect/service-host.ts'),
      import('../report/watch-service.ts'),
    ]);
    return { ...app, ...report, host: host.serviceHost() };
  };
  const install = new Command('install')
    .description('let systemd run the watch: as a user of its own that may read logs, and nothing else')
    .option('--dry-run', 'print the files and commands, and change nothing')
    .option('--json', 'print what was done as JSON')
    .action(async (flags: ServiceFlags) => {
      const { host, planService, installService, planText, installedText } = await load();
      if (flags.dryRun) {
        const plan = await planService(host, program());
        put(flags.json, plan, () => planText(plan, { color: color() }));
        return;
      }
      const installed = await installService(host, program());
      put(flags.json, installed, () => installedText(installed, { color: color() }));
      if (installed.outcome === 'failed') process.exitCode = EXIT.couldNotLook;
    });
  const status = new Command('status')
    .description('how that service is: since when, its last event, its store, open incidents, what it cannot read')
    .option('--json', 'print it as JSON (schema/watch-status.schema.json)')
    .action(async (flags: ServiceFlags) => {
      const { host, serviceStatus, statusText } = await load();
      const told = await serviceStatus(host);
      put(flags.json, told, () => statusText(told, { color: color(), now: Date.now() }));
      if (told.problems.length > 0) process.exitCode = EXIT.closed;
    });
  const uninstall = new Command('uninstall')
    .description('stop that service and take its unit away; the events and watch.yaml stay')
    .option('--purge', 'take the events and watch.yaml, too')
    .option('--json', 'print what went as JSON')
    .action(async (flags: ServiceFlags) => {
      const { host, uninstallService, uninstalledText } = await load();
      const gone = await uninstallService(host, flags.purge === true);
      put(flags.json, { gone }, () => uninstalledText(gone, flags.purge === true));
    });
  for (const command of [install, status, uninstall]) watch.addCommand(command.exitOverride());
  return watch;
}
