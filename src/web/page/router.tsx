import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Where the page is: its path, and what stands behind `?`. */
export interface Where {
  readonly path: string;
  readonly query: URLSearchParams;
}

const here = (): Where => ({ path: location.pathname, query: new URLSearchParams(location.search) });

/** Goes to another place of the page. `replace`: without a step back to here. */
export function go(to: string, o: { readonly replace?: boolean } = {}): void {
  if (o.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** The place, kept up to date. */
export function useWhere(): Where {
  const [where, set] = useState(here);
  useEffect(() => {
    const moved = (): void => set(here());
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  return where;
}

/** A link to a place of the page; with a modifier key it is the browser's own. */
export function Link(o: {
  readonly to: string;
  readonly current?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <a
      href={o.to}
      class={o.class}
      aria-current={o.current ? 'page' : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(o.to);
      }}
    >
      {o.children}
    </a>
  );
}
