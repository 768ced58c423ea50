import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { successAfterFailures } from '../../../../src/reason/watch/detect/success-after-failures.ts';
import { eventsOf, line, see } from '../lines.ts';

const FROM = '203.0.113.9';
const failed = (seconds: number, pid: number, user: string): string =>
  line(seconds, pid, `Failed password for ${user} from ${FROM} port ${1024 + pid} ssh2`) +
  line(seconds, pid, `Connection closed by authenticating user ${user} ${FROM} port ${1024 + pid} [preauth]`);
const accepted = (seconds: number, pid: number, user: string, method = 'password'): string =>
  line(seconds, pid, `Accepted ${method} for ${user} from ${FROM} port ${1024 + pid} ssh2`);

const run = (text: string) => see(successAfterFailures(attempts()), eventsOf(text));
const failures = (n: number, user: string): string =>
  Array.from({ length: n }, (_, i) => failed(i * 5, 100 + i, user)).join('');

describe('success-after-failures', () => {
  it('pages when guessing got in', () => {
    const [signal, ...more] = run(failures(12, 'bob') + accepted(70, 200, 'bob'));
    expect(more).toEqual([]);
    expect(signal).toMatchObject({ urgency: 'page', about: { from: FROM, user: 'bob' }, measure: { seen: 12 } });
    expect(signal?.evidence.at(-1)?.type).toBe('sshd/accepted');
  });

  it('pages when a list of passwords got in with few failures', () => {
    const text = ['bob', 'carol', 'dave'].map((user, i) => failed(i, 100 + i, user)).join('');
    expect(run(text + accepted(9, 200, 'alice'))[0]).toMatchObject({ urgency: 'page', measure: { others: 3 } });
  });

  it('is silent about a user who has forgotten, at a known address or not', () => {
    expect(run(failures(4, 'bob') + accepted(70, 200, 'bob'))).toEqual([]);
    expect(run(accepted(0, 99, 'bob') + failures(12, 'bob') + accepted(70, 200, 'bob'))).toEqual([]);
  });
});
