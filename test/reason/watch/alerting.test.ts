import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident, Urgency } from '../../../src/model/watch.ts';
import { type Alerting, type AlertingRules, alerting, type Due } from '../../../src/reason/watch/alerting.ts';
import { silenceOf } from '../../../src/reason/watch/silence.ts';
import { incidentOf } from './incident.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 10, 23, 12);

const rules = (over: Partial<AlertingRules['channels'][number]> = {}, rest: Partial<AlertingRules> = {}) =>
  ({
    channels: [{ name: 'ops', minimum: 'notice', limit: { count: 10, perMs: 10 * MINUTE }, ends: true, ...over }],
    silences: [],
    growEveryMs: HOUR,
    ...rest,
  }) satisfies AlertingRules;

const kinds = (due: readonly Due[]) => due.map(({ alert }) => `${alert.incident.id} ${alert.kind}`);

describe('which alerts go out', () => {
  it('tells of an incident once when it opens, and once when it is over', () => {
    const one = alerting(rules());
    const open = incidentOf({ id: 'a', opened: T0 });
    expect(kinds(one.step([open], T0))).toEqual(['a opened']);
    expect(one.step([open], T0 + 1)).toEqual([]);
    expect(one.step([], T0 + 5 * HOUR)).toEqual([]);
    const closed = incidentOf({ ...open, state: 'closed' });
    expect(kinds(one.step([closed], T0 + 6 * HOUR))).toEqual(['a closed']);
    expect(one.step([closed, open], T0 + 7 * HOUR)).toEqual([]);
  });

  it('says that it has grown at once when it becomes urgent, and otherwise once an hour', () => {
    const one = alerting(rules());
    const at = (minutes: number, urgency: Urgency = 'notice') =>
      one.step([incidentOf({ id: 'a', opened: T0, updated: T0 + minutes * MINUTE, urgency })], T0 + minutes * MINUTE);
    expect(kinds(at(0))).toEqual(['a opened']);
    expect(kinds(at(10))).toEqual([]);
    expect(kinds(at(11, 'page'))).toEqual(['a grown']);
    expect(kinds(at(20, 'page'))).toEqual([]);
    expect(kinds(one.step([], T0 + 70 * MINUTE))).toEqual([]);
    const [due] = one.step([], T0 + 71 * MINUTE);
    expect(due?.alert).toMatchObject({ kind: 'grown', id: 'a:grown:page:2' });
    expect(one.step([], T0 + 5 * HOUR)).toEqual([]);
  });

  it('tells a channel only what is urgent enough for it, and nobody of a note', () => {
    const one = alerting(rules({ minimum: 'page' }));
    const incident = (urgency: Urgency, updated = T0) =>
      incidentOf({ id: urgency === 'note' ? 'n' : 'a', opened: T0, updated, urgency });
    expect(one.step([incident('note'), incident('notice')], T0)).toEqual([]);
    expect(kinds(one.step([incident('page', T0 + 1)], T0 + 1))).toEqual(['a opened']);
    expect(alerting(rules()).step([incident('note')], T0)).toEqual([]);
  });

  it('holds back what is over the limit, counts it, and keeps room for pages', () => {
    const one = alerting(rules({ limit: { count: 3, perMs: 10 * MINUTE } }));
    const flood = Array.from({ length: 8 }, (_, i) => incidentOf({ id: `n${i}`, opened: T0 + i }));
    const first = one.step(flood, T0);
    expect(kinds(first)).toEqual(['n0 opened', 'n1 opened']);
    expect(first.map(({ alert }) => alert.heldBack)).toEqual([0, 6]);
    expect(kinds(one.step([incidentOf({ id: 'n8', opened: T0 + 8 })], T0 + 8))).toEqual([]);
    const [page, ...more] = one.step([incidentOf({ id: 'p', opened: T0 + 9, urgency: 'page' })], T0 + 9);
    expect(page?.alert).toMatchObject({ id: 'p:opened:page', heldBack: 1 });
    expect(more).toEqual([]);
    // Two of those that wait are over before there is room: they were counted and are not told.
    const over = [flood[2], flood[3]].map((was) => incidentOf({ ...(was as Incident), state: 'closed' }));
    expect(one.step(over, T0 + MINUTE)).toEqual([]);
    const next = one.step([], T0 + 11 * MINUTE);
    expect(kinds(next)).toEqual(['n4 opened', 'n5 opened']);
    expect(next.map(({ alert }) => alert.heldBack)).toEqual([0, 0]);
  });

  it('does not lose a page that was over before the limit let it through', () => {
    const one = alerting(rules({ limit: { count: 1, perMs: HOUR } }));
    const page = (id: string, state: Incident['state'] = 'open') =>
      incidentOf({ id, opened: T0, urgency: 'page', state });
    expect(kinds(one.step([page('a'), page('b')], T0))).toEqual(['a opened']);
    expect(one.step([page('b', 'closed')], T0 + 1)).toEqual([]);
    expect(kinds(one.step([], T0 + HOUR))).toEqual(['b closed']);
  });

  it('alerts once after a silence when the incident is still open, and never when it is over', () => {
    const silences = [{ reason: 'work', when: { from: T0, to: T0 + HOUR } }];
    const one = alerting(rules({}, { silences }));
    const [stays, ends] = [incidentOf({ id: 'stays', opened: T0 }), incidentOf({ id: 'ends', opened: T0 })];
    expect(one.step([stays, ends], T0)).toEqual([]);
    expect(one.step([incidentOf({ ...ends, state: 'closed' })], T0 + MINUTE)).toEqual([]);
    expect(kinds(one.step([], T0 + HOUR))).toEqual(['stays opened']);
    expect(one.step([], T0 + 2 * HOUR)).toEqual([]);
  });

  it('tells after a silence that what was told before it is over', () => {
    const one = alerting(rules({}, { silences: [{ reason: 'work', when: { from: T0 + 1, to: T0 + HOUR } }] }));
    const open = incidentOf({ id: 'a', opened: T0 });
    expect(kinds(one.step([open], T0))).toEqual(['a opened']);
    expect(one.step([incidentOf({ ...open, state: 'closed' })], T0 + 2)).toEqual([]);
    expect(kinds(one.step([], T0 + HOUR))).toEqual(['a closed']);
  });

  it('two steps at the same instant, and a clock that is put back, neither double nor stop anything', () => {
    const one = alerting(rules({ limit: { count: 2, perMs: 10 * MINUTE } }));
    const open = incidentOf({ id: 'a', opened: T0, urgency: 'page' });
    const closed = incidentOf({ ...open, state: 'closed' });
    expect(kinds([...one.step([open], T0), ...one.step([closed], T0), ...one.step([], T0 + 1)])).toEqual([
      'a opened',
      'a closed',
    ]);
    const back = T0 - 24 * HOUR;
    expect(kinds(one.step([incidentOf({ id: 'b', opened: back, urgency: 'page' })], back))).toEqual([]);
    expect(kinds(one.step([], back + 10 * MINUTE))).toEqual(['b opened']);
  });

  it('goes on where it was after a restart', () => {
    let one = alerting(rules());
    const restart = () => (one = alerting(rules(), one.save()));
    const open = incidentOf({ id: 'a', opened: T0 });
    one.step([open], T0);
    restart();
    expect(one.step([open], T0 + 1)).toEqual([]);
    const closed = incidentOf({ ...open, state: 'closed' });
    expect(kinds(one.step([closed], T0 + 2))).toEqual(['a closed']);
    restart();
    expect(one.step([open, closed], T0 + 3)).toEqual([]);
  });

  it('is not told of what the sender kept although it was not saved any more', () => {
    const before = alerting(rules());
    const unsaved = before.save();
    const open = incidentOf({ id: 'a', opened: T0 });
    const due = before.step([open], T0);
    const after = alerting(rules(), unsaved);
    for (const one of due) after.took(one);
    expect(after.step([open], T0 + 1)).toEqual([]);
  });
});

