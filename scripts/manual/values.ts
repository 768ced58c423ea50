import { PROFILES } from '../../src/model/control.ts';
import { INVENTORY_FORMATS } from '../../src/model/inventory.ts';
import type { Flag, Typed } from './tree.ts';

/** What may stand in a place: words, and files, folders or hosts of the machine. */
export interface Values {
  readonly words: readonly string[];
  readonly also?: 'file' | 'folder' | 'host';
}

const DOORS = ['local', 'ssh:', 'docker:', 'podman:', 'kubectl:', 'machine:', 'exec:'];
const NOTHING: Values = { words: [] };

/** By the name of the place; a name that is not here takes nothing that a shell could know. */
const PLACES: Readonly<Record<string, Values>> = {
  file: { words: [], also: 'file' },
  'file.pub': { words: [], also: 'file' },
  key: { words: [], also: 'file' },
  path: { words: [], also: 'file' },
  where: { words: [], also: 'file' },
  what: { words: [], also: 'file' },
  folder: { words: [], also: 'folder' },
  'run.jsonl': { words: [], also: 'file' },
  'before.jsonl': { words: [], also: 'file' },
  'after.jsonl': { words: [], also: 'file' },
  host: { words: [], also: 'host' },
  '[user@]host[:port]': { words: [], also: 'host' },
  transport: { words: DOORS },
  door: { words: DOORS },
  'name|file': { words: PROFILES, also: 'file' },
  action: { words: ['begin', 'end', 'status'] },
};

/** Values of a flag; undefined for a switch. */
export function valuesOf({ long, value, choices }: Flag): Values | undefined {
  if (value === undefined) return undefined;
  if (choices.length > 0) return { words: choices };
  if (long === '--format') return { words: INVENTORY_FORMATS };
  return PLACES[value.replace(/^[<[]|[>\]]$|\.\.\.[>\]]$/g, '').replace(/\.\.\.$/, '')] ?? NOTHING;
}

/** Values of each argument of a command, the last for all that follow where it may be given often. `causes`: their ids. */
export function argumentsOf(command: Typed, causes: readonly string[]): readonly Values[] {
  if (command.path[0] === 'explain') return [{ words: causes, also: 'file' }];
  return command.arguments.map(({ name }) => PLACES[name] ?? NOTHING);
}

/** Ids of causes are words of `--only`, too. */
export const causesOf = (flag: Flag, causes: readonly string[]): Values | undefined =>
  flag.value === '<cause>' ? { words: causes } : valuesOf(flag);
