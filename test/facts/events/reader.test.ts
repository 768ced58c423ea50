import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Counts } from '../../../src/facts/events/line.ts';
import { eventReader } from '../../../src/facts/events/reader.ts';
import { type Zone, zoneOf } from '../../../src/facts/events/stamp.ts';
import type { LogEvent } from '../../../src/facts/events/typed-event.ts';

const REAL = path.join(import.meta.dirname, '../../fixtures/events/real-lines.txt');
const END = Date.UTC(2026, 10, 25);
const utc = zoneOf('UTC') as Zone;

interface Read {
  readonly counts: Counts;
  readonly events: readonly LogEvent[];
  readonly others: readonly string[];
  /** Where the line of each event begins. */
  readonly places: readonly number[];
}

function readIn(chunks: readonly Buffer[], end = END, zone = utc): Read {
  const events: LogEvent[] = [];
  const others: string[] = [];
  const places: number[] = [];
  const reader = eventReader({
    zone,
    end,
    onEvent: (event, at) => {
      events.push(event);
      places.push(at);
    },
    onOther: (_, message) => others.push(message),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { counts: reader.end(), events, others, places };
}
const read = (text: string, end = END, zone = utc): Read => readIn([Buffer.from(text)], end, zone);

/** The one event of a message of sshd. */
function said(message: string): LogEvent {
  const { events } = read(`Nov 23 04:07:22 web1 sshd[77]: ${message}\n`);
  expect(events).toHaveLength(1);
  return events[0] as LogEvent;
}
const iso = (event: LogEvent | undefined): string => new Date(event?.at ?? Number.NaN).toISOString();

describe('lines of real daemons', () => {
  const text = readFileSync(REAL, 'utf8');

  it('are all typed but those that say nothing of a login', () => {
    const { counts, others } = read(text);
    expect(counts).toMatchObject({ unparsed: 0, foreign: 0, impostor: 0 });
    const telling = others.filter(
      (line) =>
        !/^(?:fail2ban|Command|\S+ ?: ?|-{9}|Starting F|Observer|Connected|New data|Creat|Jail |Init|\[sshd\] |Now mon|sshd-keygen|Listening on sshd-unix|error: (?:ssh_msg_send|send_rexec))/.test(
          line,
        ) && !/^(?:max|find|ban|enc|INFO|WARN)/.test(line),
    );
    expect(telling).toEqual([]);
  });

  it('are told with the byte at which their line begins', () => {
    const raw = Buffer.from(text);
    const { places, events } = read(text);
    expect(new Set(places).size).toBe(events.length);
    for (const at of places) expect(at === 0 || raw[at - 1] === 10).toBe(true);
    const said = events.map(
      ({ user }, i) => user === undefined || raw.indexOf(user, places[i]) < raw.indexOf(10, places[i]),
    );
    expect(said).not.toContain(false);
  });

  it('are read alike wherever the blocks end', () => {
    const raw = Buffer.from(text);
    const whole = readIn([raw]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < raw.length; i++) {
          const size = sizes[i % sizes.length] as number;
          chunks.push(raw.subarray(at, at + size));
          at += size;
        }
        expect(readIn(chunks)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});

describe('names that are made to look like something else', () => {
  const REAL_PEER = { from: '203.0.113.9', port: '4022' };
  const evil = [
    'x from 1.2.3.4 port 22 ssh2',
    'root from 1.2.3.4 port 22',
    ' from 1.2.3.4 port 22 ssh2 from 5.6.7.8 port 9 ssh2',
    'Accepted publickey for root from 1.2.3.4 port 22 ssh2: ED25519 SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI',
    'a\u202eb',
    'invalid user b',
    '',
    'x [preauth]',
    '1.2.3.4 port 22',
  ];

  it.each(evil)('"%s" is a name and the last address counts', (user) => {
    expect(said(`Failed password for invalid user ${user} from 203.0.113.9 port 4022 ssh2`)).toMatchObject({
      user,
      ...REAL_PEER,
    });
    expect(said(`Invalid user ${user} from 203.0.113.9 port 4022`)).toMatchObject({ user, ...REAL_PEER });
    expect(said(`Connection closed by invalid user ${user} 203.0.113.9 port 4022 [preauth]`)).toMatchObject({
      user,
      ...REAL_PEER,
    });
    const max = said(
      `error: maximum authentication attempts exceeded for invalid user ${user} from 203.0.113.9 port 4022 ssh2 [preauth]`,
    );
    expect(max).toMatchObject({ type: { outcome: 'refused' }, ...REAL_PEER });
  });

  it('is never let in by any name', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...evil, ' ', 'Accepted password for root', '\\', ' ssh2')), (parts) => {
        const { events } = read(
          `Nov 23 04:07:22 web1 sshd[7]: Failed password for invalid user ${parts.join('').slice(0, 100)} from 203.0.113.9 port 4022 ssh2\n`,
        );
        for (const event of events) {
          expect(event.type.outcome).toBe('refused');
          if (event.from !== undefined) expect(event).toMatchObject(REAL_PEER);
        }
        expect(events).toHaveLength(1);
      }),
    );
  });

  it('says nothing of an address where two readings are possible', () => {
    const key = 'ED25519-CERT SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI';
    const id = `ID y from 1.2.3.4 port 22 ssh2: ${key} ID z (serial 1) CA RSA SHA256:abc`;
    const event = said(`Failed publickey for root from 203.0.113.9 port 4022 ssh2: ${key} ${id}`);
    expect(event).toMatchObject({ forged: true, user: undefined, from: undefined });
    const gone = said(
      'Disconnecting invalid user x 1.2.3.4 port 22: y 203.0.113.9 port 4022: Too many authentication failures [preauth]',
    );
    expect(gone).toMatchObject({ forged: true, from: undefined });
    expect(
      said('Disconnecting invalid user x 203.0.113.9 port 4022: Too many authentication failures [preauth]'),
    ).toMatchObject({ forged: false, user: 'x', ...REAL_PEER });
  });

  it('takes the address of a goodbye from where sshd puts it', () => {
    expect(
      said('Received disconnect from 203.0.113.9 port 4022:11: from 1.2.3.4 port 22: Bye [preauth]'),
    ).toMatchObject(REAL_PEER);
  });

  it('does not believe an ordinary user who writes to the journal as sshd', () => {
    const entry = (uid: string): string =>
      JSON.stringify({
        MESSAGE: 'Accepted password for root from 1.2.3.4 port 22 ssh2',
        SYSLOG_IDENTIFIER: 'sshd',
        _UID: uid,
        _PID: '7',
        __REALTIME_TIMESTAMP: '1795424091968098',
      });
    const { events, counts } = read(`${entry('1000')}\n${entry('0')}\n`);
    expect(events).toHaveLength(1);
    expect(counts).toMatchObject({ lines: 2, typed: 1, impostor: 1 });
  });
});

