import MiniSearch, { type Options } from 'minisearch';

/** A page as it is searched. */
export interface Searched {
  /** Its path in the site. */
  readonly id: string;
  readonly title: string;
  readonly headings: string;
  readonly text: string;
}

export interface Found {
  readonly id: string;
  readonly title: string;
  /** Some words around the first place where one of the searched words stands. */
  readonly around: string;
}

const OPTIONS: Options<Searched> = {
  fields: ['title', 'headings', 'text'],
  storeFields: ['title', 'text'],
  // `kex_exchange_identification` and `host/disk-full` are searched for as a whole and by their parts.
  tokenize: (text) =>
    text.split(/[^\p{L}\p{N}_]+/u).flatMap((word) => (word.includes('_') ? [word, ...word.split('_')] : [word])),
  searchOptions: { boost: { title: 6, headings: 2 }, prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : 0) },
};

/** Ready to be asked; takes some tens of milliseconds for two hundred pages. */
export function searcher(pages: readonly Searched[]): (words: string) => Found[] {
  const index = new MiniSearch<Searched>(OPTIONS);
  index.addAll(pages);
  return (words) => {
    const asked = words.slice(0, 400);
    const all = index.search(asked, { combineWith: 'AND' });
    return (all.length > 0 ? all : index.search(asked)).slice(0, 30).map(({ id, title, text, terms }) => ({
      id: String(id),
      title: String(title),
      around: excerpt(String(text), terms),
    }));
  };
}

const WIDTH = 160;

function excerpt(text: string, terms: readonly string[]): string {
  const low = text.toLowerCase();
  const places = terms.map((term) => low.indexOf(term)).filter((at) => at >= 0);
  const from = Math.max(0, (places.length > 0 ? Math.min(...places) : 0) - 40);
  const start = from === 0 ? 0 : text.indexOf(' ', from) + 1;
  return `${start > 0 ? '… ' : ''}${text.slice(start, start + WIDTH).trim()} …`;
}
