import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS, type Silence, silenceOf, type Weekly, within } from '../../../src/reason/watch/silence.ts';
import { incidentOf, signalOf } from './incident.ts';

const at = (text: string) => Date.parse(text);
const NOON = at('2026-11-23T12:00:00Z');
const always = { from: 0, to: Number.MAX_SAFE_INTEGER };
const any = incidentOf({ id: 'a', opened: NOON });
const silent = (silence: Omit<Silence, 'reason'>, now: number, incident = any) =>
  silenceOf([{ reason: 'work', ...silence }], incident, now) !== undefined;

describe('when it is silent', () => {
  it('once, from its beginning up to its end', () => {
    const when = { from: NOON, to: NOON + 1000 };
    expect([-1, 0, 999, 1000].map((ms) => silent({ when }, NOON + ms))).toEqual([false, true, true, false]);
  });

  it('every week by the clock of its zone, in summer and in winter', () => {
    const when: Weekly = { days: ['sat'], from: 120, to: 240, zone: 'Europe/Berlin' };
    // Saturday, 2026-07-18: UTC+2. Saturday, 2026-12-05: UTC+1.
    expect(silent({ when }, at('2026-07-18T00:00:00Z'))).toBe(true);
    expect(silent({ when }, at('2026-07-18T02:00:00Z'))).toBe(false);
    expect(silent({ when }, at('2026-12-05T00:59:59Z'))).toBe(false);
    expect(silent({ when }, at('2026-12-05T02:59:59Z'))).toBe(true);
    expect(silent({ when }, at('2026-12-06T02:00:00Z'))).toBe(false);
  });

  it('over midnight, counted to the day on which it began', () => {
    const when: Weekly = { days: ['sat'], from: 23 * 60, to: 60, zone: 'UTC' };
    expect(silent({ when }, at('2026-11-28T23:30:00Z'))).toBe(true);
    expect(silent({ when }, at('2026-11-29T00:59:00Z'))).toBe(true);
    expect(silent({ when }, at('2026-11-29T01:00:00Z'))).toBe(false);
    expect(silent({ when }, at('2026-11-28T00:30:00Z'))).toBe(false);
    const day: Weekly = { days: ['sat'], from: 0, to: 0, zone: 'UTC' };
    expect(silent({ when: day }, at('2026-11-28T23:59:59Z'))).toBe(true);
    expect(silent({ when: day }, at('2026-11-29T00:00:00Z'))).toBe(false);
  });

  it('twice in the hour that comes twice, not at all in the one that is skipped', () => {
    const when: Weekly = { days: ['sun'], from: 150, to: 180, zone: 'Europe/Berlin' };
    // 2026-10-25: 03:00 becomes 02:00. 2026-03-29: 02:00 becomes 03:00.
    expect(silent({ when }, at('2026-10-25T00:40:00Z'))).toBe(true);
    expect(silent({ when }, at('2026-10-25T01:10:00Z'))).toBe(false);
    expect(silent({ when }, at('2026-10-25T01:40:00Z'))).toBe(true);
    for (let minute = 0; minute < 24 * 60; minute++)
      expect(silent({ when }, at('2026-03-28T23:00:00Z') + minute * 60_000)).toBe(false);
  });

  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
  const database = zones.every((zone) => existsSync(`/usr/share/zoneinfo/${zone}`));
  it.skipIf(!database)(
    'as date(1) reads the clock on the wall (skipped where the tz database is not installed)',
    () => {
      for (const zone of zones) {
        const seconds = fc.sample(fc.integer({ min: at('2021-01-01') / 1000, max: at('2027-01-01') / 1000 }), 300);
        const said = execFileSync('date', ['-f', '-', '+%w %H %M'], {
          input: seconds.map((one) => `@${one}\n`).join(''),
          env: { ...process.env, TZ: zone },
          encoding: 'utf8',
        });
        for (const [i, line] of said.trim().split('\n').entries()) {
          const [day = 0, hour = 0, minute = 0] = line.split(' ').map(Number);
          const from = hour * 60 + minute;
          const now = (seconds[i] ?? 0) * 1000;
          const when = (on: number): Weekly => ({
            days: [DAYS[on % 7] ?? 'sun'],
            from,
            to: (from + 1) % 1440,
            zone,
          });
          expect(silent({ when: when(day) }, now), `${zone} ${now} ${line}`).toBe(true);
          expect(silent({ when: when(day + 1) }, now), `${zone} ${now} ${line}`).toBe(false);
        }
      }
    },
  );
});

describe('about whom it is silent', () => {
  const signals = [signalOf({ about: { host: 'web1', user: 'backup', from: '192.0.2.7' } })];
  const incident = incidentOf({ id: 'a', opened: NOON, signals, about: { host: 'web1' } });

  it('only when all that it names fits', () => {
    const about = (what: Partial<Silence>) => silent({ when: always, ...what }, NOON, incident);
    expect(about({})).toBe(true);
    expect(about({ hosts: ['web1'], users: ['backup'], networks: ['192.0.2.0/24'], detectors: ['many-refused'] })).toBe(
      true,
    );
    expect(about({ hosts: ['web2'] })).toBe(false);
    expect(about({ users: ['alice'] })).toBe(false);
    expect(about({ networks: ['198.51.100.0/24', '::/0'] })).toBe(false);
    expect(about({ detectors: ['blind'] })).toBe(false);
  });

  it('not when a part of the incident is about somebody else', () => {
    const more = incidentOf({ ...incident, signals: [...signals, signalOf({ about: { user: 'root' } })] });
    expect(silent({ when: always, users: ['backup'] }, NOON, more)).toBe(false);
    expect(silent({ when: always, users: ['backup', 'root'] }, NOON, more)).toBe(true);
    const nobody = incidentOf({ ...incident, signals: [...signals, signalOf({ about: {} })] });
    expect(silent({ when: always, users: ['backup'] }, NOON, nobody)).toBe(false);
  });

  it('not when somebody has to look anyway', () => {
    const page = incidentOf({
      ...incident,
      urgency: 'page',
      signals: [signalOf({ urgency: 'page', detector: 'blind' })],
    });
    const when = always;
    expect(silent({ when }, NOON, page)).toBe(true);
    expect(silent({ when, urgentAnyway: true }, NOON, page)).toBe(false);
    expect(silent({ when, urgentAnyway: ['blind'] }, NOON, page)).toBe(false);
    expect(silent({ when, urgentAnyway: ['other'] }, NOON, page)).toBe(true);
    expect(silent({ when, urgentAnyway: true }, NOON, incident)).toBe(true);
    const merelyNoticed = { ...page, signals: [signalOf({ urgency: 'notice', detector: 'blind' })] };
    expect(silent({ when, urgentAnyway: ['blind'] }, NOON, merelyNoticed)).toBe(true);
  });

  it('knows which network lies in which', () => {
    expect(within('192.0.2.7', '192.0.2.0/24')).toBe(true);
    expect(within('::ffff:192.0.2.7', '192.0.2.0/24')).toBe(true);
    expect(within('192.0.2.0/25', '192.0.2.0/24')).toBe(true);
    expect(within('192.0.0.0/16', '192.0.2.0/24')).toBe(false);
    expect(within('2001:db8::1', '2001:db8::/32')).toBe(true);
    for (const odd of ['', 'a', '1.2.3.4/99', '2001:db8::/32', '-']) expect(within(odd, '192.0.2.0/24')).toBe(false);
  });
});
