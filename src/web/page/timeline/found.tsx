import { useEffect, useState } from 'preact/hooks';
import type { WatchEvent } from '../../../model/watch.ts';
import type { EventPage, TypeWords } from '../../api-see.ts';
import { api } from '../api.ts';
import { Problem } from '../parts/load.tsx';
import { Table } from '../parts/table.tsx';
import { EVENT_HEADS, eventCells } from './event.tsx';

const PAGE = 100;

interface Found {
  readonly events: readonly WatchEvent[];
  readonly types: Readonly<Record<string, TypeWords>>;
  readonly more: boolean;
}

/** The events of one user, address or host, page by page. `question`: what `/api/watch/events` is asked. */
export function FoundEvents(o: { readonly question: string }) {
  const [found, set] = useState<Found>();
  const [wrong, fail] = useState<string>();
  const load = async (before: Found | undefined, signal?: AbortSignal): Promise<void> => {
    const last = before?.events.at(-1);
    const after = last === undefined ? '' : `&after=${encodeURIComponent(`${last.at},${last.id}`)}`;
    try {
      const page = await api<EventPage>(
        `/api/watch/events?${o.question}&limit=${PAGE}${after}`,
        signal ? { signal } : {},
      );
      set({
        events: [...(before?.events ?? []), ...page.events],
        types: { ...before?.types, ...page.types },
        more: page.events.length === PAGE,
      });
      fail(undefined);
    } catch (error) {
      if (!signal?.aborted) fail((error as Error).message);
    }
  };
  useEffect(() => {
    const gone = new AbortController();
    set(undefined);
    void load(undefined, gone.signal);
    return () => gone.abort();
  }, [o.question]);
  if (wrong !== undefined) return <Problem says={wrong} />;
  if (found === undefined) return <p role="status">Loading …</p>;
  if (found.events.length === 0) return <p>No event of this time is of them.</p>;
  return (
    <>
      <Table
        caption={`${found.events.length}${found.more ? ' of more' : ''} events, oldest first`}
        heads={EVENT_HEADS}
        rows={found.events.map((event) => eventCells(event, found.types))}
      />
      {found.more && (
        <button type="button" onClick={() => void load(found)}>
          {PAGE} more
        </button>
      )}
    </>
  );
}
