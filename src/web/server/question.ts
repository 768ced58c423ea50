import { UsageError } from '../../model/errors.ts';

/** A number of the query; undefined when it is not there. @throws UsageError */
export function numberIn(query: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}(?:\.\d{1,3})?$/.test(text)) throw new UsageError(`${name} is a number`);
  return Number(text);
}

/** A text of the query that may not be missing, or too long to be meant. @throws UsageError */
export function textIn(query: Readonly<Record<string, string>>, name: string): string {
  const text = query[name];
  if (text === undefined || text === '' || text.length > 1000) throw new UsageError(`${name} is missing`);
  return text;
}
