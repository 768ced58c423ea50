import { eventReader } from '../src/facts/events/reader.ts';
import type { Batch, WatchEvent } from '../src/model/watch.ts';
import { logLines } from './log-lines.ts';

/** Lines that are typed once; their events come again and again, each time with another time and another id. */
const LINES = 100_000;

export const START = Date.UTC(2026, 10, 1);

const OPTIONAL = ['user', 'from', 'port', 'method', 'key', 'jail', 'detail', 'file', 'pid'] as const;

/** Events as the reader of logs makes them of the lines of `logLines`, without time and id. */
function typed(): readonly Omit<WatchEvent, 'id' | 'at'>[] {
  const events: Omit<WatchEvent, 'id' | 'at'>[] = [];
  const reader = eventReader({
    zone: () => 0,
    end: START + 30 * 86_400_000,
    onEvent: (event) => {
      const made: Record<string, string | number> = {
        host: event.hostname || 'web1',
        type: event.type.id,
        outcome: event.type.outcome,
      };
      for (const name of OPTIONAL) if (event[name]) made[name] = event[name];
      events.push(made as unknown as WatchEvent);
    },
  });
  for (const block of logLines(LINES)) reader.push(Buffer.from(block));
  reader.end();
  return events;
}

/**
 * Batches of `rate` events, one for each second from START on. Ids as the followers make them: 16 characters that name the file,
 * and where the line begins.
 */
export function batches(rate: number): (second: number) => Batch {
  const pool = typed();
  return (second) => {
    const events: WatchEvent[] = [];
    for (let i = 0; i < rate; i += 1) {
      const n = second * rate + i;
      const event = pool[n % pool.length];
      if (event === undefined) throw new Error('The reader made no events of the lines.');
      events.push({
        id: `c2hZpQd0wRk8uVxA:${(n * 110).toString(16).padStart(11, '0')}`,
        at: START + second * 1000 + Math.floor((i * 1000) / rate),
        ...event,
      });
    }
    const cursor = JSON.stringify({ offset: (second + 1) * rate * 110, batch: second });
    return { events, place: { source: '/var/log/auth.log', cursor }, lines: { all: rate, unparsed: 0, other: 0 } };
  };
}