// A life of many incidents: what happens, and how long it takes until it does.
const happening = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  urgency: fc.constantFrom<Urgency>('page', 'notice', 'note'),
  over: fc.boolean(),
  after: fc.constantFrom(0, 1, MINUTE, 11 * MINUTE, 2 * HOUR),
  restart: fc.constantFrom('no', 'no', 'saved', 'kept'),
});

interface Life {
  readonly sent: readonly { readonly due: Due; readonly at: number }[];
  readonly seen: ReadonlyMap<string, Incident>;
}

function live(
  made: AlertingRules,
  happenings: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[],
  /** Called at each step for each incident that is open or is told to be over now. */
  onStep: (incident: Incident, now: number) => void = () => {},
): Life {
  let one: Alerting = alerting(made);
  let now = T0;
  const sent: { due: Due; at: number }[] = [];
  const seen = new Map<string, Incident>();
  const generation = new Map<string, number>();
  const act = (changed: readonly Incident[], restart: string): void => {
    const before = one.save();
    for (const incident of seen.values())
      if (incident.state === 'open' || changed.includes(incident)) onStep(incident, now);
    const due = one.step(changed, now);
    sent.push(...due.map((each) => ({ due: each, at: now })));
    if (restart === 'saved') one = alerting(made, one.save());
    if (restart === 'kept') {
      one = alerting(made, before);
      for (const each of due) one.took(each);
      // What is still open comes again, as a store has it.
      sent.push(...one.step(changed, now).map((each) => ({ due: each, at: now })));
    }
  };
  for (const { id, urgency, over, after, restart } of happenings) {
    now += after;
    const name = `${id}${generation.get(id) ?? 0}`;
    const was = seen.get(name);
    const worse = was?.urgency === 'page' || (was?.urgency === 'notice' && urgency === 'note') ? was.urgency : urgency;
    const next = incidentOf({
      id: name,
      opened: was?.opened ?? now,
      updated: now,
      urgency: worse,
      state: over ? 'closed' : 'open',
      about: { host: 'web1', user: id },
    });
    seen.set(name, next);
    if (over) generation.set(id, (generation.get(id) ?? 0) + 1);
    act([next], restart);
  }
  for (let step = 0; step < 60; step++) {
    now += 10 * MINUTE;
    act([], 'no');
  }
  return { sent, seen };
}

