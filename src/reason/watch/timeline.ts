/** What a timeline tells apart, in the order in which it is drawn, and the outcomes of events that each takes in. */
export const TIMELINE_KINDS = {
  in: ['in'],
  refused: ['refused'],
  ban: ['ban'],
  service: ['daemon', 'fault'],
  drop: ['drop'],
  other: ['hint', 'left', 'ended', 'session', 'limited', 'unban', 'pass'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TimelineKind = keyof typeof TIMELINE_KINDS;

const KIND_OF: ReadonlyMap<string, TimelineKind> = new Map(
  Object.entries(TIMELINE_KINDS).flatMap(([kind, outcomes]) =>
    outcomes.map((outcome) => [outcome, kind as TimelineKind] as const),
  ),
);

/** An outcome of a later version counts as other. */
export const kindOf = (outcome: string): TimelineKind => KIND_OF.get(outcome) ?? 'other';

/** Numbers of events per step, one column for each kind; `at` is the beginning of each step, epoch milliseconds, oldest first. */
export interface Timeline {
  readonly since: number;
  readonly until: number;
  readonly stepMs: number;
  readonly at: readonly number[];
  readonly counts: Readonly<Record<TimelineKind, readonly number[]>>;
}

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Lengths of a step that a person can read off an axis. */
const STEPS = [
  ...[1, 2, 5, 10, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 28].map((days) => days * DAY),
];

/** The shortest step that makes at most `most` of a range, and is not shorter than `least`. */
export function stepFor(rangeMs: number, most: number, least = 0): number {
  const step = STEPS.find((one) => one >= least && rangeMs / one <= most);
  // Longer than any list of steps: whole days, as many as it takes.
  return step ?? Math.ceil(rangeMs / most / DAY) * DAY;
}

/** `since` and `until` at the edges of steps. */
export function alignedTo(
  stepMs: number,
  { since, until }: { readonly since: number; readonly until: number },
): { since: number; until: number } {
  const from = Math.floor(since / stepMs) * stepMs;
  return { since: from, until: Math.max(from + stepMs, Math.ceil(until / stepMs) * stepMs) };
}

type Counted = readonly { readonly at: number; readonly outcome: string; readonly count: number }[];

/** Every step of the range has a place, also where nothing happened: a line through what is missing would say that something did. */
export function timelineOf(
  counted: Counted,
  { since, until, stepMs }: Pick<Timeline, 'since' | 'until' | 'stepMs'>,
): Timeline {
  const length = Math.max(0, Math.ceil((until - since) / stepMs));
  const counts = Object.fromEntries(
    Object.keys(TIMELINE_KINDS).map((kind) => [kind, new Array<number>(length).fill(0)]),
  ) as Record<TimelineKind, number[]>;
  for (const { at, outcome, count } of counted) {
    const index = Math.floor((at - since) / stepMs);
    const column = counts[kindOf(outcome)];
    if (index >= 0 && index < length) column[index] = (column[index] ?? 0) + count;
  }
  return { since, until, stepMs, at: Array.from({ length }, (_, index) => since + index * stepMs), counts };
}
