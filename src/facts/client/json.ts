import { Unparsable } from '../source.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The object that a section holds. @throws Unparsable for anything else. */
export function object(text: string | null): Json {
  if (text === null) throw new Unparsable('the section is absent');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unparsable('not JSON');
  }
  if (!isObject(value)) throw new Unparsable('not a JSON object');
  return value;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function member(of: Json, key: string): Json {
  const value = of[key];
  return isObject(value) ? value : {};
}

export function str(of: Json, key: string): string | undefined {
  const value = of[key];
  return typeof value === 'string' ? value : undefined;
}

export function num(of: Json, key: string): number | undefined {
  const value = of[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** @throws Unparsable when the member that everything hangs on is missing. */
export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Unparsable(`${what} is missing`);
  return value;
}

export function strings(of: Json, key: string): string[] {
  const value = of[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function objects(of: Json, key: string): Json[] {
  const value = of[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `{ key: value }`, or nothing where the value is undefined. */
export function maybe<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** 1-based line of the first element of a list that is laid out one element a line; undefined when it is not. */
export function firstLineOf(text: string, key: string): number | undefined {
  const at = text.split('\n').indexOf(`"${key}": [`);
  return at < 0 ? undefined : at + 2;
}
