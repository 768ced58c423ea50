import { describe, expect, it } from 'vitest';
import type { AttemptLog } from '../../src/facts/client/attempt-model.ts';
import { longestSilence, slowStep, timingOf } from '../../src/facts/timing.ts';

const log = (more: Partial<AttemptLog>): AttemptLog => ({ log: [], stageMs: {}, ms: 0, ...more }) as AttemptLog;

describe('the time of a login', () => {
  const stageMs = { connecting: 10, connected: 15, greeted: 40, kexinit: 45, keys: 95, authenticated: 6100 };
  const whole = log({ stageMs, ms: 6300, authenticated: { text: 'x', method: 'publickey' } });

  it('is parted into steps', () => {
    expect(timingOf({ attemptLog: whole })).toEqual({
      steps: { tcp: 5, banner: 25, kexinit: 5, keys: 50, auth: 6005, session: 200 },
      total: 6290,
    });
  });

  it('ends where the login ended', () => {
    const cut = log({ stageMs: { connecting: 10, connected: 15, greeted: 40 }, ms: 5000 });
    expect(timingOf({ attemptLog: cut })?.steps).toEqual({ tcp: 5, banner: 25 });
    expect(timingOf({})).toBeUndefined();
  });

  it('is slow only where one step takes many seconds and most of it', () => {
    expect(slowStep({ steps: { auth: 6005, keys: 50 }, total: 6055 })).toEqual({ step: 'auth', ms: 6005 });
    expect(slowStep({ steps: { auth: 4900, keys: 50 }, total: 4950 })).toBeUndefined();
    // A machine that is slow in everything is busy, not broken in one place.
    expect(slowStep({ steps: { banner: 6000, keys: 5900, auth: 5800, session: 5700 }, total: 23400 })).toBeUndefined();
  });

  it('knows the longest silence within a step', () => {
    const said = [
      { text: 'before the step', ms: 1 },
      { text: 'SSH2_MSG_NEWKEYS received', ms: 95 },
      { text: 'Server accepts key: x', ms: 100 },
      { text: 'Authentication succeeded (publickey).', ms: 6100 },
    ];
    expect(longestSilence(log({ ...whole, log: said }), 'auth')).toMatchObject({
      ms: 6000,
      before: said[2],
      after: said[3],
    });
    expect(longestSilence(log({ ...whole, log: said }), 'dns')).toBeUndefined();
  });
});
