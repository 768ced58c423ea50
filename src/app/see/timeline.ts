import type { EventStore, WatchEvent } from '../../model/watch.ts';
import {
  alignedTo,
  MINUTE,
  stepFor,
  TIMELINE_KINDS,
  type Timeline,
  type TimelineKind,
  timelineOf,
} from '../../reason/watch/timeline.ts';

/** Steps of one answer, at most. */
const MOST_STEPS = 2000;
/** Steps shorter than a minute are counted event by event: some tens of milliseconds for so many. */
const COUNTED_SINGLY = 50_000;
/** Events of one answer, at most. */
const MOST_EVENTS = 500;
/** Events that are passed over by reading them; more are counted, in shorter and shorter steps. */
const PASSED_OVER = 1500;
const SECOND = 1000;
const DAY = 86_400_000;
/** Steps in which is counted, each within one of the last. The first only leads to a whole minute, which the others begin at. */
const LEVELS = [
  { stepMs: SECOND, within: MINUTE },
  { stepMs: DAY, within: Number.POSITIVE_INFINITY },
  { stepMs: 30 * MINUTE, within: DAY },
  { stepMs: MINUTE, within: 30 * MINUTE },
  { stepMs: SECOND, within: MINUTE },
  { stepMs: 10, within: SECOND },
] as const;

export interface TimelineQuestion {
  /** Epoch milliseconds; absent: from the first event to the last. */
  readonly since?: number;
  readonly until?: number;
  /** How many steps there is room for. */
  readonly most: number;
}

/**
 * What there is between two times. `span`: see `EventStore.span`; absent where nothing was stored yet. `kept`: numbers outlive the
 * events that they count; of the step in which the kept events begin, from when they are all there, and how many.
 */
export interface TimelineAnswer extends Timeline {
  readonly span?: NonNullable<Awaited<ReturnType<EventStore['span']>>>;
  readonly kept?: { readonly since: number; readonly counts: Readonly<Record<TimelineKind, number>> };
}

/**
 * Counts of a range in steps that fit: by the minute or longer from what the store has added up, shorter where the range holds few
 * enough events to count each. The range is widened to whole steps.
 */
export async function askTimeline(store: EventStore, question: TimelineQuestion): Promise<TimelineAnswer> {
  const span = await store.span();
  const most = Math.min(MOST_STEPS, Math.max(1, Math.trunc(question.most) || 1));
  const asked = {
    since: question.since ?? span?.counted ?? 0,
    until: question.until ?? (span === undefined ? 0 : span.last + 1),
  };
  const ask = async (stepMs: number): Promise<TimelineAnswer> => {
    const range = alignedTo(stepMs, asked);
    if (span === undefined) return timelineOf([], { ...range, stepMs });
    const timeline = timelineOf(await store.counts({ ...range, stepMs }), { ...range, stepMs });
    const kept = await keptOf(store, timeline, span);
    return { ...timeline, span, ...(kept && { kept }) };
  };
  const length = Math.max(1, asked.until - asked.since);
  const step = stepFor(length, most);
  if (step >= MINUTE) return ask(step);
  const minutes = await ask(MINUTE);
  return totalOf(minutes) > COUNTED_SINGLY ? minutes : ask(step);
}

async function keptOf(
  store: EventStore,
  { since, until, stepMs }: Timeline,
  span: NonNullable<TimelineAnswer['span']>,
): Promise<TimelineAnswer['kept']> {
  // Of the minute in which they begin some may be gone.
  const first = Math.ceil(span.first / MINUTE) * MINUTE;
  if (span.first - span.counted < MINUTE || first <= since || first >= until) return undefined;
  const end = alignedTo(stepMs, { since: first, until: first + 1 }).until;
  const { counts } = timelineOf(await store.counts({ since: first, until: end, stepMs: MINUTE }), {
    since: first,
    until: end,
    stepMs: end - first,
  });
  const ofKind = ([kind, [count = 0]]: [string, readonly number[]]): [string, number] => [kind, count];
  return {
    since: first,
    counts: Object.fromEntries(Object.entries(counts).map(ofKind)) as Record<TimelineKind, number>,
  };
}

const totalOf = ({ counts }: Timeline): number =>
  Object.values(counts).reduce((sum, column) => sum + column.reduce((a, b) => a + b, 0), 0);

export interface EventPageQuestion {
  readonly since: number;
  readonly until: number;
  readonly kinds?: readonly TimelineKind[];
  readonly user?: string;
  readonly from?: string;
  readonly host?: string;
  /** Begins after this event. */
  readonly after?: { readonly at: number; readonly id: string };
  /** Begins so many events after `since`; only where no user, address or host is asked for. */
  readonly skip?: number;
  readonly limit: number;
}

/**
 * Events of a range, oldest first, at most 500. To begin far down a list of a million, what lies before is not read but counted: by
 * the minute, and within one by the second.
 */
export async function askEvents(store: EventStore, question: EventPageQuestion): Promise<readonly WatchEvent[]> {
  const { since, until, kinds, user, from, host, after } = question;
  const limit = Math.min(MOST_EVENTS, Math.max(0, Math.trunc(question.limit) || 0));
  const outcomes = kinds?.flatMap((kind): readonly string[] => TIMELINE_KINDS[kind]);
  const base = {
    until,
    ...(outcomes && { outcomes }),
    ...(user === undefined ? {} : { user }),
    ...(from === undefined ? {} : { from }),
    ...(host === undefined ? {} : { host }),
  };
  const named = user !== undefined || from !== undefined || host !== undefined;
  if (question.skip === undefined || question.skip <= 0 || named || after !== undefined)
    return store.events({ ...base, since, limit, ...(after && { after }) });
  let [start, skip] = [since, question.skip];
  for (const [index, { stepMs, within }] of LEVELS.entries()) {
    if (skip <= PASSED_OVER) break;
    const whole = start % MINUTE === 0;
    if (index === 0 ? whole : stepMs >= MINUTE && !whole) continue;
    const end =
      within === Number.POSITIVE_INFINITY ? until : Math.min(until, (Math.floor(start / within) + 1) * within);
    [start, skip] = await passOver(store, { start, skip, end, stepMs, outcomes });
  }
  const events = await store.events({ ...base, since: start, limit: Math.min(10_000, skip + limit) });
  return events.slice(skip);
}

/** Whole steps that lie before what is asked for are passed over. */
async function passOver(
  store: EventStore,
  o: {
    readonly start: number;
    readonly skip: number;
    readonly end: number;
    readonly stepMs: number;
    readonly outcomes: readonly string[] | undefined;
  },
): Promise<[start: number, skip: number]> {
  let [start, skip] = [o.start, o.skip];
  const sums = new Map<number, number>();
  for (const { at, outcome, count } of await store.counts({ since: o.start, until: o.end, stepMs: o.stepMs }))
    if (o.outcomes === undefined || o.outcomes.includes(outcome)) sums.set(at, (sums.get(at) ?? 0) + count);
  for (const [at, count] of sums) {
    if (count > skip) return [Math.max(start, at), skip];
    skip -= count;
    start = at + o.stepMs;
  }
  return [o.end, skip];
}
