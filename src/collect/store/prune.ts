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

/** See `EventStore.prune`. Between the steps the rest of the process has a turn; `closed` tells that the store is closed meanwhile. */
export async function pruneStore(
  db: Database,
  transaction: (change: () => void) => void,
  keep: Parameters<EventStore['prune']>[0],
  closed: () => boolean,
): Promise<number> {
  const pageSize = numberOf(db, 'pragma page_size');
  const pages = (): number => numberOf(db, 'pragma page_count');
  const used = (): number => (pages() - numberOf(db, 'pragma freelist_count')) * pageSize;
  const edge = db.prepare(`select at, id from event order by at, id limit 1 offset ${STEP - 1}`);
  const last = db.prepare('select at, id from event order by at desc, id desc limit 1');
  const remove = db.prepare('delete from event where (at, id) <= (?, ?) and at < ?');
  const count = db.prepare(
    "update number set value = value + case name when 'events' then -?1 else ?1 end where name in ('events', 'pruned')",
  );
  let gone = 0;

  /** The oldest events that are before `before`. */
  const step = (before: number): number => {
    let went = 0;
    transaction(() => {
      const end = edge.get() ?? last.get();
      if (end === undefined) return;
      went = Number(remove.run(end['at'] ?? 0, end['id'] ?? '', before).changes);
      if (went > 0) count.run(went);
    });
    gone += went;
    return went;
  };

  while (!closed() && step(keep.since) > 0) await turn();
  const most = keep.maxBytes ?? Number.POSITIVE_INFINITY;
  if (!closed() && used() > most)
    while (!closed() && used() > most * KEEP && step(Number.MAX_SAFE_INTEGER) > 0) await turn();

  if (closed()) return gone;
  const oldest = Number(db.prepare('select at from event order by at limit 1').get()?.['at'] ?? keep.since);
  const minute = Math.floor(oldest / MINUTE);
  const names = db.prepare(
    'delete from named where (minute, name) <= (select minute, name from named order by minute, name limit 1 offset ?) and minute < ?',
  );
  const rest = db.prepare('delete from named where minute < ?');
  for (let went = 1; went > 0 && !closed(); ) {
    transaction(() => {
      went = Number(names.run(STEP - 1, minute).changes);
      if (went === 0) rest.run(minute);
    });
    await turn();
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
