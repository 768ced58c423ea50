import { type Bounded, flat } from './bounded.ts';

/** What is saved of many may take so many characters: it is written once a minute. */
const MOST = 4_000_000;

/**
 * What is remembered of many, as JSON: those that came often before passers-by, the most recent first, until `most` characters are
 * full. `brief` says what is worth keeping of one; undefined when it is so old that nothing comes of it any more.
 */
export function savedOf<V>(of: Bounded<V>, brief: (value: V) => unknown, most = MOST): string {
  const texts: string[] = [];
  let size = 0;
  for (const [key, value, touched] of of.all().toReversed()) {
    const kept = brief(value);
    if (kept === undefined) continue;
    const text = JSON.stringify([key, kept, touched]);
    size += text.length + 1;
    if (size > most) break;
    texts.push(text);
  }
  return `[${texts.reverse().join(',')}]`;
}

/** Takes up what `savedOf` made, into one that is empty. `revive` makes the value anew. @throws when it is something else. */
export function refill<V, Saved>(into: Bounded<V>, saved: string, revive: (value: Saved) => V): void {
  const entries = JSON.parse(saved) as readonly (readonly [string, Saved, number])[];
  into.refill(entries.map(([key, value, touched]) => [flat(key), revive(value), touched] as const));
}
