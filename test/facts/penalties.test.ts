import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/facts/log.ts';
import { penaltyOf } from '../../src/facts/penalties.ts';

// Lines of OpenSSH 10.0p2.
const NEW =
  'srclimit_penalise: ipv4: new 10.77.2.10/32 deferred penalty of 1 seconds for penalty: connections without attempting authentication';
const ACTIVE =
  'srclimit_penalise: 10.77.2.10/32: activating ipv4 penalty of 16 seconds for penalty: connections without attempting authentication';
const log = (...messages: readonly string[]): LogEntry[] =>
  messages.map((message, i) => ({ at: 1000 * i, tag: 'sshd', message, line: i + 2 }));

describe('a penalty', () => {
  it('lasts as long as sshd says when it puts it into force', () => {
    expect(penaltyOf(log(NEW, ACTIVE), '10.77.2.10', 10_000)).toMatchObject({
      ends: 17_000,
      reason: 'connections without attempting authentication',
    });
  });

  it('is over after that time, not in force while deferred, and of its network alone', () => {
    expect(penaltyOf(log(NEW, ACTIVE), '10.77.2.10', 17_000)).toBeUndefined();
    expect(penaltyOf(log(NEW), '10.77.2.10', 500)).toBeUndefined();
    expect(penaltyOf(log(NEW, ACTIVE), '10.77.2.11', 10_000)).toBeUndefined();
  });

  it('is forgotten by a daemon that starts anew', () => {
    const restarted = log(ACTIVE, 'Server listening on 0.0.0.0 port 22.');
    expect(penaltyOf(restarted, '10.77.2.10', 3000)).toBeUndefined();
  });
});
