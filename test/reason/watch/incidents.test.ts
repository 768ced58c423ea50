import { describe, expect, it } from 'vitest';
import type { Incident, WatchEvent } from '../../../src/model/watch.ts';
import { attempts } from '../../../src/reason/watch/attempts.ts';
import { detectors } from '../../../src/reason/watch/detectors.ts';
import { type IncidentChange, incidents } from '../../../src/reason/watch/incidents.ts';
import { type Attempted, DAY, eventsOf, HOUR, MINUTE, many, SECOND, START, used } from './lines.ts';

/** Everything that is watched, as the watch joins it: each event to all detectors, then to the incidents. */
function watch(what: readonly Attempted[], until = 4 * HOUR, more: readonly WatchEvent[] = []): IncidentChange[] {
  const joined = attempts();
  const all = detectors(joined);
  const keeper = incidents(joined);
  const changes: IncidentChange[] = [];
  const events = [...eventsOf(what), ...more].sort((a, b) => a.at - b.at);
  let ticked = events[0]?.at ?? START;
  const tick = (now: number): void => {
    while (now - ticked >= MINUTE) {
      ticked += MINUTE;
      for (const detector of all) changes.push(...keeper.add(detector.tick(ticked, { lines: 10, unparsed: 0 })));
      changes.push(...keeper.tick(ticked));
    }
  };
  for (const event of events) {
    tick(event.at);
    for (const detector of all) changes.push(...keeper.add(detector.see(event)));
    changes.push(...keeper.see(event));
  }
  tick(START + until);
  return changes;
}

const told = (changes: readonly IncidentChange[]): string[] =>
  changes.map(({ kind, incident }) => `${kind} ${incident.urgency}`);
const last = (changes: readonly IncidentChange[]): Incident => {
  const found = changes.at(-1)?.incident;
  if (found === undefined) throw new Error('no incident');
  return found;
};