describe('whatever happens', () => {
  const limits = fc.record({ count: fc.integer({ min: 1, max: 4 }), minutes: fc.integer({ min: 1, max: 30 }) });

  it('a channel gets no more than its limit, each alert once, and every page', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 40 }),
        limits,
        fc.boolean(),
        (happenings, { count, minutes }, ends) => {
          const perMs = minutes * MINUTE;
          const { sent, seen } = live(rules({ limit: { count, perMs }, ends }), happenings);
          for (const { at } of sent)
            expect(sent.filter((one) => one.at > at - perMs && one.at <= at).length).toBeLessThanOrEqual(count);
          const ids = sent.map(({ due }) => due.alert.id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const incident of seen.values()) {
            const told = sent.filter(({ due }) => due.alert.incident.id === incident.id).map(({ due }) => due.alert);
            if (incident.urgency === 'note') expect(told).toEqual([]);
            if (incident.urgency === 'page') expect(told.some((alert) => alert.incident.urgency === 'page')).toBe(true);
            expect(told.filter(({ kind }) => kind === 'opened').length).toBeLessThanOrEqual(1);
            if (ends && incident.state === 'closed' && told.length > 0) expect(told.at(-1)?.kind).toBe('closed');
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  const silence = fc.record({
    from: fc.integer({ min: 0, max: 300 }),
    minutes: fc.integer({ min: 1, max: 300 }),
    users: fc.constantFrom(undefined, ['a'], ['b', 'c']),
    urgentAnyway: fc.constantFrom(undefined, true as const),
  });

  it('nothing goes out in silence, and no page that was not silenced is lost', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 30 }),
        fc.array(silence, { maxLength: 3 }),
        limits,
        (happenings, windows, { count }) => {
          const silences = windows.map(({ from, minutes, users, urgentAnyway }) => ({
            reason: 'work',
            when: { from: T0 + from * MINUTE, to: T0 + (from + minutes) * MINUTE },
            ...(users === undefined ? {} : { users }),
            ...(urgentAnyway === undefined ? {} : { urgentAnyway }),
          }));
          const due = new Set<string>();
          const { sent } = live(
            rules({ limit: { count, perMs: 10 * MINUTE } }, { silences }),
            happenings,
            (incident, now) => {
              if (incident.urgency === 'page' && !silenceOf(silences, incident, now)) due.add(incident.id);
            },
          );
          const told = new Set(sent.map(({ due: { alert } }) => alert.incident.id));
          expect([...due].filter((id) => !told.has(id))).toEqual([]);
          for (const {
            due: { alert },
            at,
          } of sent)
            expect(silenceOf(silences, alert.incident, at)).toBe(undefined);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('all that was held back is counted once: what was told and what was counted make up all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), limits, (floods, { count }) => {
        const one = alerting(rules({ limit: { count, perMs: HOUR }, ends: false }));
        const open = Array.from({ length: floods }, (_, i) => incidentOf({ id: `n${i}`, opened: T0 + i }));
        const first = one.step(open, T0);
        one.step(
          open.map((was) => incidentOf({ ...was, state: 'closed' })),
          T0 + 1,
        );
        const [page] = one.step([incidentOf({ id: 'p', opened: T0, urgency: 'page' })], T0 + HOUR);
        expect(
          (page?.alert.heldBack ?? 0) + first.length + first.reduce((sum, { alert }) => sum + alert.heldBack, 0),
        ).toBe(floods);
      }),
    );
  });

  it('stays small in a flood, and pages outlive notices', () => {
    const one = alerting(rules({ limit: { count: 1, perMs: HOUR } }));
    const long = 'x'.repeat(10_000);
    for (let i = 0; i < 30; i++)
      one.step(
        Array.from({ length: 100 }, (_, j) =>
          incidentOf({ id: `n${i}-${j}`, opened: T0 + i, about: { user: long }, title: long }),
        ),
        T0 + i,
      );
    one.step([incidentOf({ id: 'p', opened: T0, urgency: 'page' })], T0 + HOUR);
    const saved = JSON.parse(one.save()) as { incidents: unknown[] };
    expect(saved.incidents.length).toBeLessThanOrEqual(1001);
    expect(one.save().length).toBeLessThan(5_000_000);
    const [, ...rest] = [...one.step([], T0 + 2 * HOUR)];
    expect(rest).toEqual([]);
  });
});
