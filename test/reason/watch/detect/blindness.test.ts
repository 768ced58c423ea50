import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { blindness } from '../../../../src/reason/watch/detect/blindness.ts';
import { type Attempted, DAY, eventsOf, HOUR, MINUTE, many, START, watched } from '../lines.ts';

/** A health check each minute, for days before the story. */
const steady = (days: number, every = MINUTE): Attempted[] =>
  many((days * DAY) / every, every, { kind: 'banner-and-close', from: '10.0.0.5', at: -days * DAY });

describe('blindness', () => {
  it('pages when sshd is silent at an hour at which it always said something, once', () => {
    const [signal, ...more] = watched(blindness(attempts()), eventsOf(steady(5)), 3 * HOUR);
    expect(more).toEqual([]);
    expect(signal).toMatchObject({ urgency: 'page', about: { host: 'web1' }, measure: { seen: 0, limit: 20 } });
    expect((signal?.at ?? 0) - START).toBeLessThan(20 * MINUTE);
    expect(signal?.says).toContain('Other lines still come.');
  });

  it('says so when nothing comes at all', () => {
    const [signal] = watched(blindness(attempts()), eventsOf(steady(5)), 3 * HOUR, 0);
    expect(signal?.says).toContain('No lines come at all.');
  });

  it('is silent on a host where little happens, while it learns, and when nobody watched', () => {
    expect(watched(blindness(attempts()), eventsOf(steady(5, 4 * HOUR)), 12 * HOUR)).toEqual([]);
    expect(watched(blindness(attempts()), eventsOf(steady(2)), 12 * HOUR)).toEqual([]);
    const asleep = blindness(attempts());
    watched(asleep, eventsOf(steady(5)));
    expect(asleep.tick(START + 8 * HOUR, { lines: 10, unparsed: 0 })).toEqual([]);
    expect(asleep.tick(START + 8 * HOUR + MINUTE, { lines: 10, unparsed: 0 })).toEqual([]);
  });

  it('remembers over a restart', () => {
    const first = blindness(attempts());
    watched(first, eventsOf(steady(5)));
    const second = blindness(attempts());
    second.load?.(first.save?.() ?? '');
    expect(watched(second, eventsOf([{ kind: 'banner-and-close', at: 0 }]), 3 * HOUR)).toHaveLength(1);
  });

  it('pages when lines cannot be read that could be before', () => {
    const detector = blindness(attempts());
    const minute = (i: number, unparsed: number) => detector.tick(START + i * MINUTE, { lines: 100, unparsed });
    const before = Array.from({ length: 60 }, (_, i) => minute(i, 5)).flat();
    expect(before).toEqual([]);
    const after = Array.from({ length: 30 }, (_, i) => minute(60 + i, 60)).flat();
    expect(after).toMatchObject([{ urgency: 'page', says: expect.stringContaining('cannot be read any more') }]);
  });

  it.each([
    ['22', ['22'], 1],
    ['2222', ['22', '2222'], 1],
    ['2222', ['22'], 0],
  ])(
    'pages when the firewall lets connections to port %s through that sshd, on %j, says nothing of',
    (port, ports, pages) => {
      const detector = blindness(attempts(), { ports });
      const [word] = eventsOf([{ kind: 'password-1', at: 0 }]);
      if (word === undefined) throw new Error('no event');
      const pass = (at: number) =>
        detector.see({
          id: `pass ${at}`,
          at,
          host: 'web1',
          type: 'kernel/ufw-allow',
          outcome: 'pass',
          from: '192.0.2.1',
          port,
        });
      for (let i = 0; i < 5; i++) {
        pass(START + i * 1000);
        detector.see({ ...word, id: `${i}`, at: START + i * 1000 + 10 });
      }
      for (let i = 0; i < 12; i++) pass(START + MINUTE + i * 1000);
      const signals = Array.from({ length: 20 }, (_, i) =>
        detector.tick(START + (i + 2) * MINUTE, { lines: 10, unparsed: 0 }),
      ).flat();
      expect(signals).toMatchObject(
        Array.from({ length: pages }, () => ({ urgency: 'page', measure: { expected: 12 } })),
      );
    },
  );
});
