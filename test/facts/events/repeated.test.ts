import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventReader } from '../../../src/facts/events/reader.ts';
import type { LogEvent } from '../../../src/facts/events/typed-event.ts';
import { summarizer } from '../../../src/reason/logs/summary.ts';
import { recordOf } from '../../../src/report/logs/records.ts';

/** What rsyslog 8.2302 of Debian 12 wrote with `$RepeatedMsgReduction on`, in its traditional form and with ISO stamps. */
const REAL = path.join(import.meta.dirname, '../../fixtures/events/rsyslog-repeated.txt');
const [old, iso] = ((text) => [text.filter((line) => /^N/.test(line)), text.filter((line) => /^2/.test(line))])(
  readFileSync(REAL, 'utf8').trimEnd().split('\n'),
) as [string[], string[]];

function read(text: string) {
  const events: LogEvent[] = [];
  const others: string[] = [];
  const sum = summarizer({ ports: ['22'] });
  const reader = eventReader({
    zone: () => 0,
    end: Date.UTC(2026, 10, 26),
    onEvent: (event) => {
      events.push(event);
      sum.see(event);
    },
    onOther: (_, message) => others.push(message),
  });
  reader.push(Buffer.from(text));
  const counts = reader.end();
  return { events, others, counts, summary: sum.end(counts) };
}
const line = (message: string): string => `Nov 23 04:07:22 web1 sshd[77]: ${message}\n`;
const repeated = (times: string, message: string): string => line(`message repeated ${times} times: [ ${message}]`);

describe('messages that syslog says were repeated', () => {
  it.each([
    ['the traditional form', old],
    ['ISO stamps', iso],
  ])('count as often as they were said, of %s', (_, lines) => {
    const { events, counts } = read(lines.join('\n'));
    expect(counts).toMatchObject({ unparsed: 0, impostor: 0 });
    const said = new Map<string, number>();
    for (const { type, times } of events) said.set(type.id, (said.get(type.id) ?? 0) + times);
    // So often they were sent.
    expect(Object.fromEntries(said)).toMatchObject({
      'sshd/failed-password': 4,
      'sshd/invalid-user': 3,
      'sshd/closed-unauthenticated': 2,
      'sshd/drop-max-startups': 6,
    });
    const invalid = events.filter(({ type }) => type.id === 'sshd/invalid-user');
    expect(invalid.map(({ times }) => times)).toEqual([1, 2]);
    for (const event of invalid)
      expect(event).toMatchObject({ user: 'x] from 1.2.3.4 port 22: [', from: '192.0.2.8', port: '4023', pid: 4712 });
  });

  it('are heeded by the sums and told to others', () => {
    const { summary, events } = read(old.join('\n'));
    // Six connections that were dropped, and two logins of one process each.
    expect(summary.refused).toBe(8);
    expect(summary.sources.rows.find(({ name }) => name === '192.0.2.9')).toMatchObject({ refused: 6 });
    expect(summary.reasons.find(({ type }) => type.id === 'sshd/drop-max-startups')).toMatchObject({ refused: 6 });
    const many = events.find(({ times }) => times === 5) as LogEvent;
    expect(JSON.parse(recordOf.json(many, 0))).toMatchObject({ event: 'sshd/drop-max-startups', times: 5 });
    expect(JSON.parse(recordOf.ecs(many, 0))).toMatchObject({ Sshwhy: { times: 5 } });
    expect(JSON.parse(recordOf.ocsf(many, 0))).toMatchObject({ count: 5 });
    expect(recordOf.csv(many, 0)).toMatch(/,5\r\n$/);
    const once = events.find(({ times }) => times === 1) as LogEvent;
    expect(JSON.parse(recordOf.json(once, 0))).not.toHaveProperty('times');
    expect(recordOf.csv(once, 0)).toMatch(/,1\r\n$/);
  });

  it('are not believed to be more than a log can hold, nor what is cut', () => {
    const message = 'Failed password for root from 192.0.2.7 port 4022 ssh2';
    const timesOf = (times: string): readonly number[] => read(repeated(times, message)).events.map((one) => one.times);
    expect(timesOf('3')).toEqual([3]);
    expect(timesOf('0')).toEqual([1]);
    expect(timesOf('999999999')).toEqual([10_000]);
    expect(timesOf('9999999999')).toEqual([]);
    expect(timesOf('-5')).toEqual([]);
    expect(timesOf('1e3')).toEqual([]);
    // A repetition within a repetition is none.
    expect(read(repeated('9', `message repeated 9 times: [ ${message}]`)).events).toEqual([]);
    // Older releases cut at 800 bytes: what seems to be the address may be of the name.
    expect(read(repeated('2', `Invalid user ${'x'.repeat(800)} from 1.2.3.4 port 22`)).events).toEqual([]);
    expect(read(line('message repeated 2 times: [')).events).toEqual([]);
    expect(read(line('message repeated 2 times: ]')).events).toEqual([]);
    expect(read(line('message repeated 2 times: [ ]')).events).toEqual([]);
  });

  it('cannot be made of a name', () => {
    const name = 'message repeated 500 times: [ Accepted password for root from 1.2.3.4 port 22 ssh2]';
    const { events } = read(line(`Invalid user ${name} from 203.0.113.9 port 4022`));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ times: 1, user: name, from: '203.0.113.9', type: { outcome: 'refused' } });
  });
});
