import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogs } from '../../src/app/logs.ts';
import { causes } from '../../src/causes/index.gen.ts';
import { parseFrom, parseWhen } from '../../src/cli/logs.ts';
import { logFile } from '../../src/collect/logs.ts';
import { explained } from '../../src/facts/events/explained.ts';
import { type Zone, zoneOf } from '../../src/facts/events/stamp.ts';
import type { LogEvent } from '../../src/facts/events/typed-event.ts';
import { eventTypes } from '../../src/knowledge/events/index.ts';
import { LookError } from '../../src/model/errors.ts';
import { banTracker } from '../../src/reason/logs/bans.ts';
import { oldestFirst } from '../../src/reason/logs/rotation.ts';
import { type LogFilter, type LogSummary, networkOf } from '../../src/reason/logs/summary.ts';
import { tally } from '../../src/reason/logs/tally.ts';
import { timeline } from '../../src/reason/logs/timeline.ts';
import { explainedText } from '../../src/report/logs/explained.ts';
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
      '30 lines read: 30 understood, 0 of known programs but of no known kind, 0 of other programs, 0 unreadable',
    );
    for (const form of ['json', 'csv', 'ecs', 'ocsf'] as const)
      for (const event of summary.events) expect(recordOf[form](event, 0)).not.toContain('\x1b');
    expect(JSON.parse(summaryRecord(summary))).toMatchObject({ kind: 'summary', refused: 30, users: { more: 25 } });
  });

  it('gives events in the forms of others', async () => {
    const { events } = await read([
      file('a.log', at('04:00:00', 7, 'Accepted password for alice from 192.0.2.7 port 4022 ssh2')),
    ]);
    const [event] = events as [LogEvent];
    expect(JSON.parse(recordOf.ecs(event, 0))).toMatchObject({
      '@timestamp': '2026-11-23T04:00:00.000Z',
      event: { category: ['authentication'], type: ['start'], outcome: 'success' },
      source: { ip: '192.0.2.7', port: 4022 },
    });
    expect(JSON.parse(recordOf.ocsf(event, 0))).toMatchObject({
      class_uid: 3002,
      type_uid: 300_201,
      status_id: 1,
      time: Date.UTC(2026, 10, 23, 4),
    });
    expect(recordOf.csv(event, 0)).toBe(
      '2026-11-23T04:00:00.000Z,sshd/accepted,in,alice,192.0.2.7,4022,password,web1,7,,1\r\n',
    );
    expect(recordOf.csv({ ...event, user: '=cmd"' }, 0)).toContain('"\'=cmd"""');
  });

  it('says how many of the lines that it read are within what is asked for', async () => {
    const log =
      at('04:00:00', 7, 'Invalid user bob from 203.0.113.9 port 4022') +
      at('04:00:01', 7, 'Connection closed by invalid user bob 203.0.113.9 port 4022 [preauth]') +
      at('05:00:00', 8, 'Accepted password for alice from 192.0.2.7 port 4022 ssh2') +
      '2026-11-23T05:00:01Z web1 cron[9]: nothing\n';
    const all = await read([file('w.log', log)]);
    expect(all.within).toBeUndefined();
    const bob = await read([file('w.log', log)], { user: 'bob' });
    expect(bob).toMatchObject({ within: 2, refused: 1, letIn: 0, counts: { lines: 4, typed: 3, foreign: 1 } });
    expect(logsText(bob, { color: false, width: 100 })).toContain(
      '4 lines read: 3 understood (2 of them within what is asked for), 0 of known programs',
    );
    const early = await read([file('w.log', log)], { until: parseWhen('2026-11-23T04:30Z') });
    expect(early).toMatchObject({ within: 2, refused: 1, letIn: 0, counts: { lines: 4 } });
    expect(early.last).toBe(Date.UTC(2026, 10, 23, 4, 0, 1));
  });

  it('lists who is shut out, by whom, since when, and whether still at the end', async () => {
    const line = (stamp: string, said: string): string =>
      `2026-11-23 ${stamp},000 fail2ban.actions [9]: NOTICE  ${said}\n`;
    const log =
      line('04:00:00', '[sshd] Ban 203.0.113.9') +
      line('04:10:00', '[sshd] Unban 203.0.113.9') +
      line('05:00:00', '[sshd] Ban 203.0.113.9') +
      line('05:00:01', '[recidive] Ban 203.0.113.9') +
      line('05:00:02', '[sshd] Ban 2001:db8::7') +
      line('06:00:00', '[sshd] Unban 2001:db8::7') +
      line('06:00:10', '[sshd] Unban 203.0.113.9') +
      line('06:00:20', '[sshd] Restore Ban 203.0.113.9') +
      '2026-11-23T07:00:00Z web1 sshguard[7]: Blocking "192.0.2.44/32" for 120 secs (6 attacks in 3 secs, after 1 abuses over 3 secs.)\n';
    const { banned, bans, ...rest } = await read([file('bans.log', log)]);
    expect(bans).toBe(6);
    expect(banned.standing).toBe(3);
    expect(
      banned.rows.map(({ address, by, times, stands, since, lifted }) => [address, by, times, stands, since, lifted]),
    ).toEqual([
      ['192.0.2.44', 'sshguard', 1, true, Date.UTC(2026, 10, 23, 7), undefined],
      ['203.0.113.9', 'fail2ban, jail recidive', 1, true, Date.UTC(2026, 10, 23, 5, 0, 1), undefined],
      ['203.0.113.9', 'fail2ban, jail sshd', 2, true, Date.UTC(2026, 10, 23, 5), undefined],
      ['2001:db8::7', 'fail2ban, jail sshd', 1, false, Date.UTC(2026, 10, 23, 5, 0, 2), Date.UTC(2026, 10, 23, 6)],
    ]);
    const text = logsText({ ...rest, banned, bans }, { color: false, width: 100 });
    expect(text).toMatch(/^203\.0\.113\.9 +fail2ban, jail sshd +2 +2026-11-23 05:00Z +stands at the end of the log$/m);
    expect(text).toMatch(/^2001:db8::7 .* 2026-11-23 06:00Z$/m);
    // One that began earlier and stands is within; one that was lifted before is not.
    const late = await read([file('bans.log', log)], { since: parseWhen('2026-11-23T06:30Z') });
    expect(late.bans).toBe(1);
    expect(late.banned.rows.map(({ address }) => address)).toEqual(['192.0.2.44', '203.0.113.9', '203.0.113.9']);
    const one = await read([file('bans.log', log)], { from: parseFrom('2001:db8::/32') });
    expect(one.banned.rows.map(({ address }) => address)).toEqual(['2001:db8::7']);
    expect(one.banned.standing).toBe(0);
  });

  it('keeps no more bans than it may, and forgets those that are over first', () => {
    const bans = banTracker(10);
    const say = (id: string, from: string): void => {
      const type = eventTypes.find((one) => one.id === id) as LogEvent['type'];
      bans.see({ type, from, jail: 'sshd', at: 1, forged: false, times: 1 });
    };
    say('fail2ban/ban', '192.0.2.1');
    for (let i = 0; i < 100; i++) {
      say('fail2ban/ban', `203.0.113.${i}`);
      say('fail2ban/unban', `203.0.113.${i}`);
    }
    const { rows, standing, more } = bans.end(undefined);
    expect(rows.length).toBeLessThanOrEqual(20);
    expect(rows.length + more).toBe(101);
    expect([rows[0]?.address, standing]).toEqual(['192.0.2.1', 1]);
  });

  it('shows all trends over the same time, in steps that are whole hours or days', async () => {
    const clock = (minutes: number): string =>
      new Date(Date.UTC(2026, 10, 23, 4) + minutes * 60_000).toISOString().slice(11, 19);
    const log =
      Array.from({ length: 90 }, (_, i) =>
        at(clock(i * 10), i + 2, `Invalid user x${i} from 203.0.113.9 port ${i + 1}`),
      ).join('') + at(clock(900), 500, 'Accepted password for alice from 192.0.2.7 port 4022 ssh2');
    const summary = await read([file('trend.log', log)]);
    const { from, stepMs, counts } = summary.trends;
    expect([from, stepMs]).toEqual([Date.UTC(2026, 10, 23, 4), 3_600_000]);
    expect(counts.refused).toEqual([...Array.from({ length: 15 }, () => 6), 0]);
    expect(counts.letIn).toEqual([...Array.from({ length: 15 }, () => 0), 1]);
    const text = logsText(summary, { color: false, width: 100 });
    expect(text).toContain(
      '2026-11-23 04:00Z to 2026-11-23 20:00Z, in steps of 1 hour\nlet in                  █\nrefused  ███████████████\n',
    );
    expect(text).toContain('most were refused from 2026-11-23 04:00Z on: 6 in 1 hour');
    const years = timeline(['a'], 60);
    for (let day = 0; day < 4000; day++) years.add('a', day * 86_400_000);
    const { counts: all, stepMs: step } = years.end();
    expect(all.a.length).toBeLessThanOrEqual(60);
    expect(step % 86_400_000).toBe(0);
    expect(all.a.reduce((sum, n) => sum + n, 0)).toBe(4000);
  });

  it('reads a rotated set from its oldest file, whatever the times of the files say', async () => {
    const names = ['auth.log', 'auth.log.10.gz', 'auth.log.2.gz', 'auth.log.1'];
    const sources = [...names, 'secure-20261108', 'secure', 'secure-20261101.xz'].map((name, i) => ({
      name,
      end: 100 - i,
    }));
    expect(oldestFirst(sources).map(({ name }) => name)).toEqual([
      ...['secure-20261101.xz', 'secure-20261108', 'secure'],
      ...['auth.log.10.gz', 'auth.log.2.gz', 'auth.log.1', 'auth.log'],
    ]);
    // A login whose lines the rotation has parted is one login.
    const older = file('r.log.1', at('04:00:00', 7, 'Invalid user bob from 203.0.113.9 port 4022'));
    const packed = file(
      'r.log.2.gz',
      gzipSync(at('03:00:00', 6, 'Accepted password for alice from 192.0.2.7 port 4022 ssh2')),
    );
    const now = file(
      'r.log',
      at('04:00:01', 7, 'Connection closed by invalid user bob 203.0.113.9 port 4022 [preauth]'),
    );
    const { events, ...summary } = await read([now, packed, older]);
    expect(events.map(({ type }) => type.id)).toEqual([
      'sshd/accepted',
      'sshd/invalid-user',
      'sshd/closed-unauthenticated',
    ]);
    expect(summary).toMatchObject({ letIn: 1, refused: 1 });
  });

  it('takes stamps without a zone to be in the zone that is named', async () => {
    const log = 'Nov 23 04:00:00 web1 sshd[7]: Invalid user bob from 203.0.113.9 port 4022\n';
    const named = file('zone.log', log);
    utimesSync(named, Date.UTC(2026, 10, 24) / 1000, Date.UTC(2026, 10, 24) / 1000);
    for (const [zone, hour] of [
      ['UTC', 4],
      ['+05:30', -1.5],
      ['America/New_York', 9],
    ] as const) {
      const question = { filter: { ports: ['22'] }, zone: zoneOf(zone) as Zone, rows: 10 };
      const { first } = await readLogs([logFile(named)], question, new AbortController().signal);
      expect(first).toBe(Date.UTC(2026, 10, 23) + hour * 3_600_000);
    }
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

  it('says what to run next, on the side that the message is of', () => {
    const next = (text: string): string =>
      explainedText(explained(text), causes, 100).split('What to run next\n')[1] ?? '';
    expect(next('Permission denied (publickey).')).toMatch(
      /^ {2}sshwhy USER@HOST: .*\n {2}sshwhy explain auth\/key-not-authorized: /,
    );
    expect(next('ROOT LOGIN REFUSED FROM 192.0.2.7 port 4022')).toMatch(
      /^ {2}sshwhy server --user USER .*\n {2}sshwhy explain auth\/root-login-refused: /,
    );
    // The heaviest message has the first word.
    expect(
      next(
        'Nov 23 04:07:22 web1 sshd[7]: Connection closed by invalid user x 192.0.2.7 port 1 [preauth]\nNov 23 04:07:22 web1 sshd[7]: User x not allowed because account is locked',
      ),
    ).toContain('sshwhy explain auth/account-locked');
    expect(next('Server listening on :: port 22.')).toBe('');
  });

  it('says how many lines it does not know', () => {
    expect(explained('what is this\nand this\n')).toEqual({ kinds: [], unknown: 2, debug: 0 });
  });
});
