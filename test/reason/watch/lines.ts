import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eventReader } from '../../../src/facts/events/reader.ts';
import type { Detector, Signal, WatchEvent } from '../../../src/model/watch.ts';

/** Epoch milliseconds at which every story begins: a Monday. */
export const START = Date.UTC(2026, 10, 2, 9);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const FIXTURE = path.join(import.meta.dirname, '../../fixtures/watch');
const blocks = new Map<string, string[]>();

/** Lines of one kind of attempt, as the daemons of a release wrote them. */
function linesOf(kind: string, suite: string): string[] {
  if (!blocks.has(`${suite} login-key`))
    for (const block of readFileSync(path.join(FIXTURE, `${suite}.txt`), 'utf8')
      .split('\n== ')
      .slice(1)) {
      const [name = '', ...lines] = block.split('\n');
      blocks.set(
        `${suite} ${name}`,
        lines.filter((line) => line !== ''),
      );
    }
  const found = blocks.get(`${suite} ${kind}`);
  if (found === undefined) throw new Error(`no attempt ${kind} of ${suite}`);
  return found;
}

/** What makes an attempt another's: who, from where, and when (milliseconds after `START`). */
export interface Attempted {
  readonly kind: string;
  readonly at: number;
  readonly from?: string;
  readonly user?: string;
  readonly suite?: 'bullseye' | 'bookworm' | 'trixie';
}

let pid = 10_000;

/** The events of attempts that really were made, with users, addresses and times changed; in order of time. */
export function eventsOf(attempts: readonly Attempted[]): WatchEvent[] {
  const written = attempts.flatMap(({ kind, at, from = '203.0.113.9', user, suite = 'bookworm' }) => {
    const ids = new Map<string, number>();
    const port = 1024 + (++pid % 60_000);
    return linesOf(kind, suite).map((line) => {
      const [, seconds = '', tag = '', id = '', said = ''] = /^(\S+) ([\w.-]+)\[(\d+)\]: (.*)$/.exec(line) ?? [];
      if (!ids.has(id)) ids.set(id, ++pid);
      const time = START + at + Number(seconds) * 1000;
      const named = user === undefined ? said : said.replace(/\b(?:alice|bob|nobody-here)\b/g, user);
      const message = named.replaceAll('10.77.2.10', from).replace(/port (?!22\b)\d+/, `port ${port}`);
      return {
        time,
        text: `${new Date(time).toISOString().replace('Z', '+00:00')} web1 ${tag}[${ids.get(id)}]: ${message}\n`,
      };
    });
  });
  written.sort((a, b) => a.time - b.time);
  const events: WatchEvent[] = [];
  const reader = eventReader({
    zone: () => 0,
    end: START,
    onEvent: ({ type, at, hostname, forged, ...fields }) => {
      const named = Object.entries(fields).filter(([, value]) => value !== undefined);
      events.push({
        ...Object.fromEntries(named),
        id: `web1 auth ${pid} ${events.length}`,
        at: at ?? START,
        host: hostname ?? '',
        type: type.id,
        outcome: type.outcome,
        ...(forged ? { forged: true as const } : {}),
      });
    },
  });
  reader.push(Buffer.from(written.map(({ text }) => text).join('')));
  reader.end();
  return events;
}

/** `n` attempts, one every `every` milliseconds. */
export const many = (n: number, every: number, what: Omit<Attempted, 'at'> & { readonly at?: number }): Attempted[] =>
  Array.from({ length: n }, (_, i) => ({ ...what, at: (what.at ?? 0) + i * every }));

/** Weeks of a user who logs in each day from the same place, before the story. */
export const used = (user: string, from: string, days = 20, each = 2): Attempted[] =>
  Array.from({ length: days * each }, (_, i) => ({
    kind: 'login-key',
    user,
    from,
    at: -(days - Math.floor(i / each)) * DAY + (i % each) * 3 * HOUR,
  }));

/** Shows the events to a detector, with a tick each minute, and returns what it says. */
export function watched(detector: Detector, events: readonly WatchEvent[], until?: number, lines = 10): Signal[] {
  const signals: Signal[] = [];
  let ticked = events[0]?.at ?? START;
  const tick = (now: number): void => {
    // Long stretches without events need not be told each minute to most.
    while (now - ticked >= MINUTE) {
      ticked += MINUTE;
      signals.push(...detector.tick(ticked, { lines, unparsed: 0 }));
    }
  };
  for (const event of events) {
    tick(event.at);
    signals.push(...detector.see(event));
  }
  if (until !== undefined) tick(START + until);
  return signals;
}
