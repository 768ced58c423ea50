import { describe, expect, it } from 'vitest';
import { attempts } from '../../../src/reason/watch/attempts.ts';
import { type Attempted, eventsOf, MINUTE, START } from './lines.ts';

/** `kind way`, of each attempt that the events are joined to. */
function joined(kind: string, suite: Attempted['suite'] = 'bookworm'): string[] {
  const made = attempts();
  return eventsOf([{ kind, at: 0, suite }]).flatMap((event) => {
    const one = made.of(event);
    return one === undefined
      ? []
      : [`${one.kind}${one.way === undefined ? '' : ` ${one.way}`}${one.exists === false ? ' of nobody' : ''}`];
  });
}

describe.each(['bullseye', 'bookworm', 'trixie'] as const)('what sshd of %s writes', (suite) => {
  it.each([
    ['login-key', ['in']],
    ['typo-then-login', ['failed password', 'in']],
    ['password-1', ['failed password']],
    ['password-3', ['failed password', 'failed password', 'failed password']],
    ['password-6', Array.from({ length: 6 }, () => 'failed password')],
    ['unknown-password-1', ['failed name of nobody']],
    ['unknown-password-3', ['failed name of nobody', 'failed password of nobody', 'failed password of nobody']],
    ['unknown-key', ['failed name of nobody']],
    ['key-refused', ['failed key']],
    ['key-refused-verbose', ['failed key']],
    ['keys-refused-then-login', ['in']],
    ['keys-refused-verbose', ['in']],
    ['too-many-keys', ['failed key']],
    ['not-allowed', ['failed name']],
    ['connect-and-close', ['left']],
    ['banner-and-close', ['left']],
    ['http', ['left']],
    ['keyscan', ['left']],
    ['old-cipher', ['left']],
    ['reload', []],
  ])('of %s is one attempt, or one for each password', (kind, wanted) => {
    expect(joined(kind, suite)).toEqual(wanted);
  });
});

describe('time', () => {
  it('does not leap for one stray stamp, and does for several that agree', () => {
    const made = attempts();
    const [event] = eventsOf([{ kind: 'password-1', at: 0 }]);
    if (event === undefined) throw new Error('no event');
    const at = (time: number): number => {
      made.of({ ...event, at: time });
      return made.now();
    };
    expect(at(START)).toBe(START);
    expect(at(START + 1e12)).toBe(START);
    expect(at(Number.NaN)).toBe(START);
    expect(at(START - MINUTE)).toBe(START);
    for (let i = 0; i < 4; i++) at(START - 5e8 + i);
    expect(made.now()).toBe(START);
    expect(at(START - 5e8 + 5)).toBe(START - 5e8 + 5);
    for (let i = 0; i < 5; i++) at(START + 1e9 + i);
    expect(made.now()).toBe(START + 1e9 + 4);
  });
});
