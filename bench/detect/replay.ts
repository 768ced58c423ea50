import type { Counts } from '../../src/facts/events/line.ts';
import { eventReader } from '../../src/facts/events/reader.ts';
import type { Detector, Signal, WatchEvent } from '../../src/model/watch.ts';
import { attempts } from '../../src/reason/watch/attempts.ts';
import { detectors } from '../../src/reason/watch/detectors.ts';
import { type IncidentChange, incidents } from '../../src/reason/watch/incidents.ts';
import type { Written } from './templates.ts';

const MINUTE = 60_000;

/** What is shown the events, and told of the minutes that are over. */
export interface Shown {
  see(event: WatchEvent): void;
  tick(now: number, read: { readonly lines: number; readonly unparsed: number }): void;
}

/** Lines in, through the reader and detectors. */
export interface Feed {
  /** Lines in order of time. */
  feed(lines: readonly Written[]): void;
}

/** Lines in, through reader, detectors and incidents, as the watch does it. */
export interface Replay extends Feed {
  readonly signals: Signal[];
  readonly changes: IncidentChange[];
  readonly detectors: readonly Detector[];
  events: number;
}

/** Reads lines as the watch does. */
export function feeding({ see, tick }: Shown): Feed {
  let events = 0;
  let ticked = Number.NaN;
  let counted = { lines: 0, unparsed: 0 };
  const reader = eventReader({
    zone: () => 0,
    // Stamps without a year are of this one.
    end: Date.UTC(2027, 0, 1),
    onEvent: ({ type, at = 0, hostname, forged, ...fields }) => {
      const event: Record<string, unknown> = {
        id: `web1 auth ${events++}`,
        at,
        host: hostname || 'web1',
        type: type.id,
        outcome: type.outcome,
      };
      for (const name of ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file', 'pid'] as const)
        if (fields[name] !== undefined) event[name] = fields[name];
      if (forged) event['forged'] = true;
      see(event as unknown as WatchEvent);
    },
  });

  return {
    feed(lines) {
      let block: string[] = [];
      const flush = (): void => {
        if (block.length > 0) reader.push(Buffer.from(`${block.join('\n')}\n`));
        block = [];
      };
      for (const { at, text } of lines) {
        if (Number.isNaN(ticked)) ticked = at;
        while (at >= ticked + MINUTE) {
          flush();
          ticked += MINUTE;
          const counts: Counts = reader.end();
          const read = { lines: counts.lines - counted.lines, unparsed: counts.unparsed - counted.unparsed };
          counted = { lines: counts.lines, unparsed: counts.unparsed };
          tick(ticked, read);
        }
        block.push(text);
      }
      flush();
    },
  };
}

export function replay(): Replay {
  const joined = attempts();
  const all = detectors(joined);
  const keeper = incidents(joined);
  const signals: Signal[] = [];
  const changes: IncidentChange[] = [];

  function take(found: readonly Signal[]): void {
    if (found.length === 0) return;
    signals.push(...found);
    changes.push(...keeper.add(found));
  }

  const made: Replay = {
    events: 0,
    signals,
    changes,
    detectors: all,
    ...feeding({
      see(event) {
        made.events += 1;
        for (const detector of all) take(detector.see(event));
        changes.push(...keeper.see(event));
      },
      tick(now, read) {
        for (const detector of all) take(detector.tick(now, read));
        changes.push(...keeper.tick(now));
      },
    }),
  };
  return made;
}
