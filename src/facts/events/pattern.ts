import type { FIELDS } from '../../knowledge/events/event.ts';
import type { Block } from './block.ts';
import { field, type Spans } from './tokens.ts';

/** Matches the message between `start` and `end`; fills all of `spans`. */
export type Matcher = (block: Block, start: number, end: number, spans: Spans) => boolean;

/** With a regular expression, whose groups are fields. */
export function patternMatcher(pattern: RegExp): Matcher {
  const names = [...pattern.source.matchAll(/\(\?<(\w+)>/g)].map((one) => field(one[1] as (typeof FIELDS)[number]));
  const plain = new RegExp(pattern.source.replace(/\(\?<\w+>/g, '('), 'd');
  return ({ text }, start, end, spans) => {
    const found = plain.exec(text.slice(start, end));
    if (found === null) return false;
    spans.fill(-1);
    for (let i = 0; i < names.length; i++) {
      const span = found.indices?.[i + 1];
      if (span === undefined) continue;
      spans[names[i] as number] = start + span[0];
      spans[(names[i] as number) + 1] = start + span[1];
    }
    return true;
  };
}
