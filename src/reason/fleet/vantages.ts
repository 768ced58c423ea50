import type { FleetHost, FleetVantages } from '../../model/fleet.ts';

type Cell = NonNullable<FleetVantages['rows'][number]['cells'][number]>;

const ROWS_MAX = 500;
const NAMES_MAX = 1000;
/** Names of places in a sentence. */
const TOLD_MAX = 6;

interface Target {
  readonly name: string;
  readonly port: number;
  /** By the place of the vantage. */
  readonly cells: (Cell | undefined)[];
}

/** Adds up from where which host can be reached; undefined at the end when nobody looked from elsewhere. `from`: the order of the columns. */
export function vantageTally(from: readonly string[] = []): {
  see(host: FleetHost): void;
  end(): FleetVantages | undefined;
} {
  const places = new Map(from.map((name, at) => [name, at]));
  const targets = new Map<string, Target>();
  return {
    see({ vantage, name, port, outcome, gate, found: [first] }) {
      if (vantage === undefined) return;
      const at = places.get(vantage) ?? places.size;
      places.set(vantage, at);
      const key = `${name}\0${port}`;
      const target = targets.get(key) ?? { name, port, cells: [] };
      targets.set(key, target);
      target.cells[at] = {
        outcome,
        ...(gate === undefined ? {} : { gate }),
        ...(first === undefined ? {} : { id: first.id }),
      };
    },
    end: () => (targets.size === 0 ? undefined : concluded([...places.keys()], [...targets.values()])),
  };
}

function concluded(places: readonly string[], targets: readonly Target[]): FleetVantages {
  const groups = new Map<string, { cells: (Cell | null)[]; hosts: { name: string; port: number }[]; count: number }>();
  for (const { name, port, cells } of targets) {
    const all = places.map((_, at) => cells[at] ?? null);
    const key = JSON.stringify(all);
    const group = groups.get(key) ?? { cells: all, hosts: [], count: 0 };
    groups.set(key, group);
    group.count++;
    if (group.hosts.length < NAMES_MAX) group.hosts.push({ name, port });
  }
  const every = [...groups.values()];
  const columns = alike(places, every);
  const dead = new Set(places.filter((_, at) => every.every(({ cells }) => !isOpen(cells[at]) && !isShut(cells[at]))));
  const rows = every
    .map(({ cells, ...rest }) => ({
      cells: columns.map(([first = 0]) => cells[first] ?? null),
      ...rest,
      says: reached(places, cells, dead),
    }))
    .sort((a, b) => openness(a.cells) - openness(b.cells) || b.count - a.count || (a.says < b.says ? -1 : 1));
  const shown = rows.slice(0, ROWS_MAX);
  return {
    kind: 'vantages',
    columns: columns.map((own) => columnOf(own, places, every)),
    hosts: targets.length,
    rows: shown,
    further: rows.slice(ROWS_MAX).reduce((sum, { count }) => sum + count, 0),
    says: sentence(places, every),
  };
}

/** What differs between places stands first, then what is reached from nowhere, and last what is reached from everywhere. */
function openness(cells: readonly (Cell | null)[]): number {
  const [open, shut] = [cells.some(isOpen), cells.some(isShut)];
  return open && shut ? 0 : open ? 2 : 1;
}

/** Places that see the same of every host, as their numbers. */
function alike(places: readonly string[], rows: readonly { readonly cells: readonly (Cell | null)[] }[]): number[][] {
  const found = new Map<string, number[]>();
  for (const at of places.keys()) {
    const key = JSON.stringify(rows.map(({ cells }) => cells[at]));
    found.set(key, [...(found.get(key) ?? []), at]);
  }
  return [...found.values()];
}

const isOpen = (cell: Cell | null | undefined): boolean => cell?.outcome === 'open' || cell?.outcome === 'degraded';
const isShut = (cell: Cell | null | undefined): boolean => cell?.outcome === 'closed';
const n = (count: number): string => count.toLocaleString('en');

