import { UsageError } from '../model/errors.ts';
import { type Matcher, matcherOf } from '../reason/fleet/select.ts';

export function parsePattern(text: string, before: readonly Matcher[] = []): readonly Matcher[] {
  const means = matcherOf(text);
  if (means === undefined)
    throw new UsageError(`"${text}" is no pattern; say web-*.example.com, 192.0.2.7 or 10.0.0.0/8`);
  return [...before, means];
}

export function parseWidth(text: string): number {
  const width = Number(text);
  if (!Number.isInteger(width) || width < 1 || width > 20_000)
    throw new UsageError(`--width takes a number from 1 to 20000, not "${text}"`);
  return width;
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw new UsageError(`--timeout takes seconds from 0.1 to 3600, not "${text}"`);
  return seconds * 1000;
}
