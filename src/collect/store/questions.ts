import type { EventQuestion, EventStore, WatchEvent } from '../../model/watch.ts';
import { COLUMNS, eventOf, storable, storableId, type Words } from './rows.ts';
import type { Database, Statement } from './sqlite-engine.ts';

export const MINUTE = 60_000;
/** Of one answer, whatever is asked for. */
const MOST_EVENTS = 10_000;
const MOST_STEPS = 100_000;
/** Minutes that are looked up at once. */
const MINUTES = 2_000;
/** For how long an answer may hold up the rest of the process before that gets a turn. */
const TURN_MS = 30;

/** Lets the rest of the process have a turn when the last was long enough ago. */
function turns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}

interface Where {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Minutes of the range that hold an event of these outcomes and names, oldest first. */
function minutesOf(question: EventQuestion, words: Words): Where {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  if (question.outcomes !== undefined) {
    parts.push(`and outcome in (${question.outcomes.map(() => '?').join(',')})`);
    values.push(...question.outcomes.map(words.find));
  }
  for (const name of namesOf({ user: question.user, from: question.from })) {
    parts.push('and exists (select 1 from named where named.minute = tally.minute and name = ?)');
    values.push(name);
  }
  return { sql: parts.join(' '), values };
}

/** How `named` writes a user and an address. */
export function namesOf({
  user,
  from,
}: {
  readonly user?: string | undefined;
  readonly from?: string | undefined;
}): string[] {
  return [
    ...(user === undefined ? [] : [`u:${storable(user)}`]),
    ...(from === undefined ? [] : [`f:${storable(from)}`]),
  ];
}

function eventsWhere(question: EventQuestion, words: Words): Where {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const equal = (column: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    parts.push(`and ${column} = ?`);
    values.push(value);
  };
  equal('user', question.user === undefined ? undefined : storable(question.user));
  equal('addr', question.from === undefined ? undefined : storable(question.from));
  equal('host', question.host === undefined ? undefined : words.find(question.host));
  if (question.outcomes !== undefined) {
    parts.push(`and outcome in (${question.outcomes.map(() => '?').join(',')})`);
    values.push(...question.outcomes.map(words.find));
  }
  return { sql: parts.join(' '), values };
}

/** See `EventStore.events`. Goes minute by minute, and only through those in which `named` and `tally` have what is asked for. */
export async function askEvents(db: Database, words: Words, question: EventQuestion): Promise<readonly WatchEvent[]> {
  const oldest = db.prepare('select at from event order by at limit 1').get()?.['at'];
  const limit = Math.min(Math.max(0, Math.trunc(question.limit) || 0), MOST_EVENTS);
  if (typeof oldest !== 'number' || limit === 0) return [];
  const since = Math.max(question.since ?? oldest, question.after?.at ?? oldest, oldest);
  const until = question.until ?? Number.MAX_SAFE_INTEGER;
  const after = question.after ?? { at: since, id: '' };
  const from: readonly [number, string] = after.at >= since ? [after.at, storableId(after.id)] : [since, ''];
  const which = minutesOf(question, words);
  const minutes = db.prepare(
    `select distinct minute from tally where minute >= ? and minute * ${MINUTE} < ? ${which.sql} order by minute limit ${MINUTES}`,
  );
  const where = eventsWhere(question, words);
  const rows = db.prepare(
    `select ${COLUMNS} from event where (at, id) > (?, ?) and at < ? ${where.sql} order by at, id limit ?`,
  );
  const found: WatchEvent[] = [];
  const turn = turns();
  let next = Math.floor(since / MINUTE);
  while (found.length < limit) {
    const some = minutes.all(next, until, ...which.values).map((row) => Number(row['minute']));
    for (const minute of some) {
      const start: readonly [number, string] = from[0] >= minute * MINUTE ? from : [minute * MINUTE, ''];
      const end = Math.min(until, (minute + 1) * MINUTE);
      for (const row of rows.all(...start, end, ...where.values, limit - found.length)) found.push(eventOf(row, words));
      if (found.length >= limit) break;
      await turn();
    }
    if (some.length < MINUTES) break;
    next = (some.at(-1) ?? next) + 1;
  }
  return found;
}

/** See `EventStore.span`. */
export function askSpan(db: Database): Awaited<ReturnType<EventStore['span']>> {
  const one = (sql: string): number | undefined => {
    const value = db.prepare(sql).get()?.['value'];
    return typeof value === 'number' ? value : undefined;
  };
  const minute = one('select minute as value from tally order by minute limit 1');
  const last = one('select at as value from event order by at desc limit 1');
  if (minute === undefined || last === undefined) return undefined;
  return { counted: minute * MINUTE, first: one('select at as value from event order by at limit 1') ?? last, last };
}

/** See `EventStore.counts`. Whole minutes come from the tally; only a step that is not made of minutes is counted event by event. */
export async function askCounts(
  db: Database,
  words: Words,
  question: Parameters<EventStore['counts']>[0],
): ReturnType<EventStore['counts']> {
  const step = Math.max(1, Math.trunc(question.stepMs) || MINUTE);
  const { since, until } = question;
  const sums = new Map<string, { at: number; outcome: string; count: number }>();
  const add = (rows: ReturnType<Statement['all']>): void => {
    for (const row of rows) {
      const outcome = words.decode(row['outcome']) ?? '';
      const at = Math.floor(Number(row['at']) / step) * step;
      const sum = sums.get(`${at} ${outcome}`);
      if (sum !== undefined) sum.count += Number(row['count']);
      else if (sums.size < MOST_STEPS) sums.set(`${at} ${outcome}`, { at, outcome, count: Number(row['count']) });
    }
  };
  if (step % MINUTE === 0) {
    const minutes = step / MINUTE;
    // Whole steps at once, so that none is added up in two rows and the rest of the process has its turn between.
    const block = Math.max(1, Math.ceil(MINUTES / minutes)) * minutes;
    const last = Math.ceil(until / MINUTE);
    const some = db.prepare(
      `select (minute / ${minutes}) * ${step} as at, outcome, sum(count) as count from tally
       where minute >= ? and minute < ? group by minute / ${minutes}, outcome`,
    );
    const next = db.prepare('select minute from tally where minute >= ? and minute < ? order by minute limit 1');
    const turn = turns();
    for (let from = Math.floor(since / MINUTE); ; ) {
      const first = next.get(from, last)?.['minute'];
      if (typeof first !== 'number') break;
      const end = Math.min(last, Math.floor(first / minutes) * minutes + block);
      add(some.all(first, end));
      from = end;
      await turn();
    }
  } else {
    const turn = turns();
    const some = db.prepare(
      `select (at / ${step}) * ${step} as at, outcome, count(*) as count from event where at >= ? and at < ? group by 1, 2`,
    );
    const minutes = db.prepare(
      `select distinct minute from tally where minute >= ? and minute * ${MINUTE} < ? limit ${MOST_STEPS}`,
    );
    for (const row of minutes.all(Math.floor(since / MINUTE), until)) {
      const start = Number(row['minute']) * MINUTE;
      add(some.all(Math.max(since, start), Math.min(until, start + MINUTE)));
      await turn();
    }
  }
  return [...sums.values()].sort((a, b) => a.at - b.at || (a.outcome < b.outcome ? -1 : 1));
}
