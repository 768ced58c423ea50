import type { FactSource } from '../../model/cause.ts';
import type { Fact } from '../../model/fact.ts';
import type { Json } from '../client/json.ts';
import { section, Unparsable } from '../source.ts';
import { type Lines, readItems } from './layout.ts';
import type { CloudKind } from './shapes.ts';

export interface Items {
  readonly items: readonly Json[];
  readonly lines: Lines;
}

/** What the cloud's command line said of one kind, as the section `cloud:KIND` keeps it. */
export function cloudItems(kind: CloudKind, doc: string): FactSource<Items> {
  return section(
    'path',
    `cloud:${kind}`,
    doc,
    (text) => {
      if (text === null) throw new Unparsable('the section is absent');
      return readItems(text);
    },
    `cloud:${kind}`,
  );
}

/** Whichever of several answers is there; the gap is that of the first, which says the most. */
export function anyOf(
  id: string,
  doc: string,
  kinds: readonly [FactSource<Items>, ...FactSource<Items>[]],
): FactSource<readonly (Items | undefined)[]> {
  return {
    id,
    side: 'path',
    sections: kinds.flatMap(({ sections }) => sections),
    doc,
    read: (bundle): Fact<readonly (Items | undefined)[]> => {
      const facts = kinds.map((kind) => kind.read(bundle));
      const known = facts.find((fact) => fact.known);
      if (!known) return facts[0] as Fact<never>;
      return { known: true, value: facts.map((fact) => (fact.known ? fact.value : undefined)), from: known.from };
    },
  };
}

export const NO_ITEMS: Items = { items: [], lines: new Map() };
