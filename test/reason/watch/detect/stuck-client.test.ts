import { describe, expect, it } from 'vitest';
import { attempts } from '../../../../src/reason/watch/attempts.ts';
import { stuckClient } from '../../../../src/reason/watch/detect/stuck-client.ts';
import { type Attempted, eventsOf, MINUTE, many, watched } from '../lines.ts';

const run = (what: readonly Attempted[]) => watched(stuckClient(attempts()), eventsOf(what));

describe('stuck-client', () => {
  it('notices a job of ours with a key that is not accepted, once', () => {
    const [signal, ...more] = run(many(40, 5 * MINUTE, { kind: 'key-refused', user: 'backup', from: '10.0.5.11' }));
    expect(more).toEqual([]);
    expect(signal).toMatchObject({
      urgency: 'notice',
      about: { from: '10.0.5.11', user: 'backup' },
      measure: { seen: 12, everyMs: 5 * MINUTE },
    });
    expect(signal?.says).toContain('about every 5 minutes');
  });

  it('notices one whose account is gone', () => {
    expect(run(many(40, MINUTE, { kind: 'unknown-key', user: 'backup', from: '10.0.5.11' }))).toHaveLength(1);
  });

  it('is silent about strangers, about people, and about what gets in again', () => {
    expect(run(many(40, 5 * MINUTE, { kind: 'key-refused', user: 'backup' }))).toEqual([]);
    const typing = [0, 1, 2, 50, 51, 90, 91, 92, 93, 300, 301, 302, 500].map((at) => ({
      kind: 'key-refused',
      user: 'anna',
      from: '10.0.5.11',
      at: at * MINUTE,
    }));
    expect(run(typing)).toEqual([]);
    const mended = many(40, 5 * MINUTE, { kind: 'key-refused', user: 'backup', from: '10.0.5.11' }).map((one, i) =>
      i % 8 === 7 ? { ...one, kind: 'login-key' } : one,
    );
    expect(run(mended)).toEqual([]);
  });
});
