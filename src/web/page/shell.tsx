import { useEffect, useState } from 'preact/hooks';
import type { About } from '../api.ts';
import { ask } from './api.ts';
import { type Page, pages } from './pages/index.ts';
import { Load, useApi } from './parts/load.tsx';
import { go, Link, useWhere } from './router.tsx';
import { forget } from './session.ts';

const START = pages[0]?.path ?? '/';

const pageAt = (path: string): Page | undefined =>
  pages.find((one) => path === one.path || path.startsWith(`${one.path}/`));

/** Header, navigation and the page of this place; without a session what to do for one. */
export function Shell() {
  const { path, query } = useWhere();
  const [over, end] = useState(false);
  useEffect(() => {
    const ended = (): void => end(true);
    addEventListener('sshwhy-over', ended);
    if (path === '/') go(START, { replace: true });
    return () => removeEventListener('sshwhy-over', ended);
  }, [path]);
  const page = pageAt(path);
  useEffect(() => {
    document.title = `${page?.name ?? 'Nothing here'} · sshwhy`;
    document.getElementById('main')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [page]);
  if (over) return <Over />;
  return (
    <>
      <a class="skip" href="#main">
        To the page
      </a>
      <header class="top">
        <p class="brand">sshwhy</p>
        <nav aria-label="Pages">
          <ul>
            {pages.map((one) => (
              <li key={one.path}>
                <Link to={one.path} current={one === page}>
                  {one.name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {page ? <page.View rest={path.slice(page.path.length + 1)} query={query} /> : <h1>There is nothing here</h1>}
      </main>
      <Foot end={() => end(true)} />
    </>
  );
}

function Foot(o: { readonly end: () => void }) {
  const about = useApi<About>('/api/about');
  return (
    <footer>
      <Load of={about}>
        {({ version, host, until }) => (
          <p>
            sshwhy {version} on {host}. This session ends at {new Date(until).toLocaleTimeString()} at the latest.{' '}
            <button
              type="button"
              onClick={() => {
                const left = ask('/api/session', { method: 'DELETE' });
                void left.catch(() => undefined).then(forget);
                o.end();
              }}
            >
              End it now
            </button>
          </p>
        )}
      </Load>
    </footer>
  );
}

function Over() {
  return (
    <main id="main">
      <h1>No session</h1>
      <p>
        Open the address that <code>sshwhy serve</code> printed on its terminal, with all that follows the{' '}
        <code>#</code>. A session ends after an hour without use, and after twelve hours anyway.
      </p>
    </main>
  );
}
