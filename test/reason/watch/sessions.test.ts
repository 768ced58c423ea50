import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../../src/model/watch.ts';
import { sessionCounter } from '../../../src/reason/watch/sessions.ts';

const event = (type: string, outcome: string, pid: number, port: string, at = 1): WatchEvent => ({
  id: `${type} ${pid} ${at}`,
  at,
  host: 'web1',
  type,
  outcome,
  pid,
  ...(type === 'pam/session' ? {} : { from: '192.0.2.7', port }),
});
const login = (pid: number, port: string, at = 1) => event('sshd/accepted', 'in', pid, port, at);
// The end is written by the user's own sshd, which has another process number.
const logout = (pid: number, port: string) => event('sshd/disconnected-user', 'ended', pid + 1, port);
const pam = (pid: number) => event('pam/session', 'session', pid, '');

const openAfter = (events: readonly WatchEvent[], o = { limit: 100 }): number => {
  const sessions = sessionCounter(o);
  for (const one of events) sessions.see(one);
  return sessions.active();
};

describe('logins that are open', () => {
  it('begin and end', () => {
    expect(openAfter([login(10, '5001'), pam(10), login(20, '5002'), pam(20)])).toBe(2);
    expect(openAfter([login(10, '5001'), pam(10), logout(10, '5001'), pam(10)])).toBe(0);
  });

  it('end with PAM alone when sshd says nothing', () => {
    expect(openAfter([login(10, '5001'), pam(10), pam(10)])).toBe(0);
  });

  it('are never fewer than none', () => {
    expect(openAfter([logout(10, '5001'), pam(10), pam(10)])).toBe(0);
  });

  it('are over when their process number or connection is let in anew', () => {
    expect(openAfter([login(10, '5001'), login(10, '5002')])).toBe(1);
    expect(openAfter([login(10, '5001'), login(11, '5001')])).toBe(1);
  });

  it('from before the boot are over', () => {
    const sessions = sessionCounter({ limit: 10, since: 100 });
    sessions.see(login(10, '5001', 99));
    sessions.see(login(11, '5002', 101));
    expect(sessions.active()).toBe(1);
  });

  it('stay within their bound, and within what was let in, in any order of events', () => {
    const one = fc
      .tuple(fc.constantFrom(login, logout, pam), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
      .map(([make, pid, port]) => make(pid, String(port)));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (events) => {
        const active = openAfter(events, { limit: 4 });
        return active >= 0 && active <= Math.min(4, events.filter(({ outcome }) => outcome === 'in').length);
      }),
    );
  });
});
