import { Command } from 'commander';
import { type Zone, zoneOf } from '../facts/events/stamp.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import { here, parseZone } from './logs.ts';
import { incidentsCommand, testAlertCommand } from './watch-ask.ts';
import { centralCommand } from './watch-central.ts';
import { withServiceCommands } from './watch-service.ts';

interface WatchFlags {
  readonly journal?: boolean;
  readonly config?: string;
  readonly store?: string;
  readonly once?: boolean;
  readonly fromStart?: boolean;
  readonly tz?: Zone;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  sshwhy watch                                     the journal and the logs of this host, until Ctrl-C
  sshwhy watch --once /var/log/auth.log*           old logs, by the time of what they say; exit status 1: look
  sshwhy watch --config /etc/sshwhy/watch.yaml     with alerts, metrics, a broker (docs/guides/watch.md)
  sshwhy watch incidents --since 7d                what there was, from the store
  sudo sshwhy watch install                        as a service of systemd

Exit status of --once: 0 nothing to look at, 1 an incident of urgency page or notice is open at the end.`;

/** `sshwhy watch`: follow what is said of logins, store it, find what is wrong, tell. */
export function watchCommand(signal: AbortSignal): Command {
  const command = new Command('watch')
    .description('follow the logs: store what they say of logins, notice attacks and outages, alert')
    .argument('[file...]', 'logs to follow, with what they are rotated to; none: what this host has')
    // Flags behind a subcommand are its own.
    .enablePositionalOptions()
    .option('--journal', 'follow the journal, beside the files that are named')
    .option('--config <file>', 'sources, alerts, silences, metrics and more (watch.yaml)')
    .option('--store <path>', 'where events and incidents are kept: a file, or clickhouse://HOST/DATABASE')
    .option('--once', 'read what is there by the time of the events, print the incidents, and end')
    .option('--from-start', 'of a log that was not followed before, read what it holds already')
    .option('--tz <zone>', 'zone of stamps that do not say theirs (the one of this machine)', parseZone)
    .option('--json', 'print signals and incidents as lines of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: WatchFlags) => follow(files, flags, signal));
  for (const made of [centralCommand(signal), incidentsCommand(), testAlertCommand()])
    command.addCommand(made.exitOverride());
  return withServiceCommands(command);
}

async function follow(files: readonly string[], flags: WatchFlags, signal: AbortSignal): Promise<void> {
  const [app, { watchPlaces }, { watchScreen }] = await Promise.all([
    import('../app/watch.ts'),
    import('../app/watch-places.ts'),
    import('./watch-screen.ts'),
  ]);
  const { config, store, folder } = watchPlaces(flags.config, flags.store);
  const once = flags.once === true;
  const { sources = {} } = config;
  const told = files.length > 0 || flags.journal;
  const configured = sources.journal !== undefined || (sources.files ?? []).length > 0;
  const usual = told || configured ? { journal: false, files: [] } : app.usualSources();
  const question = {
    journal: flags.journal ?? (told ? false : (sources.journal ?? usual.journal)),
    files: files.length > 0 ? files : told ? [] : (sources.files ?? usual.files),
    config,
    // Old logs that are only looked through are kept where somebody says so.
    store: once && flags.store === undefined ? undefined : store,
    folder,
    once,
    from: flags.fromStart ? ('start' as const) : ('end' as const),
    zone: flags.tz ?? zoneIn(sources.tz) ?? here,
  };
  if (question.files.length === 0 && !question.journal)
    throw new UsageError('there is no log that is known here: name files, or --journal');
  const screen = watchScreen(flags.json === true, once);
  if (!once)
    screen.note(
      `follows ${[...(question.journal ? ['the journal'] : []), ...question.files].join(', ')}; events are kept in ${store}`,
    );
  const open = await app.watch(question, screen.parts, signal);
  screen.end(open);
  if (once && signal.aborted) process.exitCode = EXIT.interrupted;
  else if (once && app.urgent(open)) process.exitCode = EXIT.closed;
}

const zoneIn = (name: string | undefined): Zone | undefined => (name === undefined ? undefined : zoneOf(name));
