import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { banOfOurs } from '../../../../src/reason/watch/detect/ban-of-ours.ts';
import { type Attempted, eventsOf, used, watched } from '../lines.ts';

const run = (what: readonly Attempted[]) => watched(banOfOurs(attempts()), eventsOf(what));
const FROM = '198.51.100.7';

describe('ban-of-ours', () => {
  it.each([
    ['fail2ban', 'bookworm', 'fail2ban/ban'],
    ['sshguard', 'bookworm', 'sshguard/block'],
    ['penalties', 'trixie', 'sshd/drop-penalty'],
  ] as const)('notices %s shutting out a network that users log in from, once', (kind, suite, type) => {
    const [signal, ...more] = run([...used('alice', FROM, 2), { kind, at: 0, from: FROM, suite }]);
    expect(more).toEqual([]);
    expect(signal).toMatchObject({ urgency: 'notice', about: { from: FROM }, evidence: [{ type }] });
  });

  it('does not tell again of the same ban after a restart', () => {
    const events = eventsOf([...used('alice', FROM, 2), { kind: 'fail2ban', at: 0, from: FROM }]);
    const ban = events.findIndex(({ outcome }) => outcome === 'ban');
    const joined = attempts();
    const first = banOfOurs(joined);
    expect(watched(first, events.slice(0, ban + 1))).toHaveLength(1);
    const later = attempts();
    later.load(joined.save());
    const again = banOfOurs(later);
    const same = { ...(events[ban] as (typeof events)[number]), id: 'another' };
    expect(watched(again, [{ ...same, id: 'unsaved' }])).toHaveLength(1);
    again.load?.(first.save?.() ?? '');
    expect(watched(again, [same])).toEqual([]);
  });

  it('is silent about a ban of strangers', () => {
    expect(run([...used('alice', FROM, 2), { kind: 'fail2ban', at: 0 }])).toEqual([]);
  });
});
