import { gunzipSync, gzipSync } from 'node:zlib';
import { cursorOf, writeCursor } from '../../src/collect/follow/identity.ts';
import { entryOf } from '../../src/collect/follow/journal-entry.ts';
import { explained } from '../../src/facts/events/explained.ts';
import { eventReader } from '../../src/facts/events/reader.ts';
import { isoStamp, zoneOf } from '../../src/facts/events/stamp.ts';
import type { LogEvent } from '../../src/facts/events/typed-event.ts';
import { watchEvent } from '../../src/facts/events/watch-event.ts';
import { explainLogin } from '../../src/reason/explain-login.ts';
import { files, sections, texts } from '../seeds.ts';
import { Broken, type Target } from '../target.ts';

const END = Date.UTC(2026, 10, 25);
const utc = zoneOf('UTC') ?? (() => 0);

function read(input: Buffer, step: number): { events: LogEvent[]; counts: object } {
  const events: LogEvent[] = [];
  const reader = eventReader({ zone: utc, end: END, onEvent: (event) => void events.push(event) });
  for (let at = 0; at < input.length; at += step) reader.push(Buffer.from(input.subarray(at, at + step)));
  return { events, counts: { ...reader.end() } };
}

/** A log may be cut anywhere, and says the same; each line is counted once, and each event can be kept. */
function log(input: Buffer): unknown {
  const whole = read(input, Math.max(1, input.length));
  const { lines, ...kinds } = whole.counts as Record<string, number>;
  const sum = Object.values(kinds).reduce((a, b) => a + b, 0);
  if (sum !== lines) throw new Broken(`${lines} lines are counted as ${sum}`);
  const pieces = read(input, 1 + ((input[0] ?? 0) % 61));
  if (JSON.stringify(pieces) !== JSON.stringify(whole)) throw new Broken('cut in pieces it says something else');
  for (const [i, event] of whole.events.entries()) {
    const kept = watchEvent(event, { id: `a:${i}`, host: 'web1', now: END });
    if (!Number.isSafeInteger(kept.at)) throw new Broken(`an event at ${kept.at}`);
  }
  return whole;
}

const plain = (): Buffer[] => files(/^events\/.*\.txt$/, 4000);
const linesOf = (seed: Buffer): string[] => seed.toString('utf8').split('\n').slice(0, 12);
const json = (make: (line: string, i: number) => object) => (): Buffer[] =>
  plain().map((seed) =>
    Buffer.from(
      linesOf(seed)
        .map((line, i) => JSON.stringify(make(line, i)))
        .join('\n'),
    ),
  );

export const LOGS: readonly Target[] = [
  { name: 'log-syslog', seeds: plain, run: log },
  {
    name: 'log-rfc5424',
    seeds: () =>
      plain().map((seed) =>
        Buffer.from(
          linesOf(seed)
            .map((line) => `<38>1 2026-11-24T17:03:32.839421+00:00 web1 sshd 812 - - ${line.replace(/^.*?\]: /, '')}`)
            .join('\n'),
        ),
      ),
    run: log,
  },
  {
    name: 'log-iso',
    seeds: () =>
      plain().map((seed) =>
        Buffer.from(
          linesOf(seed)
            .map((line) => `2026-11-24T17:03:32.839421+00:00 web1 ${line.slice(16)}`)
            .join('\n'),
        ),
      ),
    run: log,
  },
  {
    name: 'log-journal-json',
    seeds: json((line, i) => ({
      MESSAGE: line.replace(/^.*?\]: /, ''),
      __REALTIME_TIMESTAMP: `${1764000000000000 + i}`,
      SYSLOG_IDENTIFIER: 'sshd',
      _PID: '812',
      _UID: '0',
      _HOSTNAME: 'web1',
    })),
    run: log,
  },
  {
    name: 'log-docker',
    seeds: json((line) => ({ log: `${line}\n`, stream: 'stderr', time: '2026-11-24T17:03:32.839421Z' })),
    run: log,
  },
  {
    name: 'log-kubernetes',
    seeds: () =>
      plain().map((seed) =>
        Buffer.from(
          linesOf(seed)
            .map((line) => `2026-11-24T17:03:32.839421Z stderr F ${line}`)
            .join('\n'),
        ),
      ),
    run: log,
  },
  {
    name: 'log-journal-export',
    seeds: () =>
      plain().map((seed) =>
        Buffer.concat(
          linesOf(seed).map((line, i) => {
            const size = Buffer.alloc(8);
            size.writeBigUInt64LE(BigInt(Buffer.byteLength(line)));
            return Buffer.concat([
              Buffer.from(
                `__CURSOR=s=1;i=${i}\n__REALTIME_TIMESTAMP=${1764000000000000 + i}\nSYSLOG_IDENTIFIER=sshd\n_UID=0\nMESSAGE\n`,
              ),
              size,
              Buffer.from(`${line}\n\n`),
            ]);
          }),
        ),
      ),
    run: log,
  },
  {
    name: 'log-gzip',
    seeds: () =>
      plain()
        .slice(0, 6)
        .map((seed) => gzipSync(seed.subarray(0, 2000))),
    // What zlib does not take is told by the reader of files; here only what comes out of it counts.
    run: (input) => {
      let text: Buffer;
      try {
        text = gunzipSync(input, { maxOutputLength: 1 << 20 });
      } catch {
        return undefined;
      }
      return log(text);
    },
  },
  {
    name: 'explain',
    seeds: () => [...plain(), ...files(/^events\/client\//, 4000)],
    run: (input) => explained(input.toString('utf8')),
  },
  {
    name: 'explain-vvv',
    seeds: () =>
      sections(/^attempt$/, Number.POSITIVE_INFINITY).flatMap((section) => {
        const { stderr } = JSON.parse(section.toString()) as { stderr?: { line: string }[] };
        return stderr === undefined ? [] : [Buffer.from(stderr.map(({ line }) => line).join('\n'))];
      }),
    run: (input) => explainLogin(input.toString('utf8'), '2026-11-24T17:05:00Z'),
  },
  {
    name: 'stamp',
    seeds: () =>
      texts(
        '2026-11-24T17:03:32.839Z',
        '2026-11-24 17:03:32,839',
        '2026-11-24T17:03:32+02:00',
        'Europe/Berlin',
        '+02:00',
      ),
    run: (input) => [isoStamp(utc)(input.toString('utf8')), zoneOf(input.toString('utf8'))?.(END)],
  },
  {
    name: 'journal-entry',
    seeds: () =>
      texts(
        '{"MESSAGE":"x","__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1764000000000000","_PID":"1"}',
        '{"MESSAGE":[1,2],"__CURSOR":"a"}',
      ),
    run: (input) => entryOf(input.toString('utf8')),
  },
  {
    name: 'log-cursor',
    seeds: () => texts('{"identity":"a:b","offset":12,"tail":"x","mid":false,"changed":1}', '1 a b 12 x'),
    run: (input) => {
      const read = cursorOf(input.toString('utf8'));
      if (read !== undefined && JSON.stringify(cursorOf(writeCursor(read))) !== JSON.stringify(read))
        throw new Broken('written and read again it is another one');
      return read;
    },
  },
];
