import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGood, runStack } from '../../../src/facts/pam/run.ts';
import { stackOf } from '../../../src/facts/pam/stack.ts';
import type { Section } from '../../../src/model/bundle.ts';
import { answer, asked } from './ask.ts';

const MODULES = ['access', 'time', 'limits', 'faillock', 'listfile', 'succeed_if', 'unix', 'nologin', 'shells', 'env'];
const FILES = ['access.conf', 'time.conf', 'limits.conf', 'faillock.conf', 'pam_env.conf'].map(
  (name) => `/etc/security/${name}`,
);
const kinds = fc.constantFrom('auth' as const, 'account' as const, 'session' as const);
const odd = fc.string({ unit: fc.constantFrom(...'+-:;,@%!&|*()[]=#\\/ \t\nALalice10.?'), maxLength: 80 });

describe('files of PAM that mean no good', () => {
  it('never make a module fail', () => {
    fc.assert(
      fc.property(kinds, fc.constantFrom(...MODULES), odd, odd, (kind, module, args, text) => {
        const files = Object.fromEntries([...FILES, '/etc/shells', '/etc/nologin'].map((path) => [path, text]));
        const line = `pam_${module}.so ${args.replaceAll('\n', ' ')}`;
        expect(['string', 'undefined']).toContain(typeof answer(line, asked(files, { kind })));
      }),
      { numRuns: 2000 },
    );
  });

  it('never make a stack fail', () => {
    fc.assert(
      fc.property(odd, odd, kinds, (sshd, other, kind) => {
        const files = new Map<string, Section>([
          ['/etc/pam.d/sshd', { status: 'ok', text: `${kind} ${sshd}\n@include other` }],
          ['/etc/pam.d/other', { status: 'ok', text: `${kind} required ${other}` }],
        ]);
        const rules = stackOf(files, 'sshd', kind);
        const outcome = rules && runStack(rules, kind, () => 'success');
        expect([true, false, undefined]).toContain(outcome && isGood(outcome.answer, kind));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['access', '-:', 'x '],
    ['access', '', '-:ALL EXCEPT bob EXCEPT alice:10.\n'],
    ['time', '', '*;*;*;!Al0000-2400&!Wk0000-2400\n'],
    ['time', '*;*;', '!a&'],
    ['limits', '', '@staff - maxlogins 5\n'],
    ['faillock', '', 'deny = 3\n'],
    ['succeed_if', '', ' '],
  ])('are read in linear time: %s', (module, before, again) => {
    const text = before + again.repeat(262_144 / again.length);
    const files = Object.fromEntries(FILES.map((path) => [path, text]));
    const start = performance.now();
    answer(
      `pam_${module}.so`,
      asked(files, { kind: module === 'limits' ? 'session' : module === 'faillock' ? 'auth' : 'account' }),
    );
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('match patterns without going back and forth', () => {
    const start = performance.now();
    answer(
      `pam_succeed_if.so user =~ ${'a*'.repeat(400)}b`,
      asked({}, { account: { ...asked().account, name: 'a'.repeat(30_000) } }),
    );
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('cannot include without end', () => {
    const files = new Map<string, Section>([
      ['/etc/pam.d/sshd', { status: 'ok', text: '@include a\n'.repeat(1000) }],
      ['/etc/pam.d/a', { status: 'ok', text: '@include b\n'.repeat(1000) }],
      ['/etc/pam.d/b', { status: 'ok', text: 'account required pam_permit.so\n'.repeat(1000) }],
    ]);
    expect(stackOf(files, 'sshd', 'account')).toBeUndefined();
  });
});
