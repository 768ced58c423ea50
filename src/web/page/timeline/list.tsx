import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WatchEvent } from '../../../model/watch.ts';
import type { EventPage, TimelineAnswer, TimelineKind, TypeWords } from '../../api-see.ts';
import { api } from '../api.ts';
import { Problem } from '../parts/load.tsx';
import { Virtual } from '../parts/virtual.tsx';
import { number } from '../parts/when.ts';
import { EVENT_HEADS, eventCells } from './event.tsx';
import { ordinals } from './ordinals.ts';

const BLOCK = 200;
/** Blocks that are kept; what was scrolled past long ago is asked for again. */
const BLOCKS = 40;
/** Of a scroll that flies past, what lies between is never asked for. */
const SETTLE_MS = 60;

/** The events of a range, of any number: only what is seen is asked for. */
export function EventList(o: {
  readonly of: TimelineAnswer;
  readonly kinds: readonly TimelineKind[];
  readonly rowHeight: number;
  readonly stick: boolean;
}) {
  const kinds = o.kinds.join();
  const places = useMemo(() => ordinals(o.of, o.kinds), [o.of, kinds]);
  const blocks = useRef(new Map<number, readonly WatchEvent[]>());
  const types = useRef<Record<string, TypeWords>>({});
  const asking = useRef(new Map<number, AbortController>());
  const [, redraw] = useState(0);
  const [wrong, fail] = useState<string>();
  const of = `${o.of.since} ${kinds}`;

  useEffect(() => {
    blocks.current.clear();
    redraw((n) => n + 1);
    return () => {
      for (const one of asking.current.values()) one.abort();
      asking.current.clear();
    };
  }, [places]);

  const load = useCallback(
    async (block: number): Promise<void> => {
      if (blocks.current.has(block) || asking.current.has(block)) return;
      const gone = new AbortController();
      asking.current.set(block, gone);
      const { since, skip } = places.place(block * BLOCK);
      const question = new URLSearchParams({
        since: `${since}`,
        until: `${o.of.until}`,
        skip: `${skip}`,
        limit: `${BLOCK}`,
        kinds,
      });
      try {
        const page = await api<EventPage>(`/api/watch/events?${question}`, { signal: gone.signal });
        Object.assign(types.current, page.types);
        blocks.current.set(block, page.events);
        const [oldest] = blocks.current.keys();
        if (blocks.current.size > BLOCKS && oldest !== undefined) blocks.current.delete(oldest);
        fail(undefined);
        redraw((n) => n + 1);
      } catch (error) {
        if (!gone.signal.aborted) fail((error as Error).message);
      } finally {
        if (asking.current.get(block) === gone) asking.current.delete(block);
      }
    },
    [places, kinds, o.of.until],
  );

  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const seen = useCallback(
    (first: number, last: number): void => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const [from, to] = [Math.floor(first / BLOCK), Math.floor(Math.max(first, last - 1) / BLOCK)];
        for (const [block, one] of asking.current)
          if (block < from || block > to) {
            one.abort();
            asking.current.delete(block);
          }
        if (last > first) for (let block = from; block <= to; block++) void load(block);
      }, SETTLE_MS);
    },
    [load],
  );

  const row = (index: number) =>
    eventCells(blocks.current.get(Math.floor(index / BLOCK))?.[index % BLOCK], types.current);
  if (places.total === 0) return <p>No event of these kinds is kept of this time.</p>;
  return (
    <>
      {wrong !== undefined && <Problem says={wrong} />}
      <Virtual
        label={`${number(places.total)} events, oldest first`}
        count={places.total}
        rowHeight={o.rowHeight}
        heads={EVENT_HEADS}
        of={of}
        stick={o.stick}
        row={row}
        onRange={seen}
      />
    </>
  );
}
