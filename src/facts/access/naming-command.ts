import { type ModesFault, type PathTable, strictModes } from '../paths.ts';
import { type Connection, type Directive, type SshdConfig, setting } from '../sshd/index.ts';

/**
 * A program that is asked for keys or principals. What it answers nobody knows but itself; sshd does not even ask one that
 * others could have written (misc.c, subprocess()).
 */
export type NamingCommand =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked'; readonly command: string; readonly from: readonly Directive[] }
  | {
      readonly kind: 'skipped';
      readonly command: string;
      readonly path: string;
      readonly from: readonly Directive[];
      /** Missing, or with these faults in its modes. */
      readonly faults: readonly ModesFault[];
    };

export type NamingKeyword = 'authorizedkeyscommand' | 'authorizedprincipalscommand';

/** AuthorizedKeysCommand or AuthorizedPrincipalsCommand for a connection. `ownGroup`: which groups are root's own. */
export function namingCommand(
  config: SshdConfig,
  table: PathTable,
  keyword: NamingKeyword,
  who: Connection,
  ownGroup: (gid: number) => boolean,
): NamingCommand {
  const { values, from } = setting(config, keyword, who);
  const command = values.join(' ').trim();
  if (command === '' || command.toLowerCase() === 'none') return { kind: 'none' };
  const path = command.split(/[ \t]/, 1)[0] ?? '';
  const entry = table.get(path);
  if (entry?.type === 'missing') return { kind: 'skipped', command, path, from, faults: [] };
  const modes = entry?.type === 'file' ? strictModes(table, path, '/', 0, ownGroup) : undefined;
  return modes?.ok === false
    ? { kind: 'skipped', command, path, from, faults: modes.faults }
    : { kind: 'asked', command, from };
}
