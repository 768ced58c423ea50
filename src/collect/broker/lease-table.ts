import { ACROSS } from './message.ts';

/** The parts of the hosts, and the one that is across. */
export const SHARED = ACROSS + 1;

/** Who has which parts of the hosts. One message of the broker, replaced only by whoever has read the last one. */
export interface LeaseTable {
  /** A number that a living consumer changes every few seconds. */
  readonly beats: Readonly<Record<string, number>>;
  /** Owner of a part, by its number. */
  readonly owners: Readonly<Record<string, string>>;
}

export const EMPTY: LeaseTable = { beats: {}, owners: {} };

/** At most so many share the work; a table that says otherwise was not made by us. */
const MEMBERS_MAX = 1000;

export function tableIn(text: string): LeaseTable {
  try {
    const { beats, owners } = JSON.parse(text) as Partial<LeaseTable>;
    const members = Object.entries(beats ?? {});
    const owned = Object.entries(owners ?? {});
    const sound =
      members.length <= MEMBERS_MAX &&
      members.every(([, beat]) => Number.isSafeInteger(beat)) &&
      owned.every(([part, owner]) => isPart(Number(part)) && typeof owner === 'string');
    return sound ? { beats: Object.fromEntries(members), owners: Object.fromEntries(owned) } : EMPTY;
  } catch {
    return EMPTY;
  }
}

const isPart = (part: number): boolean => Number.isInteger(part) && part >= 0 && part < SHARED;

/** The one that is across comes first: it is the last that is given back, so that incidents stay where they are. */
export const partsOf = ({ owners }: LeaseTable, who: string): readonly number[] =>
  Object.entries(owners)
    .flatMap(([part, owner]) => (owner === who ? [Number(part)] : []))
    .sort((a, b) => (a === ACROSS ? -1 : b === ACROSS ? 1 : a - b));

/** How many parts each may have, so that all are had and nobody has many more than another. */
export const shareOf = ({ beats }: LeaseTable): number => Math.ceil(SHARED / Math.max(Object.keys(beats).length, 1));

/**
 * The table that `me` wants next: it lives, `dead` ones do not, it gives back `released`, and takes what is free up to its share.
 * `leaving` takes nothing and is a member no more. `orphaned`: the parts that were a dead one's.
 */
export function nextTable(
  table: LeaseTable,
  me: string,
  change: { readonly dead: ReadonlySet<string>; readonly released: ReadonlySet<number>; readonly leaving?: boolean },
): { readonly table: LeaseTable; readonly orphaned: ReadonlySet<number> } {
  const { [me]: own = 0, ...others } = table.beats;
  const living = Object.entries(others).filter(([id]) => !change.dead.has(id));
  const beats = Object.fromEntries([...living, ...(change.leaving ? [] : [[me, own + 1] as const])]);
  const owners: Record<string, string> = {};
  const orphaned = new Set<number>();
  for (const [part, owner] of Object.entries(table.owners)) {
    if (owner === me ? change.leaving || change.released.has(Number(part)) : beats[owner] === undefined) {
      if (owner !== me) orphaned.add(Number(part));
    } else owners[part] = owner;
  }
  const next = { beats, owners };
  if (change.leaving) return { table: next, orphaned };
  let room = shareOf(next) - partsOf(next, me).length;
  for (let part = 0; part < SHARED && room > 0; part++) {
    if (owners[part] !== undefined || change.released.has(part)) continue;
    owners[part] = me;
    room--;
  }
  return { table: next, orphaned };
}
