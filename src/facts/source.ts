import type { Bundle, Section } from '../model/bundle.ts';
import type { FactSource } from '../model/cause.ts';
import type { Fact, Origin, Side } from '../model/fact.ts';

const read = new WeakMap<Bundle, Map<string, Fact<unknown>>>();

/** A Bundle never changes, so a fact is worked out once per Bundle however many causes ask. */
function once<T>(id: string, bundle: Bundle, work: () => Fact<T>): Fact<T> {
  let facts = read.get(bundle);
  if (!facts) read.set(bundle, (facts = new Map()));
  let fact = facts.get(id) as Fact<T> | undefined;
  if (!fact) facts.set(id, (fact = work()));
  return fact;
}

/** Thrown by a parser for text it cannot make sense of; becomes the gap `unparsable`. Anything else is a bug, told the same way. */
export class Unparsable extends Error {}

/** Thrown by a parser where what it needs was hidden from who collected; becomes the gap `denied`. */
export class Hidden extends Error {}

function attemptParse<T>(from: Origin, work: () => T): Fact<T> {
  try {
    return { known: true, value: work(), from };
  } catch (error) {
    const gap = error instanceof Hidden ? 'denied' : 'unparsable';
    return { known: false, gap, detail: error instanceof Error ? error.message : String(error), from };
  }
}

function gapOf(section: Section | undefined, from: Origin): Fact<never> | undefined {
  if (!section) return { known: false, gap: 'not-collected', detail: '', from };
  if (section.status === 'ok' || section.status === 'absent') return undefined;
  return { known: false, gap: section.status, detail: section.detail ?? '', from };
}

/** A fact read from one section. `parse` gets `null` where the section says `absent`. */
export function section<T>(
  side: Side,
  name: string,
  doc: string,
  parse: (text: string | null) => T,
  id: string = name,
): FactSource<T> {
  const from: Origin = { side, section: name };
  return {
    id,
    side,
    sections: [name],
    doc,
    read: (bundle) =>
      once(id, bundle, () => {
        const found = bundle.sections[name];
        return gapOf(found, from) ?? attemptParse(from, () => parse(found?.status === 'ok' ? found.text : null));
      }),
  };
}

/** Sections sharing a prefix (`file:`), by what follows the prefix; those with a gap are left in so that a reader can tell. */
export type Family = ReadonlyMap<string, Section>;

/** A fact read from all sections whose name begins with `prefix`; `not-collected` when there is none. */
export function family<T>(
  side: Side,
  prefix: string,
  doc: string,
  parse: (members: Family) => T,
  id: string,
): FactSource<T> {
  const from: Origin = { side, section: `${prefix}*` };
  return {
    id,
    side,
    sections: [`${prefix}*`],
    doc,
    read: (bundle) =>
      once(id, bundle, () => {
        const members = new Map<string, Section>();
        for (const [name, found] of Object.entries(bundle.sections))
          if (name.startsWith(prefix)) members.set(name.slice(prefix.length), found);
        if (members.size === 0) return { known: false, gap: 'not-collected', detail: '', from };
        return attemptParse(from, () => parse(members));
      }),
  };
}

type Given<N extends Record<string, FactSource<unknown>>> = {
  readonly [K in keyof N]: N[K] extends FactSource<infer V> ? V : never;
};

/** A fact worked out from other facts; the first gap among `needs` is its gap, one among `helps` is none. */
export function derived<
  T,
  N extends Record<string, FactSource<unknown>>,
  H extends Record<string, FactSource<unknown>> = Record<never, never>,
>(id: string, doc: string, needs: N, work: (given: Given<N> & Partial<Given<H>>) => T, helps?: H): FactSource<T> {
  const sources = Object.entries(needs);
  const first = sources[0]?.[1];
  if (!first) throw new Error(`${id}: a derived fact needs facts`);
  return {
    id,
    side: first.side,
    sections: [...new Set(sources.flatMap(([, source]) => source.sections))],
    doc,
    read: (bundle) =>
      once(id, bundle, () => {
        const given: Record<string, unknown> = {};
        for (const [name, source] of sources) {
          const fact = source.read(bundle);
          if (!fact.known) return fact;
          given[name] = fact.value;
        }
        for (const [name, source] of Object.entries(helps ?? {})) {
          const fact = source.read(bundle);
          if (fact.known) given[name] = fact.value;
        }
        const from: Origin = { side: first.side, section: first.sections[0] ?? id };
        return attemptParse(from, () => work(given as Parameters<typeof work>[0]));
      }),
  };
}