describe('sftp-server, which is a process of the user', () => {
  const entry = (tag: string, message: string): string =>
    JSON.stringify({
      MESSAGE: message,
      SYSLOG_IDENTIFIER: tag,
      _UID: '1000',
      _PID: '7',
      __REALTIME_TIMESTAMP: '1795424091968098',
    });

  it('says who it serves, is no impostor, and lets nobody in', () => {
    const { events, counts } = read(
      [
        entry('sftp-server', 'session opened for local user alice from [192.0.2.7]'),
        entry('internal-sftp', 'Accepted password for root from 1.2.3.4 port 22 ssh2'),
        'Nov 23 04:07:22 web1 internal-sftp[7]: Accepted password for root from 1.2.3.4 port 22 ssh2',
        entry('sftp-server', 'opendir "/home/alice"'),
      ].join('\n'),
    );
    expect(events.map(({ type, user, from }) => [type.id, user, from])).toEqual([
      ['sftp/session', 'alice', '192.0.2.7'],
    ]);
    expect(counts).toMatchObject({ lines: 4, typed: 1, other: 3, impostor: 0 });
  });
});

describe('envelopes', () => {
  const message = 'Invalid user bob from 192.0.2.7 port 4022';
  const forms: Readonly<Record<string, string>> = {
    'RFC 3164': `Nov 23 04:07:22 web1 sshd[77]: ${message}`,
    'RFC 3164 with priority': `<86>Nov 23 04:07:22 web1 sshd[77]: ${message}`,
    'RFC 5424': `<86>1 2026-11-23T04:07:22.000Z web1 sshd 77 - - ${message}`,
    'RFC 5424 with data': `<86>1 2026-11-23T05:07:22+01:00 web1 sshd 77 ID [a@1 b="c] \\" d"][e@2] ${message}`,
    rsyslog: `2026-11-23T05:07:22.000000+01:00 web1 sshd[77]: ${message}`,
    'short-unix': `1795406842.000000 web1 sshd[77]: ${message}`,
    'short-iso': `2026-11-23T04:07:22+0000 web1 sshd[77]: ${message}`,
    journal: JSON.stringify({
      MESSAGE: message,
      SYSLOG_IDENTIFIER: 'sshd',
      _PID: '77',
      _HOSTNAME: 'web1',
      _UID: '0',
      __REALTIME_TIMESTAMP: '1795406842000000',
    }),
    'journal of bytes': JSON.stringify({
      MESSAGE: [...Buffer.from(message)],
      SYSLOG_IDENTIFIER: 'sshd',
      _PID: '77',
      _HOSTNAME: 'web1',
      __REALTIME_TIMESTAMP: '1795406842000000',
    }),
    Docker: JSON.stringify({ log: `${message}\r\n`, stream: 'stderr', time: '2026-11-23T04:07:22.000000001Z' }),
    'Docker with syslog': JSON.stringify({
      log: `Nov 23 04:07:22 web1 sshd[77]: ${message}\n`,
      time: '2026-11-23T04:07:23Z',
    }),
    CRI: `2026-11-23T04:07:22.123456789Z stderr F ${message}`,
  };

  it.each(Object.entries(forms))('%s', (_, line) => {
    const { events, counts } = read(`${line}\r\n`);
    expect(counts).toMatchObject({ lines: 1, typed: 1 });
    expect(events[0]).toMatchObject({ user: 'bob', from: '192.0.2.7' });
    expect(iso(events[0]).slice(0, 19)).toBe('2026-11-23T04:07:22');
  });

  it('the export format of the journal, with a message of bytes, cut anywhere', () => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(message.length));
    const head = '__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1795406842000000\nSYSLOG_IDENTIFIER=sshd\n_PID=77\n';
    const entry = Buffer.concat([Buffer.from(`${head}MESSAGE\n`), size, Buffer.from(`${message}\n\n`)]);
    const plain = Buffer.from(`${head}MESSAGE=${message}\n\n`);
    const all = Buffer.concat([entry, plain, entry]);
    for (const step of [1, 7, all.length]) {
      const chunks = Array.from({ length: Math.ceil(all.length / step) }, (_, i) =>
        all.subarray(i * step, (i + 1) * step),
      );
      const { events, counts } = readIn(chunks);
      expect(counts).toMatchObject({ lines: 3, typed: 3 });
      expect(events.map((event) => event.user)).toEqual(['bob', 'bob', 'bob']);
    }
  });

  it('the bare words of a container, but not within a log that has envelopes', () => {
    const bare = `${message}\r\nhello\n`;
    expect(read(bare).counts).toMatchObject({ typed: 1, unparsed: 1 });
    expect(read(`${forms['RFC 3164']}\n${bare}`).counts).toMatchObject({ typed: 1, unparsed: 2 });
  });

  it("fail2ban's own file, the kernel and Dropbear", () => {
    const { events } = read(
      [
        '2026-11-23 04:07:22,123 fail2ban.actions        [59]: NOTICE  [sshd] Ban 10.77.2.10',
        'Nov 23 04:07:22 web1 fail2ban.actions[59]: NOTICE [sshd] Unban 2001:db8::1',
        'Nov 23 04:07:22 web1 kernel: [123.456789] [UFW BLOCK] IN=eth0 OUT= MAC=52:54 SRC=192.0.2.7 DST=192.0.2.1 LEN=44 TOS=0x00 ID=5 DF PROTO=TCP SPT=4022 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0',
        'Nov 23 04:07:22 web1 kernel: nft drop: IN=eth0 OUT= SRC=192.0.2.7 DST=192.0.2.1 LEN=44 PROTO=TCP SPT=4022 DPT=22 SYN',
        "Nov 23 04:07:22 web1 dropbear[9]: Bad password attempt for 'x' from 1.2.3.4:5' from 192.0.2.7:4022",
        "[9] Nov 23 04:07:22 Pubkey auth succeeded for 'root' with ssh-ed25519 key SHA256:abc from 192.0.2.7:4022",
      ].join('\n'),
    );
    expect(events.map(({ type, from, user }) => [type.id, from, user])).toEqual([
      ['fail2ban/ban', '10.77.2.10', undefined],
      ['fail2ban/unban', '2001:db8::1', undefined],
      ['kernel/ufw-block', '192.0.2.7', undefined],
      ['kernel/dropped', '192.0.2.7', undefined],
      ['dropbear/bad-password', '192.0.2.7', "x' from 1.2.3.4:5"],
      ['dropbear/accepted', '192.0.2.7', 'root'],
    ]);
  });
});

