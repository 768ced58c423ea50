import type { Counts } from '../../facts/events/line.ts';
import { eventReader } from '../../facts/events/reader.ts';
import type { Zone } from '../../facts/events/stamp.ts';
import { watchEvent } from '../../facts/events/watch-event.ts';
import type { Batch, WatchEvent } from '../../model/watch.ts';

export interface Typer {
  /** Whole lines; `id` names the line that begins at a byte of the block. */
  take(block: Buffer, id: (at: number) => string): void;
  /** Events that wait to be handed over. */
  readonly size: number;
  /** What was read since the last call. */
  drain(): Pick<Batch, 'events' | 'lines'>;
}

const MOST_TIMES = 1000;

/** Types the lines of one file or journal. `end`: stamps without a year are not later, epoch milliseconds. */
export function lineTyper(zone: Zone, end: number, host: string, now: () => number): Typer {
  let events: WatchEvent[] = [];
  let pushed = 0;
  let id: (at: number) => string = () => '';
  const reader = eventReader({
    zone,
    end,
    onEvent: (event, at) => {
      const made = watchEvent(event, { id: id(at - pushed), host, now: now() });
      events.push(made);
      // `message repeated 3 times`: one line that stands for several.
      for (let i = 1; i < Math.min(event.times, MOST_TIMES); i++) events.push({ ...made, id: `${made.id}.${i}` });
    },
  });
  let before: Counts = { ...reader.counts };
  return {
    take(block, name) {
      id = name;
      reader.push(block);
      pushed += block.length;
    },
    get size() {
      return events.length;
    },
    drain() {
      const made = {
        events,
        lines: {
          all: reader.counts.lines - before.lines,
          unparsed: reader.counts.unparsed - before.unparsed,
          other: reader.counts.other - before.other,
        },
      };
      events = [];
      before = { ...reader.counts };
      return made;
    },
  };
}
