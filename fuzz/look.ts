import { causes } from '../src/causes/index.gen.ts';
import type { Attempt } from '../src/model/attempt.ts';
import type { Bundle, Section } from '../src/model/bundle.ts';
import type { Cause, FactSource } from '../src/model/cause.ts';
import { investigate } from '../src/reason/investigate.ts';
import { bundles, sections } from './seeds.ts';
import { Broken, type Target } from './target.ts';

/** What the engine itself says of a mistake of ours; a reader that refuses says so in words of its own. */
const ENGINE =
  /^(?:internal error|Cannot (?:read|set|convert|destructure|mix|access)|Maximum call stack|Invalid (?:array|string|typed|regular|count|time|code point|value|language|date|\w+ length)|Unexpected |Expected |Bad |Unterminated|No number|Exponent|Reduce of|The (?:number|value|argument|"|index)|Spread syntax|Do not know how)|is not (?:a function|iterable|defined|a valid|an Object|valid JSON)|out of range|outside buffer|BigInt/;

/** Whether a gap is a mistake of ours and not of the text. */
export const isOurs = (detail: string): boolean => ENGINE.test(detail);

export const attempt: Attempt = {
  user: 'alice',
  host: '10.77.2.20',
  port: 22,
  from: '10.77.2.10',
  keys: ['SHA256:rs7Hw1GnEHuQGZxTnVbRMmXEOtHJRxdEsCxgbWrmKpY'],
  at: '2026-11-24T17:05:00Z',
};

/** Facts of several sections that are dear to make only where there is much in them. */
const NEAR = /^(?:firewall|sshd-config)$/;

const reads = (source: FactSource<unknown>, section: string): boolean =>
  source.sections.some((one) => (one.endsWith('*') ? section.startsWith(one.slice(0, -1)) : one === section));

function sourcesOf(all: readonly Cause[], section: string): FactSource<unknown>[] {
  const found = new Set<FactSource<unknown>>();
  for (const { proofs } of all)
    for (const { needs, helps } of proofs)
      for (const source of [...Object.values(needs), ...Object.values(helps)])
        if (reads(source, section)) found.add(source);
  return [...found];
}

/** Reads the facts of `sources`, and throws for one that is missing by a mistake of ours. */
export function readAll(bundle: Bundle, sources: readonly FactSource<unknown>[]): void {
  for (const source of sources) {
    const fact = source.read(bundle);
    if (!fact.known && fact.gap === 'unparsable' && isOurs(fact.detail))
      throw new Broken(`${source.id}: ${fact.detail}`);
  }
}

/** What the causes say; throws for a check that did. */
export function investigated(all: readonly Cause[], bundle: Bundle, about: Attempt): string[] {
  const { sightings, obstacles } = investigate(all, bundle, about);
  for (const { cause, gap } of obstacles)
    if (gap.gap === 'unparsable' && isOurs(gap.detail)) throw new Broken(`${cause.id}: ${gap.detail}`);
  return sightings.map(
    ({ cause, observed: { data, verdict } }) =>
      `${verdict} ${cause.id}: ${cause.says(data)} ${JSON.stringify(cause.remedy?.(data) ?? '')}`,
  );
}

/**
 * A section of a Bundle whose text is foreign: it takes the place of the one of a healthy host, its facts are read, and the
 * causes that read it are looked for. `lay` where one input makes several sections.
 */
export function sectionTarget(
  name: string,
  pattern: RegExp,
  o: {
    lay?: (text: string) => Readonly<Record<string, Section>>;
    words?: readonly string[];
    seeds?: readonly string[];
    facts?: readonly FactSource<unknown>[];
  } = {},
): Target {
  let made:
    | { base: Bundle; section: string; sources: FactSource<unknown>[]; near: FactSource<unknown>[]; readers: Cause[] }
    | undefined;
  const prepare = () => {
    const named = (bundle: Bundle) => Object.keys(bundle.sections).find((one) => pattern.test(one));
    const all = bundles().filter((bundle) => named(bundle) !== undefined);
    // Of a host that was looked at from both sides; the smallest, as all of it is read again each time.
    const whole = all.filter(({ sections: one }) => one['meta']?.status === 'ok' && one['attempt']?.status === 'ok');
    const size = ({ sections: one }: Bundle): number =>
      Object.values(one).reduce((sum, { text }) => sum + text.length, 0);
    const base = (whole.length > 0 ? whole : all).toSorted((a, b) => size(a) - size(b))[0];
    const section = base && named(base);
    if (base === undefined || section === undefined) throw new Error(`${name}: no captured section fits ${pattern}`);
    // A fact that only helps another is not among the sections of that.
    const facts = o.facts ?? [];
    const sources = [...new Set([...sourcesOf(causes, section), ...facts])];
    return {
      base,
      section,
      sources,
      near: sources.filter((source) => source.sections.length <= 2 || NEAR.test(source.id) || facts.includes(source)),
      readers: causes.filter(({ proofs }) =>
        proofs.some(({ needs, helps }) =>
          [...Object.values(needs), ...Object.values(helps)].some((one) => sources.includes(one)),
        ),
      ),
    };
  };
  return {
    name,
    seeds: () => [...sections(pattern), ...(o.seeds ?? []).map((text) => Buffer.from(text))],
    ...(o.words ? { words: o.words } : {}),
    run(input, deep) {
      const { base, section, sources, near, readers } = (made ??= prepare());
      const text = input.toString('utf8');
      const laid = o.lay?.(text) ?? { [section]: { status: 'ok', text } };
      const bundle: Bundle = { ...base, sections: { ...base.sections, ...laid } };
      readAll(bundle, deep ? sources : near);
      if (!deep) return near.map((source) => source.read(bundle));
      return investigated(readers, bundle, attempt);
    },
  };
}