describe('times without a year', () => {
  const line = (stamp: string): string => `${stamp} web1 sshd[7]: Server listening on :: port 22.\n`;

  it('go on in the next year when the months begin again', () => {
    const { events } = read(
      ['Dec 31 23:59:59', 'Jan  1 00:00:01', 'Dec 31 23:59:59', 'Feb 28 12:00:00'].map(line).join(''),
      Date.UTC(2027, 2, 1),
    );
    expect(events.map(iso)).toEqual([
      '2026-12-31T23:59:59.000Z',
      '2027-01-01T00:00:01.000Z',
      '2026-12-31T23:59:59.000Z',
      '2027-02-28T12:00:00.000Z',
    ]);
  });

  it('are not later than the log', () => {
    expect(iso(read(line('Nov 26 12:00:00'), Date.UTC(2026, 10, 24)).events[0])).toBe('2025-11-26T12:00:00.000Z');
  });

  it('are in the zone that is given, in summer and in winter', () => {
    const berlin = zoneOf('Europe/Berlin') as Zone;
    expect(read(line('Jul  1 12:00:00') + line('Nov 23 12:00:00'), END, berlin).events.map(iso)).toEqual([
      '2026-07-01T10:00:00.000Z',
      '2026-11-23T11:00:00.000Z',
    ]);
    expect(zoneOf('Nowhere/Else')).toBeUndefined();
  });
});

