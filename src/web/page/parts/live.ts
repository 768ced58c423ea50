import { useEffect, useState } from 'preact/hooks';
import { api } from '../api.ts';

const EVERY_MS = 2000;

/**
 * Asks for `path` every two seconds while `on` and the page is seen, and gives the last answer once it differs from the one before.
 * What is wrong is told by the question that follows, so a failure here is passed over.
 */
export function useNews<T>(path: string, on: boolean): T | undefined {
  const [news, set] = useState<T>();
  useEffect(() => {
    if (!on) return;
    const gone = new AbortController();
    let [last, busy] = ['', false];
    const look = async (): Promise<void> => {
      if (busy || document.hidden) return;
      busy = true;
      try {
        const value = await api<T>(path, { signal: gone.signal });
        const text = JSON.stringify(value);
        if (text !== last) set(value);
        last = text;
      } catch {
        // Gone, or not there for a moment.
      }
      busy = false;
    };
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [path, on]);
  return news;
}
