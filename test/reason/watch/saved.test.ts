import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ATTACKS } from '../../../bench/detect/attacks.ts';
import { type Company, company, DAY, normalDay } from '../../../bench/detect/normal.ts';
import { type Random, random } from '../../../bench/detect/random.ts';
import { feeding } from '../../../bench/detect/replay.ts';
import { type Host, host, templates, type Written } from '../../../bench/detect/templates.ts';
import type { Signal, WatchEvent } from '../../../src/model/watch.ts';
import { attempts } from '../../../src/reason/watch/attempts.ts';
import { bounded } from '../../../src/reason/watch/bounded.ts';
import { detectors } from '../../../src/reason/watch/detectors.ts';
import { refill, savedOf } from '../../../src/reason/watch/saved.ts';

/** A Monday. */
const BEGIN = Date.UTC(2026, 0, 5);
const LEARNING = 16;

type Step =
  | { readonly event: WatchEvent }
  | { readonly now: number; readonly read: { readonly lines: number; readonly unparsed: number } };

/** The detectors of a watch as it was saved, or of one that begins. */
function taken(saved?: readonly (string | undefined)[]) {
  const all = detectors(attempts());
  const load = (): void =>
    all.forEach((one, i) => {
      const text = saved?.[i];
      if (text !== undefined) one.load?.(text);
    });
  load();
  return {
    all,
    run(steps: readonly Step[]): Signal[] {
      return steps.flatMap((step) =>
        all.flatMap((one) => ('event' in step ? one.see(step.event) : one.tick(step.now, step.read))),
      );
    },
    save: (): readonly (string | undefined)[] => all.map((one) => one.save?.()),
  };
}

/** What signals say and measure; of the evidence only a part outlives a restart. */
const said = (signals: readonly Signal[]) => signals.map(({ evidence: _, ...rest }) => rest);

/** The steps of lines, as the watch reads them. */
function stepsOf(lines: readonly Written[]): Step[] {
  const steps: Step[] = [];
  feeding({ see: (event) => void steps.push({ event }), tick: (now, read) => void steps.push({ now, read }) }).feed(
    lines,
  );
  return steps;
}

let firm: Company;
let learnt: readonly (string | undefined)[];
const dice: Random = random(7);
let machine: Host;
let day = BEGIN;

beforeAll(() => {
  firm = company(dice);
  machine = host(templates('bookworm'), dice);
  const lines: Written[] = [];
  for (; day < BEGIN + LEARNING * DAY; day += DAY) {
    normalDay(machine, dice, firm, day);
    lines.push(...machine.take(day + DAY));
  }
  const watch = taken();
  watch.run(stepsOf(lines));
  learnt = watch.save();
});

describe('a watch that is stopped in the middle and goes on', () => {
  for (const [kind, attack] of Object.entries(ATTACKS))
    it(`tells the same: ${kind}`, () => {
      const told = attack({ host: machine, random: dice, company: firm, day });
      normalDay(machine, dice, firm, day, told.otherwise);
      const all = machine.take(day + DAY);
      const lines = told.through === undefined ? all : all.flatMap((line) => told.through?.(line) ?? []);
      day += DAY;
      const steps = stepsOf(lines);
      const wanted = said(taken(learnt).run(steps));
      for (const detector of told.truth.expects) expect(wanted.map((one) => one.detector)).toContain(detector);
      // Most of the points lie where something goes on.
      const at = (step: Step | undefined): number =>
        step === undefined ? 0 : 'event' in step ? step.event.at : step.now;
      const from = steps.findIndex((step) => at(step) >= told.truth.start);
      const to = steps.findLastIndex((step) => at(step) <= told.truth.end);
      const point = fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: from, max: Math.max(from, to) }) },
        fc.nat({ max: steps.length }),
      );
      fc.assert(
        fc.property(fc.uniqueArray(point, { minLength: 1, maxLength: 3 }), (points) => {
          let watch = taken(learnt);
          const signals: Signal[] = [];
          let done = 0;
          for (const end of [...points.toSorted((a, b) => a - b), steps.length]) {
            signals.push(...watch.run(steps.slice(done, end)));
            done = end;
            watch = taken(watch.save());
          }
          expect(said(signals)).toEqual(wanted);
        }),
        { numRuns: 4 },
      );
    });
});

describe('what is saved of many', () => {
  const revive = (value: number): number => value;

  it('is taken up as it was, passers-by as passers-by', () => {
    const first = bounded<number>(100, 100);
    for (const [key, times] of [
      ['once', 1],
      ['twice', 2],
      ['often', 5],
    ] as const)
      for (let i = 0; i < times; i++) first.touch(key, () => times);
    const second = bounded<number>(100, 100);
    refill(second, savedOf(first, revive), revive);
    expect(second.all()).toEqual(first.all());
    expect(second.steady()).toEqual([['often', 5]]);
    second.touch('twice', () => 0);
    expect(second.steady().map(([key]) => key)).toEqual(['often', 'twice']);
  });

  it('keeps to its bound, and to those that came often and of late', () => {
    const of = bounded<number>(2000, 100);
    for (let i = 0; i < 1000; i++) of.touch(`passer ${i}`, () => i);
    for (let i = 0; i < 3; i++) of.touch('regular', () => -1);
    const text = savedOf(of, revive, 400);
    expect(text.length).toBeLessThanOrEqual(402);
    const again = bounded<number>(2000, 100);
    refill(again, text, revive);
    expect(again.get('regular')).toBe(-1);
    expect(again.get('passer 999')).toBe(999);
    expect(again.get('passer 0')).toBeUndefined();
  });

  it('leaves out what nothing comes of any more', () => {
    const of = bounded<number>(10, 10);
    for (let i = 0; i < 4; i++) of.touch(`${i}`, () => i);
    expect(JSON.parse(savedOf(of, (value) => (value % 2 === 0 ? value : undefined)))).toEqual([
      ['0', 0, 1],
      ['2', 2, 1],
    ]);
  });
});
