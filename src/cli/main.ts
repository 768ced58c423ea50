import { Command, CommanderError } from 'commander';
import { EXIT, LookError, UsageError } from '../model/errors.ts';
import { VERSION } from '../model/version.ts';
import { stackText, visible } from '../report/escape.ts';
import { asksForPlugin, tellNoPlugin } from './automation.ts';
import { bisectCommand } from './bisect.ts';
import { collectCommand } from './collect.ts';
import { diagnoseCommand } from './diagnose.ts';
import { explainCommand } from './explain.ts';
import { fixCommand } from './fix.ts';
import { fleetCommand } from './fleet.ts';
import { hardenCommand } from './harden.ts';
import { keysCommand } from './keys.ts';
import { logsCommand } from './logs.ts';
import { maintainCommand } from './maintain.ts';
import { preflightCommand } from './preflight.ts';
import { serveCommand } from './serve.ts';
import { serverCommand } from './server.ts';
import { undoCommand } from './undo.ts';
import { watchCommand } from './watch.ts';

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

/** The whole command line. Sets `process.exitCode`; returns when everything has been written. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const interrupted = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  // A reader that goes away (`| head`) is no fault of ours.
  process.stdout.on('error', () => process.exit());

  const program = commandLine(interrupt.signal);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const status = tell(error, interrupt.signal.aborted);
    process.exitCode =
      asksForPlugin(argv) && status !== EXIT.open ? tellNoPlugin(reasonOf(error, interrupt.signal)) : status;
  }
}

/** All that can be typed; the manual and the completions of shells are made of it, too. `signal`: the user pressed Ctrl-C. */
export function commandLine(signal: AbortSignal): Command {
  const program = tellingVisibly(new Command('sshwhy'))
    .description('Why can I not get in? Finds the reason why an ssh login fails, with proof.')
    .version(`sshwhy ${VERSION}`, '-V, --version')
    .helpCommand(false)
    .showHelpAfterError('(sshwhy --help shows what can be typed)')
    .enablePositionalOptions()
    .addHelpText('after', EXIT_HELP)
    .exitOverride();
  for (const make of [
    diagnoseCommand,
    serverCommand,
    serveCommand,
    collectCommand,
    fixCommand,
    undoCommand,
    preflightCommand,
    maintainCommand,
    bisectCommand,
    hardenCommand,
    keysCommand,
    fleetCommand,
    logsCommand,
    watchCommand,
    explainCommand,
  ]) {
    const command = make(signal).exitOverride();
    program.addCommand(tellingVisibly(command), { isDefault: command.name() === 'diagnose' });
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
