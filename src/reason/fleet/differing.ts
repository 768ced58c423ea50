import type { FleetDiffering } from '../../model/fleet.ts';

/** Hosts that have the same value; `hosts` may hold fewer than `count`. */
export interface Held {
  readonly value: string;
  readonly hosts: { readonly name: string; readonly port: number; readonly at?: string }[];
  count: number;
}

const SHOWN_MAX = 20;
const NAMES = 3;
const LONG = 60;

/**
 * What is to be said of one fact that is not the same everywhere. `told`: hosts of which it is known, also those whose value is
 * none of `all`; `looked`: hosts that were looked at. More than half is a majority; as many against as many is none.
 */
export function differing(about: string, told: number, looked: number, all: readonly Held[]): FleetDiffering {
  const values = all.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const [first, second] = values;
  const kind: FleetDiffering['kind'] =
    first === undefined || second === undefined || first.count * 2 > told
      ? 'minority'
      : first.count === 1 && told > 2
        ? 'own'
        : first.count === second.count
          ? 'tie'
          : 'split';
  const kept = values.slice(0, SHOWN_MAX);
  const further = told - kept.reduce((sum, { count }) => sum + count, 0);
  return {
    about,
    kind,
    told,
    values: kept,
    further,
    untold: looked - told,
    says: sentence(about, kind, told, looked, values),
  };
}

const n = (count: number): string => count.toLocaleString('en');

function sentence(
  about: string,
  kind: FleetDiffering['kind'],
  told: number,
  looked: number,
  values: readonly Held[],
): string {
  const [first, ...others] = values;
  if (first === undefined) return '';
  const unsaid = looked > told ? ` Not known of ${n(looked - told)}.` : '';
  if (kind === 'own') return `${about}: each of the ${n(told)} hosts has its own.${unsaid}`;
  const rest = others
    .slice(0, NAMES)
    .map((held) => `${names(held)} ${held.count === 1 ? 'has' : 'have'} ${other(held, first)}`);
  const left = others.slice(NAMES).reduce((sum, { count }) => sum + count, 0);
  const more = left > 0 ? `, ${n(left)} more have others` : '';
  const weak =
    kind === 'minority'
      ? ''
      : told === 2
        ? ' Two hosts cannot tell which of them is right.'
        : kind === 'tie'
          ? ' As many have the one as the other: there is no majority.'
          : ' No value has more than half of them.';
  const most =
    kind !== 'minority' && first.count <= NAMES
      ? `${names(first)} ${first.count === 1 ? 'has' : 'have'}`
      : `${n(first.count)} of ${n(told)} have`;
  return `${about}: ${most} ${shown(first.value)}, ${rest.join(', ')}${more}.${weak}${unsaid}`;
}

function names({ hosts, count }: Held): string {
  const first = hosts.slice(0, NAMES).map(({ name }) => name);
  return `${first.join(', ')}${count > first.length ? ` and ${n(count - first.length)} more` : ''}`;
}

/** A value; of a long list only what tells it from the most common one. */
function other({ value }: Held, first: Held): string {
  if (!isLong(value) && !isLong(first.value)) return shown(value);
  const [mine, theirs] = [words(value), words(first.value)];
  if (mine.length < 3 || theirs.length < 3) return shown(value);
  const lacks = theirs.filter((word) => !mine.includes(word));
  const adds = mine.filter((word) => !theirs.includes(word));
  if (lacks.length + adds.length === 0) return 'the same in another order';
  const parts = [
    lacks.length > 0 && `that without ${few(lacks)}`,
    adds.length > 0 && `${lacks.length > 0 ? 'with' : 'that and'} ${few(adds)}`,
  ];
  return parts.filter(Boolean).join(', but ');
}

const words = (value: string): string[] => value.split(/[,\s]+/).slice(0, 200);
const isLong = (value: string): boolean => value.length > LONG;
const few = (list: readonly string[]): string =>
  shown(list.length > 4 ? `${list.slice(0, 4).join(', ')} and ${list.length - 4} more` : list.join(', '));

function shown(value: string): string {
  if (value === '') return '(nothing)';
  return value.length > LONG * 2 ? `${value.slice(0, LONG * 2)}…` : value;
}
