import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { bySource } from '../../../../src/reason/watch/detect/by-source.ts';
import { DAY, eventsOf, HOUR, MINUTE, many, SECOND, used, watched } from '../lines.ts';

const run = (...what: Parameters<typeof eventsOf>) => watched(bySource(attempts()), eventsOf(...what));

describe('by-source', () => {
  it('tells of ten failures within two minutes, once, with the first of them', () => {
    const signals = run(many(19, 5 * SECOND, { kind: 'root-password-1' }));
    expect(signals).toHaveLength(1);
    expect(signals[0]).toMatchObject({
      urgency: 'note',
      about: { host: 'web1', from: '203.0.113.9', network: '203.0.113.0/24' },
      measure: { seen: 10, limit: 10, windowMs: 2 * MINUTE },
    });
    expect(signals[0]?.evidence[0]).toMatchObject({ type: 'sshd/failed-password', user: 'root' });
    expect(signals[0]?.says).toMatch(/^203\.0\.113\.9 failed 10 times in 2 minutes as root\.$/);
  });

  it('tells of what stays below usual bans within the hour, and of one try in half an hour within the day', () => {
    expect(
      run(many(24, 150 * SECOND, { kind: 'unknown-password-1' })).map(({ measure }) => measure['windowMs']),
    ).toEqual([HOUR]);
    expect(run(many(47, HOUR / 2, { kind: 'unknown-password-1' })).map(({ measure }) => measure['windowMs'])).toEqual([
      DAY,
    ]);
  });

  it('counts passwords, not lines', () => {
    expect(
      run([
        { kind: 'unknown-password-3', at: 0 },
        { kind: 'password-6', at: MINUTE },
      ]),
    ).toEqual([]);
  });

  it('is silent about a machine of ours that offers the same key in vain, and counts the same of a stranger', () => {
    const logins = used('backup', '10.0.5.11');
    expect(run([...logins, ...many(60, MINUTE, { kind: 'key-refused', user: 'backup', from: '10.0.5.11' })])).toEqual(
      [],
    );
    expect(run([...logins, ...many(60, MINUTE, { kind: 'key-refused', user: 'backup' })])).not.toEqual([]);
  });

  it('goes on after a restart', () => {
    const events = eventsOf(many(19, 5 * SECOND, { kind: 'root-password-1' }));
    const half = events.findIndex(({ pid }) => pid === events[events.length >> 1]?.pid);
    const first = bySource(attempts());
    const second = bySource(attempts());
    expect(watched(first, events.slice(0, half))).toEqual([]);
    second.load?.(first.save?.() ?? '');
    expect(watched(second, events.slice(half))).toMatchObject([{ measure: { seen: 10 } }]);
  });
});
