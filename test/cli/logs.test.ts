import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogs } from '../../src/app/logs.ts';
import { parseFrom, parseWhen } from '../../src/cli/logs.ts';
import { logFile } from '../../src/collect/logs.ts';
import { explained } from '../../src/facts/events/explained.ts';
import type { LogEvent } from '../../src/facts/events/typed-event.ts';
import { LookError } from '../../src/model/errors.ts';
import { type LogFilter, type LogSummary, networkOf } from '../../src/reason/logs/summary.ts';
import { tally } from '../../src/reason/logs/tally.ts';
import { recordOf } from '../../src/report/logs/records.ts';
import { logsText, summaryRecord } from '../../src/report/logs/summary.ts';

const REAL = path.join(import.meta.dirname, '../fixtures/events/real-lines.txt');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-logs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(
  files: readonly string[],
  filter: Partial<LogFilter> = {},
  rows = 10,
): Promise<LogSummary & { events: LogEvent[] }> {
  const events: LogEvent[] = [];
  const question = {
    filter: { ports: ['22'], ...filter },
    zone: () => 0,
    rows,
    onEvent: (event: LogEvent) => void events.push(event),
  };
  return { ...(await readLogs(files.map(logFile), question, new AbortController().signal)), events };
}
function file(name: string, content: string | Buffer): string {
  const full = path.join(folder, name);
  writeFileSync(full, content);
  return full;
}
const at = (clock: string, pid: number, message: string): string =>
  `2026-11-23T${clock}Z web1 sshd[${pid}]: ${message}\n`;

