import { Command } from 'commander';
import { EXIT, UsageError } from '../model/errors.ts';
import { manage, remembered } from '../remedy/apply.ts';
import { isId } from '../remedy/id.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { openTransport } from '../transport/open.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';

interface UndoFlags extends SshFlags {
  readonly on?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `sshwhy undo`: the fixes that a machine remembers; with an id, one of them is taken back. */
export function undoCommand(signal: AbortSignal): Command {
  const command = new Command('undo')
    .description('list the fixes that were made on a machine, or take one back')
    .argument('[id]', 'the fix to take back')
    .option('--on <transport>', 'the machine that was changed (default: local)')
    .option('--force', 'take it back even where its files were changed since, which loses those changes')
    .option('--json', 'print the list, or the outcome, as JSON');
  return withSshFlags(command).action(async (id: string | undefined, flags: UndoFlags) => {
    const door = openTransport(flags.on ?? 'local', sshArguments(flags));
    if (id === undefined) {
      const all = await remembered(door, signal);
      if (flags.json) process.stdout.write(`${jsonText({ schema: 1, fixes: all }, 2)}\n`);
      else if (all.length === 0) process.stdout.write('No fix of sshwhy is remembered on this machine.\n');
      else
        for (const { id, state, cause, summary } of all)
          process.stdout.write(`${id}  ${state.padEnd(9)}  ${visible(cause)}: ${visible(summary)}\n`);
      return;
    }
    if (!isId(id)) throw new UsageError(`"${id}" is not the id of a fix: sshwhy undo lists them`);
    const said = await manage(
      door,
      { action: 'undo', id, why: 'it was undone by hand', force: flags.force === true },
      signal,
    );
    const changed = said.filter(({ key }) => key === 'changed').map(({ text }) => text);
    const state = said.at(-1)?.key ?? 'unknown';
    if (flags.json) process.stdout.write(`${jsonText({ schema: 1, id, state, changed }, 2)}\n`);
    else if (state === 'unknown') throw new UsageError(`this machine remembers no fix ${id}: sshwhy undo lists them`);
    else if (changed.length > 0)
      process.stderr.write(
        `sshwhy: ${visible(changed.join(', '))} was changed since, so nothing was taken back. Undo what came later first, or use --force.\n`,
      );
    else for (const { key, text } of said) if (key === 'said') process.stdout.write(`${visible(text)}\n`);
    process.exitCode = state === 'restored' ? EXIT.open : EXIT.closed;
  });
}
