import { scaled, seconds } from '../../facts/sshd/scalars.ts';
import type { Want } from '../../model/control.ts';

/** A list of names as sshd has it: one value, with commas. */
export function namesIn(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(',')).filter((name) => name !== '');
}

/** Names for which a list does not meet a want. */
export function offending(want: Want, values: readonly string[]): readonly string[] {
  const names = namesIn(values);
  if ('only' in want) return names.filter((name) => !want.only.includes(name));
  if ('never' in want) return names.filter((name) => want.never.includes(name));
  return [];
}

/** `10:30:60` or, when it was set, its three fields; a higher rate turns more away. */
function startups(text: string): readonly number[] {
  const [begin = Number.NaN, rate = 100, full = begin] = text
    .split(':')
    .map((field) => (field === '' ? 100 : Number(field)));
  return [begin, -rate, full];
}

/** Bytes and seconds; 0 is no limit. */
function rekey(size: string, time: string): readonly number[] {
  return [scaled(size), time === 'none' ? 0 : seconds(time)].map((limit) => limit || Number.POSITIVE_INFINITY);
}

function noLaxer(wanted: string, values: readonly string[]): boolean {
  const colons = wanted.includes(':');
  const [size = '', time = ''] = wanted.split(' ');
  const bounds = colons ? startups(wanted) : rekey(size, time);
  const now = colons ? startups(values.join(':')) : rekey(values[0] ?? '0', values[1] || '0');
  return bounds.every((bound, i) => (now[i] ?? Number.NaN) <= bound);
}

/** Whether a value, as sshd has it, meets what is wanted of it. */
export function meets(want: Want, values: readonly string[]): boolean {
  const [first = ''] = values;
  if ('is' in want) return want.is.some((word) => word.toLowerCase() === first.toLowerCase());
  if ('only' in want || 'never' in want) return namesIn(values).length > 0 && offending(want, values).length === 0;
  if ('someOf' in want) return namesIn(values).some((name) => want.someOf.includes(name));
  if ('noLaxer' in want) return noLaxer(want.noLaxer, values);
  if ('mode' in want) return (Number.parseInt(first, 8) & ~Number.parseInt(want.mode, 8)) === 0;
  if ('present' in want) return first !== '' && first.toLowerCase() !== 'none';
  const number = Number(first);
  return first !== '' && number >= (want.atLeast ?? -Infinity) && number <= (want.atMost ?? Infinity);
}

/** What is wanted, in words. */
export function wantedText(want: Want): string {
  if ('is' in want) return want.is.join(' or ');
  if ('only' in want) return `only ${want.only.join(',')}`;
  if ('never' in want) return `none of ${want.never.join(',')}`;
  if ('someOf' in want) return `one of ${want.someOf.join(',')}`;
  if ('noLaxer' in want) return `${want.noLaxer} or stricter`;
  if ('mode' in want) return `${want.mode} or stricter, owner root`;
  if ('present' in want) return 'yes';
  const { atLeast, atMost } = want;
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost ? `${atMost}` : `${atLeast} to ${atMost}`;
  return atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
}