describe('incidents', () => {
  it('makes failures, the ban, and its end one incident, and closes it when it has been quiet', () => {
    const changes = watch([{ kind: 'fail2ban', at: 0 }]);
    expect(told(changes)).toEqual(['opened note', 'grown note', 'closed note']);
    const { story, causes, about, state, title, advice } = last(changes);
    expect(state).toBe('closed');
    expect(about).toMatchObject({ from: '203.0.113.9', network: '203.0.113.0/24' });
    expect(title).toBe('fail2ban banned 203.0.113.9 (jail sshd).');
    expect(story.map((line) => line.slice(25))).toEqual([
      '203.0.113.9 began to fail: 5 times so far as nobody-here.',
      'fail2ban banned 203.0.113.9 (jail sshd).',
      'The ban of 203.0.113.9 ended.',
    ]);
    expect(causes).toEqual(['admission/fail2ban-ban']);
    expect(advice.join(' ')).toContain('unbanip');
  });

  it('adds penalties of sshd, sshguard and the firewall to the same incident', () => {
    const drop = (i: number): WatchEvent => ({
      id: `drop ${i}`,
      at: START + 2 * MINUTE + i * SECOND,
      host: 'web1',
      type: 'kernel/ufw-block',
      outcome: 'drop',
      from: '203.0.113.9',
      port: '22',
    });
    const changes = watch(
      [
        ...many(12, 5 * SECOND, { kind: 'root-password-1' }),
        { kind: 'penalties', suite: 'trixie', at: MINUTE },
        { kind: 'sshguard', at: MINUTE + 30 * SECOND },
      ],
      3 * HOUR,
      Array.from({ length: 30 }, (_, i) => drop(i)),
    );
    expect(new Set(changes.map(({ incident }) => incident.id)).size).toBe(1);
    const { story, causes } = last(changes);
    const all = story.join('\n');
    expect(all).toMatch(/failed 10 times in 2 minutes/);
    expect(all).toMatch(
      /sshd dropped a connection of 203\.0\.113\.9, connections without attempting authentication \(4 times so far\)/,
    );
    expect(all).toMatch(/sshguard banned 203\.0\.113\.9/);
    expect(all).toMatch(/The firewall dropped packets of 203\.0\.113\.9 to port 22 \(30 times so far\)/);
    expect(story).toEqual([...story].sort());
    expect(causes).toEqual(
      expect.arrayContaining(['admission/per-source-penalty', 'admission/ban-by-other', 'firewall/host-drop']),
    );
  });

  it('links a change of configuration to the users whom it keeps out', () => {
    const users = ['anna', 'ben', 'carla', 'dirk', 'emma'];
    const usual = users.flatMap((user) => used(user, '198.51.100.7', 2));
    const out = users.map((user, i) => ({
      kind: 'not-allowed',
      user,
      from: '198.51.100.7',
      at: 5 * MINUTE + i * MINUTE,
    }));
    const changes = watch([...usual, { kind: 'reload', at: 0 }, ...out]);
    expect(told(changes)).toEqual(['opened page', 'closed page']);
    const { story, causes, advice } = last(changes);
    expect(story.findIndex((line) => line.includes('sshd reads its configuration again'))).toBeLessThan(
      story.findIndex((line) => line.includes('were refused')),
    );
    expect(causes).toContain('auth/user-not-allowed');
    expect(advice.join(' ')).toContain('sshwhy server');
  });

  it('tells of a service that did not come up again, with the causes', () => {
    const users = ['anna', 'ben', 'carla', 'dirk'];
    const usual = users.flatMap((user) => used(user, '198.51.100.7', 2));
    const out = users.map((user, i) => ({ kind: 'key-refused', user, from: '198.51.100.7', at: i * SECOND }));
    const changes = watch([...usual, ...out, { kind: 'restart-invalid', at: MINUTE }]);
    expect(last(changes).causes).toEqual(expect.arrayContaining(['daemon/config-invalid']));
    expect(last(changes).story.join('\n')).toMatch(/PermitRootLogn/);
  });

  it('raises the same incident from a note to a page when guessing got in', () => {
    const guesses = many(15, 5 * SECOND, { kind: 'password-1', user: 'bob' });
    const changes = watch([...guesses, { kind: 'login-password', user: 'bob', at: 3 * MINUTE }]);
    expect(told(changes)).toEqual(['opened note', 'grown page', 'closed page']);
    expect(last(changes).title).toMatch(/^bob was let in from 203\.0\.113\.9 by password after 15 failures/);
    expect(last(changes).signals.map(({ detector }) => detector)).toEqual(['by-source', 'success-after-failures']);
  });

  it('keeps strangers apart', () => {
    const two = ['203.0.113.9', '192.0.2.77'].flatMap((from) =>
      many(15, 5 * SECOND, { kind: 'root-password-1', from }),
    );
    const opened = watch(two).filter(({ kind }) => kind === 'opened');
    expect(opened.map(({ incident }) => incident.about.from).sort()).toEqual(['192.0.2.77', '203.0.113.9']);
  });

  it('says nothing about scanners, health checks, forgetful users, and typing mistakes', () => {
    const quiet: Attempted[] = [
      ...used('anna', '198.51.100.7'),
      ...many(200, 20 * SECOND, { kind: 'keyscan', from: '192.0.2.1' }),
      ...many(200, 20 * SECOND, { kind: 'http', from: '192.0.2.2' }),
      ...many(DAY / MINUTE, MINUTE, { kind: 'connect-and-close', from: '10.0.0.5', at: -DAY }),
      { kind: 'password-3', user: 'anna', from: '198.51.100.7', at: 0 },
      { kind: 'password-3', user: 'anna', from: '198.51.100.7', at: MINUTE },
      { kind: 'login-password', user: 'anna', from: '198.51.100.7', at: 3 * MINUTE },
      ...many(20, HOUR / 20, { kind: 'typo-then-login', user: 'anna', from: '198.51.100.7' }),
    ];
    expect(watch(quiet, 10 * MINUTE).filter(({ incident }) => incident.urgency !== 'note')).toEqual([]);
  });

  it('holds a limited number open, and keeps the urgent ones', () => {
    const joined = attempts();
    const keeper = incidents(joined);
    const signal = (i: number, urgency: 'page' | 'note') => ({
      detector: 'by-source',
      at: START + i,
      urgency,
      about: { host: 'web1', from: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` },
      says: 'x',
      measure: {},
      evidence: [],
    });
    keeper.add([signal(0, 'page')]);
    let closed = 0;
    for (let i = 1; i < 5000; i++)
      closed += keeper.add([signal(i, 'note')]).filter(({ kind }) => kind === 'closed').length;
    expect(keeper.open()).toHaveLength(200);
    expect(closed).toBe(4800);
    expect(keeper.open()[0]?.urgency).toBe('page');
  });

  it('goes on with what was open when the watch ended', () => {
    const joined = attempts();
    const first = incidents(joined);
    const before = watch([{ kind: 'fail2ban', at: 0 }], MINUTE).at(-1)?.incident;
    if (before === undefined) throw new Error('no incident');
    first.restore([before]);
    expect(first.open()).toEqual([before]);
    const [ban] = eventsOf([{ kind: 'fail2ban', at: 10 * MINUTE }]).filter(({ outcome }) => outcome === 'ban');
    const changes = first.see(ban as WatchEvent);
    expect(changes).toMatchObject([{ kind: 'grown', incident: { id: before.id } }]);
    expect(first.tick(START + 5 * HOUR)).toMatchObject([{ kind: 'closed', incident: { id: before.id } }]);
  });
});