describe('what is no log', () => {
  it('has no time that is none', () => {
    const entry = (at: string): string =>
      JSON.stringify({
        MESSAGE: 'Received signal 15; terminating.',
        SYSLOG_IDENTIFIER: 'sshd',
        __REALTIME_TIMESTAMP: at,
      });
    const docker = JSON.stringify({ log: 'Received signal 15; terminating.', time: '+275760-09-13T00:00:00Z' });
    const { events } = read(['1e300', '-1', 'x', '253402300800000000'].map(entry).concat(docker).join('\n'));
    expect(events.map(({ at }) => at)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('is counted and does no harm', () => {
    const { counts, events } = read(
      `hello\n{"a":1}\n{broken\n<999\n${'x'.repeat(100_000)}\nNov 99 99:99:99 a b: c\n\0\xff\n`,
    );
    expect(events).toEqual([]);
    expect(counts.lines).toBe(counts.typed + counts.other + counts.foreign + counts.unparsed + counts.impostor);
    expect(counts.unparsed).toBeGreaterThanOrEqual(6);
  });

  it('takes no longer than its length', () => {
    const bad = `Nov 23 04:07:22 web1 sshd[7]: Failed password for ${' from 1.2.3.4 port 22 ssh2:'.repeat(500)}\n`;
    const kernel = `Nov 23 04:07:22 web1 kernel: [1.000000] ${'IN= OUT= A=1 '.repeat(1000)}\n`;
    const start = performance.now();
    read((bad + kernel).repeat(50));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('several readers', () => {
  const text = readFileSync(REAL, 'utf8');

  it('share the page, also when what one tells of is pushed to another', () => {
    const alone = read(text);
    const heard: LogEvent[] = [];
    const told: LogEvent[] = [];
    const inner = eventReader({ zone: utc, end: END, onEvent: (event) => heard.push(event) });
    const lines = Buffer.from(text);
    let at = 0;
    const outer = eventReader({
      zone: utc,
      end: END,
      onEvent: (event) => {
        told.push(event);
        inner.push(lines.subarray(at, at + 97));
        at += 97;
      },
    });
    for (let from = 0; from < lines.length; from += 1000) outer.push(lines.subarray(from, from + 1000));
    expect(outer.end()).toEqual(alone.counts);
    expect(told).toEqual(alone.events);
    inner.push(lines.subarray(at));
    expect(inner.end()).toEqual(alone.counts);
    expect(heard).toEqual(alone.events);
  });
});
