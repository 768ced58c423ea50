import type { Change } from '../model/change.ts';
import { type Fix, shellQuote } from '../model/remedy.ts';
import { shippedText } from '../shipped/files.ts';

const read = new Map<string, string>();

function part(name: string): string {
  const text = read.get(name) ?? shippedText(`${name}.sh`, new URL(`./${name}.sh`, import.meta.url));
  read.set(name, text);
  return text;
}

const whole = (name: string): string => `#!/bin/sh\n${part('common')}\n${part(name)}`;

/** A file of the home directory is named with a tilde; whose it is, only the machine knows. */
const named = (file: string): string =>
  file.startsWith('~/') ? `"$HOME"/${shellQuote(file.slice(2))}` : shellQuote(file);

const lines = (all: readonly string[]): string => shellQuote(all.join('\n'));

/** A call of one function of engine.sh. */
function call(change: Change): string {
  switch (change.kind) {
    case 'line': {
      const how = change.becomes === null ? 'out' : 'to';
      return `change_line ${named(change.file)} ${change.line} ${how} ${shellQuote(change.was ?? '')} ${shellQuote(change.becomes ?? '')}`;
    }
    case 'prepend':
    case 'append': {
      const { mode = '', owner = '' } = change;
      const where = change.kind === 'prepend' ? 'front' : 'behind';
      return `add_lines ${where} ${named(change.file)} ${shellQuote(mode)} ${shellQuote(owner)} ${lines(change.lines)}`;
    }
    case 'write':
      return `write_file ${named(change.file)} ${shellQuote(change.mode)} ${shellQuote(change.owner ?? '')} ${shellQuote(change.text)}`;
    case 'copy':
      return `copy_file ${named(change.file)} ${shellQuote(change.mode)} ${named(change.from)}`;
    case 'remove':
      return `remove_file ${named(change.file)}`;
    case 'folder':
      return `make_folder ${named(change.path)} ${shellQuote(change.mode)} ${shellQuote(change.owner)}`;
    case 'mode':
      return `give_mode ${named(change.path)} ${shellQuote(change.mode)}`;
    case 'owner':
      return `give_owner ${named(change.path)} ${shellQuote(change.owner)}`;
    case 'unit':
      return `tell_unit ${shellQuote(change.unit)} ${shellQuote(change.action)} ${change.check ? 'check' : "''"} ${change.anew ? 'anew' : "''"}`;
    case 'sysctl':
      return `set_sysctl ${shellQuote(change.key)} ${shellQuote(change.value)}`;
    case 'command':
      return ['run_command', shellQuote(change.run), lines(change.undo), ...(change.files ?? []).map(named)].join(' ');
  }
}

/** What a fix is told of itself, for the list of fixes. One line each; anything else in it is dropped. */
export interface About {
  readonly cause: string;
  readonly summary: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface ApplyScript {
  /** A word that no other fix of the machine has. */
  readonly id: string;
  readonly about: About;
  /** Whose state it is: the machine's, or that of the user whose client it is. */
  readonly where: Fix['where'];
  readonly changes: readonly Change[];
  /** Seconds until the guard takes it back, counted from when everything is changed. */
  readonly within: number;
  /** Earlier fixes that still wait for their confirmation and that this one comes on top of. */
  readonly stack?: readonly string[];
  /** Why the guard takes it back; default: nobody confirmed. */
  readonly unless?: string;
  /** For `sshd -T -C`, to show what the changes come to. */
  readonly connection?: { readonly user?: string; readonly from?: string };
}

/** A package may have to come over a slow line. */
const SLOW_S = { usual: 150, package: 900 };

function assignments(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shellQuote(String(value))}\n`)
    .join('');
}

/** A shell reads a compound command to its end before it starts it, so that half a script does nothing. */
const atOnce = (text: string): string => `{\n${text}\nexit\n}\n`;

function engine(mode: 'apply' | 'dry' | 'console', o: ApplyScript): string {
  const { user, from } = o.connection ?? {};
  const question =
    user === undefined ? '' : `user=${user},host=${from ?? 'localhost'},addr=${from ?? '127.0.0.1'}`.replace(/\s/g, '');
  const packages = o.changes.some(
    (change) => change.kind === 'command' && /\b(apt-get|dnf|yum|zypper)\b/.test(change.run),
  );
  const about = Object.entries(o.about).map(([key, value]) => `${key}=${String(value).replace(/[\r\n]/g, ' ')}`);
  return atOnce(
    [
      assignments({
        id: o.id,
        where: o.where,
        mode,
        within: o.within,
        slow: packages ? SLOW_S.package : SLOW_S.usual,
        stack: (o.stack ?? []).join(' '),
        about: about.join('\n'),
        question,
        unless: o.unless ?? `nobody confirmed within ${o.within} s that the login works`,
        restore_sh: whole('restore'),
        guard_sh: whole('guard'),
      }),
      `changes() {\n${o.changes.map(call).join('\n')}\n}`,
      part('common'),
      part('engine'),
      ...(mode === 'console' ? [part('confirm'), part('console')] : []),
    ].join('\n'),
  );
}

/** Makes the changes of a fix, under guard; see engine.sh for what it prints. For `sh` on the machine, as root there. */
export const applyScript = (o: ApplyScript): string => engine('apply', o);

/** Prints what the changes would do to each file, and changes nothing. */
export const dryScript = (o: ApplyScript): string => engine('dry', o);

/** One script that makes the changes and asks whoever runs it on a console whether the login works. For `sh`, as root. */
export const consoleScript = (o: ApplyScript): string =>
  `#!/bin/sh\n# ${o.about.cause}: ${o.about.summary}\n`.replace(/[^\x20-\x7e\n]/g, '?') + engine('console', o);

export type Manage =
  | { readonly action: 'list' }
  | { readonly action: 'confirm'; readonly id: string; readonly why: string }
  | { readonly action: 'extend'; readonly id: string; readonly within: number }
  | { readonly action: 'undo'; readonly id: string; readonly why: string; readonly force?: boolean };

/** What becomes of fixes that were made; see manage.sh for what it prints. */
export function manageScript(o: Manage): string {
  const { action, id = '', why = '', within = 0, force = false } = { id: '', why: '', within: 0, force: false, ...o };
  return atOnce(
    `${assignments({ action, id, why, within, force: force ? 'yes' : '' })}${part('common')}\n${part('confirm')}\n${part('manage')}`,
  );
}
