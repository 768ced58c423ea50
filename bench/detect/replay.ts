import { type Counts, eventReader } from '../../src/facts/events/reader.ts';
import type { Detector, Signal, WatchEvent } from '../../src/model/watch.ts';
import { attempts } from '../../src/reason/watch/attempts.ts';
import { detectors } from '../../src/reason/watch/detectors.ts';
import { type IncidentChange, incidents } from '../../src/reason/watch/incidents.ts';
import type { Written } from './templates.ts';

const MINUTE = 60_000;

/** Lines in, through reader, detectors and incidents, as the watch does it. */
export interface Replay {
  /** Lines in order of time. */
  feed(lines: readonly Written[]): void;
  readonly signals: Signal[];
  readonly changes: IncidentChange[];
  readonly detectors: readonly Detector[];
  events: number;
}

export function replay(): Replay {
  const joined = attempts();
  const all = detectors(joined);
  const keeper = incidents(joined);
  const signals: Signal[] = [];
  const changes: IncidentChange[] = [];
  let ticked = Number.NaN;
  let counted = { lines: 0, unparsed: 0 };

  function take(found: readonly Signal[]): void {
    if (found.length === 0) return;
    signals.push(...found);
    changes.push(...keeper.add(found));
  }

  function see(event: WatchEvent): void {
    made.events += 1;
    for (const detector of all) take(detector.see(event));
    changes.push(...keeper.see(event));
  }

  const reader = eventReader({
    zone: () => 0,
    // Stamps without a year are of this one.
    end: Date.UTC(2027, 0, 1),
    onEvent: ({ type, at = 0, hostname, forged, ...fields }) => {
      const event: Record<string, unknown> = {
        id: `web1 auth ${made.events}`,
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

  function tick(now: number): void {
    const counts: Counts = reader.end();
    const read = { lines: counts.lines - counted.lines, unparsed: counts.unparsed - counted.unparsed };
    counted = { lines: counts.lines, unparsed: counts.unparsed };
    for (const detector of all) take(detector.tick(now, read));
    changes.push(...keeper.tick(now));
  }

  const made: Replay = {
    events: 0,
    signals,
    changes,
    detectors: all,
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
          tick(ticked);
        }
        block.push(text);
      }
      flush();
    },
  };
  return made;
}
