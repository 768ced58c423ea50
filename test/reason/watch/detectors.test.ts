import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../src/knowledge/events/index.ts';
import type { WatchEvent } from '../../../src/model/watch.ts';
import { attempts } from '../../../src/reason/watch/attempts.ts';
import { detectors } from '../../../src/reason/watch/detectors.ts';
import { familiar } from '../../../src/reason/watch/familiar.ts';
import { incidents } from '../../../src/reason/watch/incidents.ts';
import { limits } from '../../../src/reason/watch/thresholds.ts';
import { START } from './lines.ts';

const folder = path.join(import.meta.dirname, '../../../src/reason/watch/detect');
const LARGEST = 10_000_000;

const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 3 });
const text = fc.oneof(fc.string({ maxLength: 300 }), fc.constantFrom('root', 'anna', '__proto__', 'constructor', ''));
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  text,
  fc.constantFrom('UNKNOWN', '10.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0'),
);
/** Anything that a log can make of an event, and times that no clock has. */
const event: fc.Arbitrary<WatchEvent> = fc
  .record({
    id: fc.string(),
    at: fc.oneof(
      fc.integer({ min: START, max: START + 1e7 }),
      fc.double(),
      fc.constantFrom(Number.NaN, -1, 1e18, Number.POSITIVE_INFINITY, 0),
    ),
    host: fc.constantFrom('', 'web1', 'web2'),
    type: fc.constantFrom(...eventTypes.map(({ id }) => id), 'no/such', '__proto__'),
    user: some(text),
    from: some(address),
    port: some(fc.nat({ max: 65_535 }).map(String)),
    method: some(fc.constantFrom('password', 'publickey', 'keyboard-interactive/pam')),
    jail: some(text),
    detail: some(text),
    pid: some(fc.nat({ max: 20 })),
  })
  .map((made) => {
    const known = Object.entries(made).filter(([, value]) => value !== undefined);
    const outcome = eventTypes.find(({ id }) => id === made.type)?.outcome ?? 'hint';
    return { ...Object.fromEntries(known), outcome } as unknown as WatchEvent;
  });

describe('the detectors', () => {
  it('are those of the folder, each by the name of its file', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
    expect(
      detectors()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(files.sort());
  });

  it('have a reason for every threshold', () => {
    for (const { why, value } of Object.values(limits)) {
      expect(why).toMatch(/\.$/);
      expect(value).toBeGreaterThan(0);
    }
  });

  it('stand anything that a log says, keep to their bounds, and can be saved and loaded at any time', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 120 }), (events) => {
        const joined = attempts();
        const all = detectors(joined);
        const keeper = incidents(joined);
        for (const one of events) {
          for (const detector of all) {
            const signals = detector.see(one);
            for (const { evidence, says, measure, at } of signals) {
              expect(evidence.length).toBeLessThanOrEqual(20);
              expect(says).not.toMatch(/NaN|undefined|Infinity/);
              expect([at, ...Object.values(measure)].every(Number.isFinite)).toBe(true);
            }
            keeper.add(signals);
          }
          for (const { incident } of keeper.see(one)) {
            expect(incident.signals.length).toBeLessThanOrEqual(50);
            expect(incident.story.length).toBeLessThanOrEqual(40);
          }
        }
        for (const now of [START, Number.NaN, START + 1e9, 0, 1e20]) {
          for (const detector of all) keeper.add(detector.tick(now, { lines: 10, unparsed: 0 }));
          keeper.tick(now);
        }
        const again = detectors();
        all.forEach((detector, i) => {
          const saved = detector.save?.();
          if (saved === undefined) return;
          again[i]?.load?.(saved);
          expect(JSON.parse(again[i]?.save?.() ?? '')).toEqual(JSON.parse(saved));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('save less than 10 MB of very many sources, and users with long names', () => {
    const all = detectors();
    const long = 'x'.repeat(250);
    for (let i = 0; i < 9000; i++) {
      const from = `203.0.${(i % 3000) >> 8}.${i % 256}`;
      const event = {
        ...{ id: `web1 journal ${i}`, at: START + i * 1000, host: 'web1', user: `${long}${i % 7}`, from },
        ...{ port: '4711', pid: i + 1, type: 'sshd/failed-password', outcome: 'refused', detail: long },
      };
      for (const detector of all) detector.see(event);
    }
    const sizes = all.map((detector) => detector.save?.().length ?? 0);
    expect(Math.max(...sizes)).toBeGreaterThan(1_000_000);
    expect(Math.max(...sizes)).toBeLessThan(LARGEST);
  });

  it('save less than 10 MB of as many users, each with as many networks, as are remembered', () => {
    const known = familiar();
    for (let i = 0; i < 3072; i++)
      for (let n = 0; n < 40; n++)
        known.learn('web1', `${'x'.repeat(90)}${i}`, `2001:db8:aaaa:${n.toString(16)}::/64`, START + n);
    const saved = known.save();
    expect(saved.length).toBeGreaterThan(2_000_000);
    expect(saved.length).toBeLessThan(LARGEST);
    const again = familiar();
    again.load(saved);
    expect(again.of('web1', `${'x'.repeat(90)}3071`, '2001:db8:aaaa:27::/64', START)).toMatchObject({
      of: 'network',
      logins: 40,
    });
  });
});