function columnOf(
  own: readonly number[],
  places: readonly string[],
  rows: readonly { readonly cells: readonly (Cell | null)[]; readonly count: number }[],
): FleetVantages['columns'][number] {
  const [first = 0] = own;
  const sum = (holds: (cell: Cell | null | undefined) => boolean): number =>
    rows.reduce((all, { cells, count }) => all + (holds(cells[first]) ? count : 0), 0);
  const [open, asked] = [sum(isOpen), sum((cell) => cell != null)];
  const unknown = sum((cell) => cell?.outcome === 'unknown');
  const blind = unknown + sum((cell) => cell?.outcome === 'not-asked');
  const vantages = own.map((at) => places[at] ?? '');
  return {
    vantages,
    open,
    unknown,
    asked,
    says:
      blind === asked
        ? `From ${listed(vantages)} nothing could be seen.`
        : `From ${listed(vantages)} ${n(open)} of ${n(asked)} can be reached${blind > 0 ? `; of ${n(blind)} it is not known` : ''}.`,
  };
}

/** `web1, web2 and 3 more`. */
function listed(names: readonly string[]): string {
  if (names.length > TOLD_MAX)
    return `${names.slice(0, TOLD_MAX - 1).join(', ')} and ${n(names.length - TOLD_MAX + 1)} more`;
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** From where a host can be reached, in words: "reached from bastion only". What is not known is never taken for shut. */
function reached(places: readonly string[], cells: readonly (Cell | null)[], dead: ReadonlySet<string>): string {
  const named = (holds: (cell: Cell | null | undefined) => boolean): string[] =>
    places.filter((_, at) => holds(cells[at]));
  const [open, shut] = [named(isOpen), named(isShut)];
  const vague = named((cell) => cell != null && !isOpen(cell) && !isShut(cell));
  // A place from which nothing could be seen is told of once, and not with every host.
  const odd = vague.filter((name) => !dead.has(name));
  const blind = odd.length === 0 ? '' : `; whether from ${listed(odd)} is not known`;
  const whole = vague.length === 0 && !cells.includes(null);
  const only = places.length === 1 ? places[0] : undefined;
  if (open.length === 0 && shut.length === 0) return 'not known from anywhere';
  if (open.length === 0) {
    const causes = new Set(cells.flatMap((cell) => (isShut(cell) ? [cell?.id ?? cell?.gate ?? ''] : [])));
    const same = shut.length > 1 && causes.size === 1 && !causes.has('') ? ', and all see the same' : '';
    return whole && only === undefined ? `reached from nowhere${same}` : `not reached from ${listed(shut)}${blind}`;
  }
  if (shut.length === 0)
    return whole && only === undefined ? 'reached from everywhere' : `reached from ${listed(open)}${blind}`;
  return `reached from ${listed(open)}${whole ? ' only' : `, not from ${listed(shut)}${blind}`}`;
}

function sentence(
  places: readonly string[],
  rows: readonly { readonly cells: readonly (Cell | null)[]; readonly count: number }[],
): string {
  const sum = (holds: (cells: readonly (Cell | null)[]) => boolean): number =>
    rows.reduce((all, { cells, count }) => all + (holds(cells) ? count : 0), 0);
  const all = sum((cells) => cells.every(isOpen));
  const none = sum((cells) => cells.some(isShut) && !cells.some(isOpen));
  const some = sum((cells) => cells.some(isOpen) && cells.some(isShut));
  const rest = sum(() => true) - all - none - some;
  const counts = [
    ...(all > 0 ? [`${n(all)} reached from everywhere`] : []),
    ...(some > 0 ? [`${n(some)} from some places only`] : []),
    ...(none > 0 ? [`${n(none)} from nowhere that is known of`] : []),
    ...(rest > 0 ? [`${n(rest)} not known of every place`] : []),
  ];
  const hosts = sum(() => true);
  return `${n(hosts)} host${hosts === 1 ? '' : 's'} from ${n(places.length)} place${places.length === 1 ? '' : 's'}: ${counts.join(', ')}.`;
}
