import type { FIELDS } from '../../knowledge/events/event.ts';
import { page } from './page.ts';
import { field, type Spans } from './tokens.ts';

/** Matches the message between `start` and `end`; fills all of `spans`. */
export type Matcher = (start: number, end: number, spans: Spans) => boolean;

/** An escape, a class of characters, or an edge of a group. */
const PART = /\\.|\[(?:[^\]\\]|\\.)*\]|\(\?<(\w+)>|\((?:\?:)?|\)/g;

/** The source with groups around what stands between the fields, too; undefined: a field is within another group. */
function partitioned(source: string): string | undefined {
  let made = '(';
  let last = 0;
  let depth = 0;
  let inside = false;
  for (const { 0: part, 1: name, index } of source.matchAll(PART)) {
    if (part.startsWith('(')) depth += 1;
    else if (part === ')') depth -= 1;
    if (name !== undefined && depth > 1) return undefined;
    if (name === undefined && !(inside && depth === 0)) continue;
    inside = name !== undefined;
    made += `${source.slice(last, index)})(`;
    last = index + part.length;
  }
  return `${made}${source.slice(last)})`;
}

/** With a regular expression, whose groups are fields. */
export function patternMatcher({ source }: RegExp): Matcher {
  const fields = [...source.matchAll(/\(\?<(\w+)>/g)].map((one) => field(one[1] as (typeof FIELDS)[number]));
  const parts = partitioned(source);
  return parts === undefined ? byIndices(source, fields) : byLengths(parts, fields);
}

/** To let the expression say where its groups are takes twice as long: it runs once more then. */
function byLengths(parts: string, fields: readonly number[]): Matcher {
  const pattern = new RegExp(parts);
  return (start, end, spans) => {
    const found = pattern.exec(page.text.slice(start, end));
    if (found === null) return false;
    spans.fill(-1);
    let at = start;
    for (const [i, one] of fields.entries()) {
      at += (found[2 * i + 1] as string).length;
      spans[one] = at;
      at += (found[2 * i + 2] as string).length;
      spans[one + 1] = at;
    }
    return true;
  };
}

function byIndices(source: string, fields: readonly number[]): Matcher {
  const pattern = new RegExp(source.replace(/\(\?<\w+>/g, '('), 'd');
  return (start, end, spans) => {
    const found = pattern.exec(page.text.slice(start, end));
    if (found === null) return false;
    spans.fill(-1);
    for (const [i, one] of fields.entries()) {
      const span = found.indices?.[i + 1];
      if (span === undefined) continue;
      spans[one] = start + span[0];
      spans[one + 1] = start + span[1];
    }
    return true;
  };
}
