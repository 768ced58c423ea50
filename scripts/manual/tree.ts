import type { EventEmitter } from 'node:events';
import type { Command, Option } from 'commander';

/** One command of the command line, as manual and completions want it. */
export interface Typed {
  /** `sshwhy`, `sshwhy fleet check`. */
  readonly name: string;
  /** The words after `sshwhy`. */
  readonly path: readonly string[];
  readonly says: string;
  readonly usage: string;
  readonly arguments: readonly { readonly name: string; readonly says: string; readonly variadic: boolean }[];
  readonly flags: readonly Flag[];
  readonly commands: readonly Typed[];
  /** What `--help` says at its end. */
  readonly after: string;
}

export interface Flag {
  /** `-p, --port <n>`. */
  readonly written: string;
  readonly short?: string;
  readonly long: string;
  /** `<file>`, `[file]`, or nothing for a switch. */
  readonly value?: string;
  readonly says: string;
  readonly choices: readonly string[];
  readonly repeatable: boolean;
}

/** Everything that can be typed, from the definitions that the program itself is made of. */
export function typed(command: Command, path: readonly string[] = []): Typed {
  const name = ['sshwhy', ...path].join(' ');
  const help = command.createHelp();
  // commander adds one called help.
  const own = help.visibleCommands(command).filter((one) => command.commands.includes(one));
  const commands = own.map((one) => typed(one, [...path, one.name()]));
  let after = '';
  // An EventEmitter, which its types do not say.
  (command as unknown as EventEmitter).emit('afterHelp', {
    error: false,
    command,
    write: (text: string) => void (after += text),
  });
  const takes = command.registeredArguments.map((one) => {
    const shown = `${one.name()}${one.variadic ? '…' : ''}`;
    return one.required ? `<${shown}>` : `[${shown}]`;
  });
  return {
    name,
    path,
    says: command.description(),
    usage: [...(commands.length > 0 ? ['<command>'] : []), '[options]', ...takes].join(' '),
    arguments: command.registeredArguments.map((one) => ({
      name: one.name(),
      says: one.description,
      variadic: one.variadic,
    })),
    flags: help.visibleOptions(command).map(flag),
    commands,
    after: after.trim(),
  };
}

function flag(option: Option): Flag {
  const value = /[<[].*$/.exec(option.flags)?.[0];
  const { long, short, defaultValue, defaultValueDescription } = option;
  if (!long) throw new Error(`${option.flags} has no long form`);
  const usual = defaultValueDescription ?? (typeof defaultValue === 'string' ? defaultValue : undefined);
  return {
    written: option.flags,
    ...(short ? { short } : {}),
    long,
    ...(value === undefined ? {} : { value }),
    says: usual === undefined ? option.description : `${option.description} (default: ${usual})`,
    choices: option.argChoices ?? [],
    repeatable: /\(repeatable\b/.test(option.description),
  };
}

/** The command, and all below it. */
export const all = (top: Typed): readonly Typed[] => [top, ...top.commands.flatMap(all)];
