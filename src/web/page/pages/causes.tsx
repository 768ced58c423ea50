import { useEffect, useState } from 'preact/hooks';
import type { CauseHit, CauseList, CausePage } from '../../api.ts';
import { Load, useApi } from '../parts/load.tsx';
import { Trusted } from '../parts/trusted.tsx';
import { go, Link } from '../router.tsx';
import type { Page, ViewProps } from './index.ts';

const SEVERITY = {
  blocks: 'closes its gate',
  degrades: 'the login works, but slowly or in part',
  risk: 'nothing is broken for a login yet',
} as const;
const PAUSE_MS = 150;

/** The list of all, or what words lead to; the words are part of the address, so that a search can be passed on. */
function Search(o: { readonly words: string }) {
  const [words, set] = useState(o.words);
  useEffect(() => {
    if (words === o.words) return;
    const to = words === '' ? '/causes' : `/causes?q=${encodeURIComponent(words)}`;
    const timer = setTimeout(() => go(to, { replace: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words, o.words]);
  const found = useApi<CauseList>(`/api/causes?q=${encodeURIComponent(o.words)}`);
  return (
    <>
      <h1>Causes</h1>
      <search>
        <label for="words">Words, or the message that you got</label>
        <input
          id="words"
          type="search"
          value={words}
          maxLength={500}
          autocomplete="off"
          onInput={(event) => set(event.currentTarget.value)}
        />
      </search>
      <Load of={found}>
        {({ hits, message }) => (
          <>
            {message !== undefined && (
              <p>
                <b>That message means:</b> {message}
              </p>
            )}
            <p role="status" class="soft">
              {hits.length === 0 ? 'No cause is like that.' : hits.length === 1 ? 'One cause' : `${hits.length} causes`}
            </p>
            <Hits hits={hits} byGate={o.words === ''} />
          </>
        )}
      </Load>
    </>
  );
}

function Hits(o: { readonly hits: readonly CauseHit[]; readonly byGate: boolean }) {
  if (!o.byGate) return <List hits={o.hits} />;
  return (
    <>
      {[...new Set(o.hits.map(({ gate }) => gate))].map((gate) => (
        <section key={gate} aria-labelledby={`gate-${gate}`}>
          <h2 id={`gate-${gate}`}>{gate}</h2>
          <List hits={o.hits.filter((one) => one.gate === gate)} />
        </section>
      ))}
    </>
  );
}

function List(o: { readonly hits: readonly CauseHit[] }) {
  return (
    <ul class="hits">
      {o.hits.map(({ id, title }) => (
        <li key={id}>
          <Link to={`/causes/${id}`}>{title}</Link> <code class="soft">{id}</code>
        </li>
      ))}
    </ul>
  );
}

function One(o: { readonly id: string }) {
  const found = useApi<CausePage>(`/api/causes/${o.id.split('/').map(encodeURIComponent).join('/')}`);
  return (
    <>
      <p>
        <Link to="/causes">All causes</Link>
      </p>
      <Load of={found}>
        {({ id, gate, title, severity, why, html }) => (
          <>
            <h1>{title}</h1>
            <p class="facts">
              <code>{id}</code> <span class="tag">gate {gate}</span>
              <span class="tag">{SEVERITY[severity]}</span>
            </p>
            <p>{why}</p>
            <Trusted html={html} />
          </>
        )}
      </Load>
    </>
  );
}

const View = ({ rest, query }: ViewProps) =>
  rest === '' ? <Search words={query.get('q') ?? ''} /> : <One key={rest} id={rest} />;

export const causes: Page = { path: '/causes', name: 'Causes', View };
