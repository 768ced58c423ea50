import type { EventStore } from '../../model/watch.ts';
import { MINUTE } from './questions.ts';
import { numberOf } from './schema.ts';
import type { Database } from './sqlite-engine.ts';

/** Events that go in one transaction: some tens of milliseconds. */
const STEP = 10_000;
/** Pages that are given back in one transaction. */
const PAGES = 2_000;
/** Counts per minute name nobody and are small (about 250 kB a day): they outlive the events. */
const TALLY_MINUTES = 400 * 24 * 60;
/** Of a store that is as large as it may be, the share that stays, so that room is not made for each batch anew. */
const KEEP = 0.9;
/** Free pages up to this share of the file are left for what comes next. */
const SLACK = 0.1;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Pruned {
  readonly db: Database;
  transaction(change: () => void): void;
  /** Names were removed: of those that were written of late none is sure to be there. */
  forgetNames(): void;
  /** The store was closed meanwhile. */
  closed(): boolean;
}

/** See `EventStore.prune`. Between the steps the rest of the process has a turn. */
export async function pruneStore(
  { db, transaction, forgetNames, closed }: Pruned,
  keep: Parameters<EventStore['prune']>[0],
): Promise<number> {
  const pageSize = numberOf(db, 'pragma page_size');
  const pages = (): number => numberOf(db, 'pragma page_count');
  const used = (): number => (pages() - numberOf(db, 'pragma freelist_count')) * pageSize;
  const edge = db.prepare('select at, id from event order by at, id limit 1 offset ?');
  const last = db.prepare('select at, id from event order by at desc, id desc limit 1');
  const oldest = db.prepare('select at from event order by at limit 1');
  const remove = db.prepare('delete from event where (at, id) <= (?, ?) and at < ?');
  const removeNames = db.prepare('delete from named where minute < ?');
  const count = db.prepare(
    "update number set value = value + case name when 'events' then -?1 else ?1 end where name in ('events', 'pruned')",
  );
  let gone = 0;

  /** Of the oldest events, at most `most`, those that are before `before`; and the names of minutes that hold none any more. */
  const step = (before: number, most: number): number => {
    let went = 0;
    transaction(() => {
      const end = edge.get(most - 1) ?? last.get();
      if (end === undefined) return;
      went = Number(remove.run(end['at'] ?? 0, end['id'] ?? '', before).changes);
      if (went === 0) return;
      count.run(went);
      const at = oldest.get()?.['at'];
      removeNames.run(at === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(Number(at) / MINUTE));
      forgetNames();
    });
    gone += went;
    return went;
  };

  while (!closed() && step(keep.since, STEP) > 0) await turn();
  const most = keep.maxBytes ?? Number.POSITIVE_INFINITY;
  if (!closed() && used() > most) {
    for (let went = 1; went > 0 && !closed() && used() > most * KEEP; ) {
      const events = numberOf(db, "select value from number where name = 'events'");
      const over = Math.ceil(((used() - most * KEEP) / used()) * events);
      went = step(Number.MAX_SAFE_INTEGER, Math.min(STEP, Math.max(1, over)));
      await turn();
    }
  }
  if (closed()) return gone;
  transaction(() => {
    db.prepare("delete from incident where state = 'closed' and updated < ?").run(keep.since);
    db.prepare('delete from tally where minute < ?').run(Math.floor(keep.since / MINUTE) - TALLY_MINUTES);
  });
  await giveBack();
  return gone;

  async function giveBack(): Promise<void> {
    for (;;) {
      if (closed()) return;
      const free = numberOf(db, 'pragma freelist_count');
      const slack = Math.floor(pages() * SLACK);
      const over = Math.max(free > slack ? free - slack : 0, Math.min(free, pages() - Math.floor(most / pageSize)));
      if (over <= 0) return;
      db.exec(`pragma incremental_vacuum(${Math.min(PAGES, over)})`);
      await turn();
    }
  }
}
