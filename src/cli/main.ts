import { Command, CommanderError } from 'commander';
import { EXIT, LookError, UsageError } from '../model/errors.ts';
import { VERSION } from '../model/version.ts';
import { stackText, visible } from '../report/escape.ts';

const EXIT_HELP = `
Exit status:
  ${EXIT.open}    nothing closes a gate
  ${EXIT.closed}    at least one cause closes a gate; harden: findings at or above --fail-on;
       watch --once: an incident is open that is worth a look
  ${EXIT.usage}    usage error
  ${EXIT.couldNotLook}    could not look: transport failed, bundle unreadable
  ${EXIT.rolledBack}    fix, harden: changed and taken back
  ${EXIT.interrupted}  interrupted
With --nagios: 0 ok, 1 warning, 2 critical, 3 unknown, whatever happens`;

/** Each is loaded when it is typed: what one needs, no other waits for. In the order of the help. */
const COMMANDS = {
  diagnose: async () => (await import('./diagnose.ts')).diagnoseCommand,
  server: async () => (await import('./server.ts')).serverCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  collect: async () => (await import('./collect.ts')).collectCommand,
  fix: async () => (await import('./fix.ts')).fixCommand,
  undo: async () => (await import('./undo.ts')).undoCommand,
  preflight: async () => (await import('./preflight.ts')).preflightCommand,
  maintain: async () => (await import('./maintain.ts')).maintainCommand,
  bisect: async () => (await import('./bisect.ts')).bisectCommand,
  harden: async () => (await import('./harden.ts')).hardenCommand,
  keys: async () => (await import('./keys.ts')).keysCommand,
  fleet: async () => (await import('./fleet.ts')).fleetCommand,
  logs: async () => (await import('./logs.ts')).logsCommand,
  watch: async () => (await import('./watch.ts')).watchCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
} as const;
type CommandName = keyof typeof COMMANDS;
const NAMES = Object.keys(COMMANDS) as CommandName[];
const DEFAULT: CommandName = 'diagnose';

/** The commands that these words are about: the one that they begin with, otherwise the default; all of them when help is asked for. */
function meant([first = '', ...rest]: readonly string[]): readonly CommandName[] {
  const named = NAMES.filter((name) => name === first);
  if (named.length > 0) return named;
  return [first, ...rest].some((word) => word === '--help' || /^-\w*h/.test(word)) ? NAMES : [DEFAULT];
}

/** The whole command line. Sets `process.exitCode`; returns when everything has been written. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const interrupted = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  // A reader that goes away (`| head`) is no fault of ours.
  process.stdout.on('error', () => process.exit());

  try {
    const program = await commandLine(interrupt.signal, meant(argv.slice(2)));
    await program.parseAsync(argv);
  } catch (error) {
    const status = tell(error, interrupt.signal.aborted);
    if (status === EXIT.open || !asksForPlugin(argv)) process.exitCode = status;
    else process.exitCode = (await import('./automation.ts')).tellNoPlugin(reasonOf(error, interrupt.signal));
  }
}

/** Whether the command line asks for the output of a plugin; also where it is too wrong to be parsed. */
const asksForPlugin = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--nagios');
};

/** All that can be typed, or the part of it that is about `names`; the manual and the completions of shells are made of it, too. `signal`: the user pressed Ctrl-C. */
export async function commandLine(signal: AbortSignal, names: readonly CommandName[] = NAMES): Promise<Command> {
  const program = tellingVisibly(new Command('sshwhy'))
    .description('Why can I not get in? Finds the reason why an ssh login fails, with proof.')
    .version(`sshwhy ${VERSION}`, '-V, --version')
    .helpCommand(false)
    .showHelpAfterError('(sshwhy --help shows what can be typed)')
    .enablePositionalOptions()
    .addHelpText('after', EXIT_HELP)
    .exitOverride();
  const makers = await Promise.all(names.map((name) => COMMANDS[name]()));
  for (const make of makers) {
    const command = make(signal).exitOverride();
    program.addCommand(tellingVisibly(command), { isDefault: command.name() === DEFAULT });
  }
  return program;
}

/** Commander tells a wrong word as it stands, and scripts put there what others chose. Also for the commands below it. */
function tellingVisibly(command: Command): Command {
  for (const below of command.commands) tellingVisibly(below);
  return command.configureOutput({
    outputError: (text, write) => {
      const [, said = text, hint = ''] = /^(.*?)(\n\(Did you mean [^\n]*\))?\n?$/s.exec(text) ?? [];
      write(`${visible(said)}${hint}\n`);
    },
  });
}

/** In one sentence, for a monitoring that reads no more. */
function reasonOf(error: unknown, { aborted }: AbortSignal): string {
  if (aborted) return 'interrupted';
  if (error instanceof UsageError || error instanceof LookError) return error.message;
  return error instanceof CommanderError ? error.message.replace(/^error: /, '') : `a bug in sshwhy: ${error}`;
}

/** Says what went wrong on standard error; returns the exit status. A bug keeps its stack and looks like no verdict. */
function tell(error: unknown, aborted: boolean): number {
  if (aborted) {
    process.stderr.write('sshwhy: interrupted\n');
    return EXIT.interrupted;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.open : EXIT.usage;
  if (error instanceof UsageError || error instanceof LookError) {
    process.stderr.write(`sshwhy: ${visible(error.message)}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.couldNotLook;
  }
  process.stderr.write(`sshwhy: this is a bug in sshwhy; please report it with this text:\n${stackText(error)}\n`);
  return EXIT.couldNotLook;
}
