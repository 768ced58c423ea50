import MiniSearch from 'minisearch';
import { explained } from '../../../facts/events/explained.ts';
import { LookError } from '../../../model/errors.ts';
import { clip } from '../../../report/escape.ts';
import { shippedFile } from '../../../shipped/files.ts';
import type { CauseHit, CauseList, CausePage } from '../../api.ts';
import type { RouteGroup } from '../context.ts';

/** A page of docs/causes as scripts/build.mjs made it. */
interface Written extends CausePage {
  readonly text: string;
}

interface Book {
  readonly pages: ReadonlyMap<string, Written>;
  search(words: string): readonly string[];
}

/** @throws LookError when the build did not make it. */
function open(): Book {
  const file = shippedFile('causes.json', [
    new URL('./causes.json', import.meta.url),
    new URL('../../../../dist/causes.json', import.meta.url),
  ]);
  if (!file) throw new LookError('the pages of the causes are not built (npm run build)');
  const all = JSON.parse(file.toString('utf8')) as readonly Written[];
  const index = new MiniSearch<Written>({
    fields: ['id', 'title', 'why', 'text'],
    searchOptions: {
      boost: { id: 4, title: 4, why: 2 },
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  });
  index.addAll(all);
  return {
    pages: new Map(all.map((one) => [one.id, one])),
    search: (words) => {
      // All of the words, or else any of them.
      const exact = index.search(words, { combineWith: 'AND' });
      return (exact.length > 0 ? exact : index.search(words)).map(({ id }) => String(id));
    },
  };
}

const hit = ({ id, gate, title, severity, why }: Written): CauseHit => ({ id, gate, title, severity, why });
const LONGEST = 500;
const SHOWN = 60;

/** The encyclopaedia: all causes, those that words or a pasted message lead to, and the page of each. */
export const causes: RouteGroup = {
  at: '/api/causes',
  add: (web) => {
    let book: Book | undefined;
    web.get('/', (c) => {
      book ??= open();
      const { pages, search } = book;
      const words = (c.req.query('q') ?? '').slice(0, LONGEST).trim();
      if (words === '') return c.json({ hits: [...pages.values()].map(hit) } satisfies CauseList);
      const [kind] = explained(words).kinds;
      const ids = new Set([...(kind?.type.causes ?? []), ...search(words)]);
      const hits = [...ids].flatMap((id) => pages.get(id) ?? []).slice(0, SHOWN);
      return c.json({
        hits: hits.map(hit),
        ...(kind ? { message: clip(kind.type.meaning, 600) } : {}),
      } satisfies CauseList);
    });
    web.get('/:gate/:state', (c) => {
      book ??= open();
      const found = book.pages.get(`${c.req.param('gate')}/${c.req.param('state')}`);
      return found
        ? c.json({ ...hit(found), html: found.html } satisfies CausePage)
        : c.json({ error: 'there is no such cause' }, 404);
    });
  },
};