describe('sshwhy logs', () => {
  it('adds up the lines of one connection to one login, with the reason that tells most', async () => {
    const peer = '203.0.113.9 port 4022';
    const log =
      at('04:00:00', 7, `Invalid user bob from ${peer}`) +
      at('04:00:01', 7, 'pam_unix(sshd:auth): check pass; user unknown') +
      at('04:00:02', 7, `Failed password for invalid user bob from ${peer} ssh2`) +
      at('04:00:03', 7, `Connection closed by invalid user bob ${peer} [preauth]`) +
      at('04:00:04', 8, "pam_access(sshd:account): access denied for user `eve' from `203.0.113.10'") +
      at('04:00:04', 8, 'fatal: Access denied for user eve by PAM account configuration [preauth]') +
      at('04:00:05', 9, 'Accepted password for alice from 2001:db8::1 port 4022 ssh2') +
      at('04:00:06', 10, 'Connection closed by 203.0.113.11 port 4022 [preauth]') +
      at('04:00:07', 1, 'drop connection #3 from [203.0.113.9]:1 on [192.0.2.1]:22 past MaxStartups') +
      at('04:00:07', 1, 'drop connection #4 from [203.0.113.9]:2 on [192.0.2.1]:22 past MaxStartups');
    const summary = await read([file('a.log', log)]);
    expect(summary).toMatchObject({ letIn: 1, refused: 4, left: 1 });
    expect(summary.reasons.map(({ type, refused }) => [type.id, refused])).toEqual([
      ['sshd/drop-max-startups', 2],
      ['pam/access-denied', 1],
      ['sshd/invalid-user', 1],
    ]);
    expect(summary.networks.rows.map(({ name, letIn, refused }) => [name, letIn, refused])).toEqual([
      ['203.0.113.0/24', 0, 4],
      ['2001:db8::/64', 1, 0],
    ]);
    expect((await read([file('a.log', log)], { user: 'bob' })).refused).toBe(1);
    expect(await read([file('a.log', log)], { from: parseFrom('2001:db8::/32') })).toMatchObject({
      letIn: 1,
      refused: 0,
    });
    expect(await read([file('a.log', log)], { since: parseWhen('2026-11-23T04:00:05Z') })).toMatchObject({
      letIn: 1,
      refused: 2,
    });
  });

  it('reads packed files as the plain one, the oldest first', async () => {
    const plain = await read([REAL]);
    const packed = [file('a.gz', gzipSync(readFileSync(REAL)))];
    for (const [name, program] of [
      ['a.zst', 'zstd'],
      ['a.xz', 'xz'],
    ] as const) {
      const made = spawnSync(program, ['-c', REAL]);
      if (made.status === 0) packed.push(file(name, made.stdout));
    }
    for (const one of packed) expect((await read([one])).counts).toEqual(plain.counts);
    const old = file('old.log', at('04:00:00', 7, 'Server listening on :: port 22.'));
    utimesSync(old, 1, 1);
    const [first] = (await read([REAL, old])).events;
    expect(first?.at).toBe(Date.UTC(2026, 10, 23, 4));
  });

  it('says what it cannot read', async () => {
    expect(() => logFile('/no/such/log')).toThrow(LookError);
    expect(() => logFile(folder)).toThrow(/directory/);
    await expect(read([file('bad.gz', Buffer.from('1f8b0800000000000003ffff', 'hex'))])).rejects.toThrow(LookError);
    const { PATH } = process.env;
    process.env['PATH'] = folder;
    await expect(read([file('a.zst', Buffer.from('28b52ffd00', 'hex'))])).rejects.toThrow(/no program zstd/);
    process.env['PATH'] = PATH;
  });

  it('prints nothing raw, and cuts tables with a note', async () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      at('04:00:00', i + 2, `Invalid user \x1b[31m${i},=1+1 from 203.0.113.${i} port 4022`),
    ).join('');
    const summary = await read([file('hostile.log', many)], {}, 5);
    const text = logsText(summary, { color: false, width: 100 });
    expect(text).not.toContain('\x1b');
    expect(text).toContain('\\x1b[31m');
    expect(text).toContain('… and 25 others');
    expect(text).toContain(
      '30 lines: 30 understood, 0 of known programs but of no known kind, 0 of other programs, 0 unreadable',
    );
    for (const form of ['json', 'csv', 'ecs', 'ocsf'] as const)
      for (const event of summary.events) expect(recordOf[form](event)).not.toContain('\x1b');
    expect(JSON.parse(summaryRecord(summary))).toMatchObject({ kind: 'summary', refused: 30, users: { more: 25 } });
  });

  it('gives events in the forms of others', async () => {
    const { events } = await read([
      file('a.log', at('04:00:00', 7, 'Accepted password for alice from 192.0.2.7 port 4022 ssh2')),
    ]);
    const [event] = events as [LogEvent];
    expect(JSON.parse(recordOf.ecs(event))).toMatchObject({
      '@timestamp': '2026-11-23T04:00:00.000Z',
      event: { category: ['authentication'], type: ['start'], outcome: 'success' },
      source: { ip: '192.0.2.7', port: 4022 },
    });
    expect(JSON.parse(recordOf.ocsf(event))).toMatchObject({
      class_uid: 3002,
      type_uid: 300_201,
      status_id: 1,
      time: Date.UTC(2026, 10, 23, 4),
    });
    expect(recordOf.csv(event)).toBe(
      '2026-11-23T04:00:00.000Z,sshd/accepted,in,alice,192.0.2.7,4022,password,web1,7,,1\r\n',
    );
    expect(recordOf.csv({ ...event, user: '=cmd"' })).toContain('"\'=cmd"""');
  });

  it('keeps no more names than it may, and says how many may be missing', () => {
    const names = tally(10);
    for (let i = 0; i < 1000; i++) {
      names.add(`name${i}`, 'refused', i, 1);
      names.add('root', 'refused', i, 1);
    }
    expect(names.size()).toBeLessThanOrEqual(20);
    const [first] = names.top(1);
    expect(first?.name).toBe('root');
    expect((first?.refused ?? 0) + names.missing()).toBeGreaterThanOrEqual(1000);
  });

  it('takes addresses apart', () => {
    expect(networkOf('192.0.2.77')).toBe('192.0.2.0/24');
    expect(networkOf('2001:db8:1:2:3::4')).toBe('2001:db8:1:2::/64');
    expect(networkOf('::ffff:192.0.2.77')).toBe('192.0.2.0/24');
    expect(networkOf('fe80::1%eth0')).toBe('fe80::/64');
    expect(networkOf('UNKNOWN')).toBeUndefined();
    expect(() => parseFrom('nowhere')).toThrow(/no address/);
    expect(() => parseWhen('yesterday')).toThrow(/no time/);
    expect(parseWhen('2h', 10_000_000)).toBe(2_800_000);
  });
});

describe('sshwhy explain with messages', () => {
  it('knows what the client says and what the server says', () => {
    const kinds = explained('debug1: Connecting to web1\r\nalice@web1: Permission denied (publickey).\r\n').kinds;
    expect(kinds.map(({ type }) => type.id)).toEqual(['ssh/permission-denied']);
    expect(explained('Connection closed by 192.0.2.1 port 22').kinds.map(({ type }) => type.id)).toEqual([
      'ssh/closed',
      'sshd/closed',
    ]);
    expect(explained('Nov 23 04:07:22 web1 sshd[7]: error: Refused by key options').kinds[0]?.type.id).toBe(
      'sshd/refused-by-options',
    );
  });

  it('says how many lines it does not know', () => {
    expect(explained('what is this\nand this\n')).toEqual({ kinds: [], unknown: 2 });
  });
});
