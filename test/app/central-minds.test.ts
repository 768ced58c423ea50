import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AcrossMind, acrossMind, type HostsMind, hostsMind } from '../../src/app/central-minds.ts';
import { watchMind } from '../../src/app/watch-mind.ts';
import { PARTS, partOf } from '../../src/collect/broker/message.ts';
import { decodedWords, encodedWords } from '../../src/collect/broker/words.ts';
import type { Incident, Signal, WatchEvent } from '../../src/model/watch.ts';
import { attempts } from '../../src/reason/watch/attempts.ts';
import { detectors } from '../../src/reason/watch/detectors.ts';
import type { IncidentChange } from '../../src/reason/watch/incidents.ts';
import { incidents } from '../../src/reason/watch/incidents.ts';
import { type Attempted, DAY, eventsOf, HOUR, MINUTE, SECOND, START } from '../reason/watch/lines.ts';

interface Spread extends Attempted {
  readonly host: string;
}

/** Attempts on several hosts, as each host's agent would publish them; in order of time. */
function spread(what: readonly Spread[]): WatchEvent[] {
  return what
    .flatMap((one) =>
      eventsOf([one]).map((event, i) => ({ ...event, host: one.host, id: `${one.host} ${one.at} ${i}` })),
    )
    .sort((a, b) => a.at - b.at);
}

interface Came {
  readonly signals: readonly Signal[];
  readonly changes: readonly IncidentChange[];
}

/** What a part's mind says to the one across, through the form in which it travels. */
const travelled = (part: HostsMind, across: AcrossMind): void => {
  const words = part.drain();
  if (words.length === 0) return;
  const read = decodedWords(encodedWords(words));
  if (typeof read === 'string') throw new Error(read);
  for (const word of read) across.hear(word);
};

/** Hosts in 16 parts, each with a mind of its own, and one across. */
function central(events: readonly WatchEvent[], until: number): Came {
  const parts = Array.from({ length: PARTS }, () => hostsMind());
  const across = acrossMind();
  ticked(events, until, {
    see(event) {
      const part = parts[partOf(event.host)] as HostsMind;
      part.see(event);
      travelled(part, across);
    },
    tick(now) {
      for (const part of parts) {
        part.tick(now, { lines: 10, unparsed: 0 });
        travelled(part, across);
      }
      across.tick(now);
    },
  });
  return across.drain();
}

/** All hosts watched by one. */
function alone(events: readonly WatchEvent[], until: number): Came {
  const shared = attempts();
  const mind = watchMind(detectors(shared), incidents(shared));
  ticked(events, until, { see: mind.see, tick: (now) => mind.tick(now, { lines: 10, unparsed: 0 }) });
  return mind.drain();
}

/** The part of the hosts with the most hosts, alone: all that was seen of an attack before there was one across. */
function onePart(events: readonly WatchEvent[], until: number): Came {
  const sizes = Array.from({ length: PARTS }, (_, part) => events.filter(({ host }) => partOf(host) === part));
  const largest = sizes.toSorted((a, b) => b.length - a.length)[0] ?? [];
  return alone(largest, until);
}

function ticked(
  events: readonly WatchEvent[],
  until: number,
  { see, tick }: { see(event: WatchEvent): void; tick(now: number): void },
): void {
  let now = events[0]?.at ?? START;
  const pass = (to: number): void => {
    for (; to - now >= MINUTE; now += MINUTE) tick(now + MINUTE);
  };
  for (const event of events) {
    pass(event.at);
    see(event);
  }
  pass(START + until);
}

const opened = ({ changes }: Came): readonly Incident[] =>
  changes.flatMap(({ kind, incident }) => (kind === 'opened' ? [incident] : []));
const hosts = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `web${i}`);

