import * as z from 'zod';
import type { Batch, EventStore, WatchEvent } from '../model/watch.ts';

/** Events that the store may hold and that the detectors have not seen yet. */
export interface Unseen {
  readonly since: number;
  readonly until: number;
  /** First and last id of each file or journal: ids of one of them ascend with its lines. */
  readonly ids: readonly (readonly [string, string])[];
  readonly lines: { readonly all: number; readonly unparsed: number };
}

const unseen = z.object({
  since: z.number(),
  until: z.number(),
  ids: z.array(z.tuple([z.string(), z.string()])),
  lines: z.object({ all: z.number(), unparsed: z.number() }),
});
export const unseenList = z.array(unseen);

const headOf = (id: string): string => id.slice(0, id.lastIndexOf(':'));

/** What is left of a batch from its event number `from` on. */
export function unseenOf({ events, lines }: Batch, from = 0): Unseen {
  const ids = new Map<string, readonly [string, string]>();
  let since = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (let i = from; i < events.length; i++) {
    const { id, at } = events[i] as WatchEvent;
    since = Math.min(since, at);
    until = Math.max(until, at);
    const head = headOf(id);
    const [first = id, last = id] = ids.get(head) ?? [];
    ids.set(head, [id < first ? id : first, id > last ? id : last]);
  }
  const share = (n: number): number => (events.length === 0 ? n : n - Math.floor((n * from) / events.length));
  return {
    since: ids.size === 0 ? 0 : since,
    until: ids.size === 0 ? 0 : until,
    ids: [...ids.values()],
    lines: { all: share(lines.all), unparsed: share(lines.unparsed) },
  };
}

const PAGE = 10_000;

/** The events of it that the store took, in the order of their lines. */
export async function eventsOf(store: EventStore, { since, until, ids }: Unseen): Promise<readonly WatchEvent[]> {
  if (ids.length === 0) return [];
  const within = (id: string): boolean =>
    ids.some(([first, last]) => id >= first && id <= last && headOf(id) === headOf(first));
  const found: WatchEvent[] = [];
  let after: { at: number; id: string } | undefined;
  for (;;) {
    // `until` itself is not within.
    const page = await store.events({
      since,
      until: until + 1,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    for (const event of page) if (within(event.id)) found.push(event);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = { at: last.at, id: last.id };
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
