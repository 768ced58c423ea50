import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api.ts';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly why: string };

/** The answer of the server at `path`, asked again when it changes. */
export function useApi<T>(path: string): Loaded<T> {
  const [loaded, set] = useState<Loaded<T>>({ state: 'loading' });
  useEffect(() => {
    const gone = new AbortController();
    set({ state: 'loading' });
    api<T>(path, { signal: gone.signal }).then(
      (value) => set({ state: 'ready', value }),
      (error: Error) => gone.signal.aborted || set({ state: 'failed', why: error.message }),
    );
    return () => gone.abort();
  }, [path]);
  return loaded;
}

/** What is shown of it: a line while it loads, the reason when it failed. */
export function Load<T>(o: { readonly of: Loaded<T>; readonly children: (value: T) => ComponentChildren }) {
  if (o.of.state === 'loading') return <p role="status">Loading …</p>;
  if (o.of.state === 'failed') return <Problem says={o.of.why} />;
  return <>{o.children(o.of.value)}</>;
}

export function Problem(o: { readonly says: string }) {
  return (
    <p role="alert" class="problem">
      {o.says}
    </p>
  );
}