describe('an attack that is spread over many hosts', () => {
  const sprayed = hosts(40).map((host, i) => ({
    ...{ host, kind: 'unknown-password-1', at: i * 3 * MINUTE, from: '203.0.113.9', user: `name${i}` },
  }));

  it('from one address, an account on each: one incident; nobody who sees a part of the hosts sees it', () => {
    const events = spread(sprayed);
    const came = central(events, 3 * HOUR);
    expect(opened(came).map(({ about }) => about.from)).toEqual(['203.0.113.9']);
    expect(new Set(came.signals.map(({ detector }) => detector))).toContain('spraying');
    expect(onePart(events, 3 * HOUR).signals).toEqual([]);
  });

  it('from one network, an address for each host: one incident', () => {
    const events = spread(
      hosts(40).map((host, i) => ({ host, kind: 'root-password-1', at: i * MINUTE, from: `203.0.113.${i + 1}` })),
    );
    const came = central(events, 2 * HOUR);
    expect(opened(came).map(({ about }) => about.network)).toEqual(['203.0.113.0/24']);
    expect(came.signals.map(({ detector }) => detector)).toContain('by-network');
    expect(onePart(events, 2 * HOUR).signals).toEqual([]);
  });

  it('and then let in on a host where it never failed: pages', () => {
    const guessed = hosts(20).map((host, i) => ({
      ...{ host, kind: 'password-1', at: i * 20 * SECOND, from: '203.0.113.9', user: `user${i}` },
    }));
    const events = spread([
      ...guessed,
      { host: 'db1', kind: 'login-password', at: 10 * MINUTE, from: '203.0.113.9', user: 'anna' },
    ]);
    const came = central(events, HOUR);
    const pages = came.signals.filter(({ urgency }) => urgency === 'page');
    expect(pages.map(({ detector, about }) => [detector, about.host, about.user])).toEqual([
      ['success-after-failures', 'db1', 'anna'],
    ]);
    expect(opened(came)).toHaveLength(1);
  });

  it('from a network for each try, too seldom on each host to be seen there: is seen of all hosts together', () => {
    const names = hosts(30);
    const week = names.flatMap((host, i) =>
      Array.from({ length: 8 }, (_, day) => ({
        ...{ host, kind: 'login-key', at: -(8 - day) * DAY + i * MINUTE, from: '198.51.100.7', user: 'anna' },
      })),
    );
    const tries = names.map((host, i) => ({
      ...{ host, kind: 'password-1', at: i * 4 * MINUTE, from: `203.${i}.113.9`, user: 'anna' },
    }));
    const events = spread([...week, ...tries]);
    const came = central(events, 3 * HOUR);
    const slow = came.signals.filter(({ detector }) => detector === 'slow-distributed');
    expect(slow.map(({ about }) => about)).toEqual([{}]);
    expect(slow[0]?.says).toMatch(/networks failed as users who log in on the hosts that were tried/);
    expect(opened(came)).toHaveLength(1);
    expect(onePart(events, 3 * HOUR).signals).toEqual([]);
  });

  it('with bans of the address on some of the hosts: the bans are part of the one incident', () => {
    const bans = hosts(6).map((host, i) => ({
      ...{ host, id: `${host} ban`, at: START + 5 * MINUTE + i * MINUTE, type: 'fail2ban/ban', outcome: 'ban' },
      ...{ from: '203.0.113.9', jail: 'sshd' },
    }));
    const events = [...spread(sprayed), ...bans].sort((a, b) => a.at - b.at);
    const came = central(events, 3 * HOUR);
    expect(opened(came)).toHaveLength(1);
    expect(came.changes.at(-1)?.incident.story.join(' ')).toContain('banned 203.0.113.9 (jail sshd) (6 times so far)');
    // Each part by itself makes one of its own.
    const byPart = Array.from({ length: PARTS }, (_, part) =>
      opened(
        alone(
          events.filter(({ host }) => partOf(host) === part),
          3 * HOUR,
        ),
      ),
    ).flat();
    expect(byPart.length).toBeGreaterThan(1);
  });
});

describe('hosts in parts, and one across', () => {
  const attempt = fc.record({
    host: fc.constantFrom(...hosts(12)),
    kind: fc.constantFrom(
      'password-1',
      'root-password-1',
      'unknown-password-3',
      'login-key',
      'login-password',
      'keyscan',
    ),
    at: fc.integer({ min: 0, max: 2 * HOUR }),
    from: fc.constantFrom('203.0.113.9', '203.0.113.10', '203.0.113.11', '203.0.113.12', '198.51.100.7', '10.0.0.5'),
    user: fc.constantFrom('anna', 'ben', 'clara'),
  });
  const ofSources = ({ signals }: Came): readonly string[] =>
    signals
      .filter(({ detector }) => /^(?:by-source|by-network|spraying|success-after-failures)$/.test(detector))
      .map(({ detector, at, says }) => `${at} ${detector} ${says}`)
      .sort();

  it('say of sources what one watch says that sees all hosts', () => {
    let said = 0;
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 60, maxLength: 140 }), (what) => {
        const events = spread(what.map((one, i) => ({ ...one, at: one.at + i })));
        const wanted = ofSources(alone(events, 3 * HOUR));
        said += wanted.length;
        expect(ofSources(central(events, 3 * HOUR))).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
    expect(said).toBeGreaterThan(20);
  });

  it('take words that are none for none, and what is hostile without harm', () => {
    const forged = [null, 1, { event: {} }, { attempt: {} }, { signals: [{}] }, { event: null, signals: 1 }];
    for (const one of forged) expect(typeof decodedWords(encodedWords([one as never]))).toBe('string');
    fc.assert(
      fc.property(fc.array(fc.anything()), (words) => {
        const read = decodedWords(encodedWords(words as never));
        if (typeof read === 'string') return;
        const across = acrossMind();
        for (const word of read) across.hear(word);
        across.tick(START);
      }),
    );
  });
});
