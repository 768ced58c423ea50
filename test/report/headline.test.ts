import { expect, it } from 'vitest';
import type { Report, ReportedCause } from '../../src/model/report.ts';
import { headline } from '../../src/report/words.ts';

const report = (outcome: 'open' | 'closed', ...causes: readonly (readonly [string, ReportedCause['role']])[]): Report =>
  ({
    target: { input: 'alice@web1' },
    gates: [
      { gate: 'auth', outcome: 'open', detail: '' },
      { gate: 'session', outcome, detail: '' },
    ],
    causes: causes.map(([id, role]) => ({ id, role })),
  }) as unknown as Report;

it.each([
  ['closed at the gate "session"', report('closed', ['session/shell-exits', 'blocking'])],
  ['closed at the gate "session"', report('closed', ['session/logind-stall', 'degrading'])],
  ['closed at the gate "session", for a reason that was not found', report('closed', ['handshake/slow', 'degrading'])],
  ['closed at the gate "session", for a reason that was not found', report('closed', ['session/rc-noise', 'latent'])],
  ['open, but not well', report('open', ['session/logind-stall', 'degrading'])],
  ['nothing found that keeps this login out', report('open')],
])('%s', (says, one) => {
  expect(headline(one)).toBe(`alice@web1: ${says}`);
});
