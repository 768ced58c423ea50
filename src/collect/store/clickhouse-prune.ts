import { setTimeout as sleep } from 'node:timers/promises';
import type { Clickhouse } from './clickhouse-connection.ts';
import { whole64 } from './clickhouse-sql.ts';

const DAY = 86_400_000;

interface Day {
  readonly day: number;
  readonly bytes: number;
}

/**
 * Drops whole days that are older than `since`, then the oldest days until the rest is small enough. A last day that is too
 * large alone loses its oldest rows by a mutation. Returns how many events went that could still be seen: those at or after
 * `floor`. @throws LookError
 */
export async function pruned(
  db: Clickhouse,
  { since, maxBytes }: { readonly since: number; readonly maxBytes?: number },
  floor: number,
): Promise<number> {
  const count = async (below: number): Promise<number> => {
    const [row] = await db.ask(
      `SELECT count() AS n FROM events FINAL WHERE at >= ${whole64(floor)} AND at < ${whole64(below)}`,
    );
    return Number(row?.['n'] ?? 0);
  };
  const days = await daysOf(db);
  const boundary = Math.floor(since / DAY);
  let total = days.reduce((sum, { bytes }) => sum + bytes, 0);
  const drop: Day[] = [];
  for (const [index, day] of days.entries()) {
    const tooMuch = maxBytes !== undefined && total > maxBytes && index < days.length - 1;
    if (day.day >= boundary && !tooMuch) break;
    drop.push(day);
    total -= day.bytes;
  }
  const rest = days.slice(drop.length);
  const [first] = rest;
  const cut =
    maxBytes !== undefined && total > maxBytes && rest.length === 1 && first !== undefined
      ? await timeAt(db, first.day, 1 - maxBytes / total)
      : Number.NEGATIVE_INFINITY;
  const lastDropped = drop.at(-1);
  const below = Math.max(
    since,
    cut,
    lastDropped === undefined ? Number.NEGATIVE_INFINITY : (lastDropped.day + 1) * DAY,
  );
  const gone = await count(below);
  for (const { day } of drop) await db.tell(`ALTER TABLE events DROP PARTITION ${whole64(day)}`);
  if (Number.isFinite(cut)) await deleted(db, cut);
  return gone;
}

async function daysOf(db: Clickhouse): Promise<readonly Day[]> {
  const rows = await db.ask(
    `SELECT partition, sum(bytes_on_disk) AS bytes FROM system.parts
     WHERE active AND database = currentDatabase() AND table = 'events' GROUP BY partition`,
  );
  return rows
    .map((row) => ({ day: Number(row['partition']), bytes: Number(row['bytes']) }))
    .filter(({ day }) => Number.isInteger(day))
    .toSorted((a, b) => a.day - b.day);
}

/** The time in a day before which a share of its rows lies. */
async function timeAt(db: Clickhouse, day: number, share: number): Promise<number> {
  const [row] = await db.ask(
    `SELECT quantile(${share.toFixed(6)})(at) AS t FROM events WHERE intDiv(at, ${DAY}) = ${whole64(day)}`,
  );
  return Number(row?.['t'] ?? Number.NEGATIVE_INFINITY);
}

/** Rows are taken out by rewriting their parts, in the background of the server: waited for up to a minute. */
async function deleted(db: Clickhouse, before: number): Promise<void> {
  await db.tell(`ALTER TABLE events DELETE WHERE at < ${whole64(before)}`);
  for (let waited = 0; waited < 60_000; waited += 200) {
    const [row] = await db.ask(
      `SELECT count() AS n FROM system.mutations WHERE database = currentDatabase() AND table = 'events' AND is_done = 0`,
    );
    if (Number(row?.['n'] ?? 0) === 0) return;
    await sleep(200);
  }
}
