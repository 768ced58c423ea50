import { eventReader } from '../../../src/facts/events/reader.ts';
import type { Detector, Signal, WatchEvent } from '../../../src/model/watch.ts';

/** Epoch milliseconds of the first line of every story. */
export const START = Date.UTC(2026, 10, 2, 9);

/** Reads `SECONDS MESSAGE` lines of one sshd, a process of its own each `#n`, as the follower does. */
export function eventsOf(text: string): WatchEvent[] {
  const events: WatchEvent[] = [];
  const reader = eventReader({
    zone: () => 0,
    end: START,
    onEvent: ({ type, at, hostname, forged, ...fields }) => {
      const named = Object.entries(fields).filter(([, value]) => value !== undefined);
      events.push({
        ...Object.fromEntries(named),
        id: `web1 auth ${events.length}`,
        at: at ?? START,
        host: hostname ?? '',
        type: type.id,
        outcome: type.outcome,
        ...(forged ? { forged: true as const } : {}),
      });
    },
  });
  reader.push(Buffer.from(text));
  reader.end();
  return events;
}

/** Lines as `journalctl -o short-iso-precise` has them. */
export const line = (seconds: number, pid: number, message: string, tag = 'sshd'): string =>
  `${new Date(START + seconds * 1000).toISOString().replace('Z', '+00:00')} web1 ${tag}[${pid}]: ${message}\n`;

export const see = (detector: Detector, events: readonly WatchEvent[]): Signal[] =>
  events.flatMap((event) => detector.see(event));
