import { useEffect, useState } from 'preact/hooks';
import { api } from '../api.ts';
import type { Loaded } from './load.tsx';

/** As `useApi`, but the last answer stays until the next is there; `again`: asks anew when it changes. */
export function useKept<T>(path: string, again: unknown = undefined): Loaded<T> & { readonly busy: boolean } {
  const [loaded, set] = useState<Loaded<T>>({ state: 'loading' });
  const [busy, work] = useState(true);
  useEffect(() => {
    const gone = new AbortController();
    work(true);
    api<T>(path, { signal: gone.signal }).then(
      (value) => {
        set({ state: 'ready', value });
        work(false);
      },
      (error: Error) => {
        if (gone.signal.aborted) return;
        set({ state: 'failed', why: error.message });
        work(false);
      },
    );
    return () => gone.abort();
  }, [path, again]);
  return { ...loaded, busy };
}
