import { describe, expect, it } from 'vitest';
import { isGood, runStack } from '../../../src/facts/pam/run.ts';
import { type Answer, stackOf } from '../../../src/facts/pam/stack.ts';
import type { Section } from '../../../src/model/bundle.ts';

const files = (all: Readonly<Record<string, string>>): ReadonlyMap<string, Section> =>
  new Map(Object.entries(all).map(([name, text]) => [`/etc/pam.d/${name}`, { status: 'ok', text } as const]));

/** Modules that are called `yes`, `no` or after another answer give it; what is called anything else is not known. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  yes: 'success',
  no: 'auth_err',
  ignore: 'ignore',
  expired: 'acct_expired',
  change: 'new_authtok_reqd',
};

function lets(stack: string, more: Readonly<Record<string, string>> = {}): boolean | undefined {
  const rules = stackOf(files({ sshd: stack, ...more }), 'sshd', 'account');
  const outcome = rules && runStack(rules, 'account', ({ module }) => ANSWERS[module.replace('pam_', '')]);
  return outcome && isGood(outcome.answer);
}

const DEBIAN = `account [success=1 new_authtok_reqd=done default=ignore] pam_X.so
account requisite pam_no.so
account required pam_yes.so`;

// The rules are those of pam.conf(5) and of libpam's pam_dispatch.c.
describe('a PAM stack', () => {
  it.each([
    ['account required pam_yes.so', true],
    ['account required pam_no.so', false],
    ['account required pam_no.so\naccount sufficient pam_yes.so', false],
    ['account sufficient pam_yes.so\naccount required pam_no.so', true],
    ['account sufficient pam_no.so\naccount required pam_yes.so', true],
    ['account optional pam_no.so\naccount required pam_yes.so', true],
    ['account requisite pam_no.so\naccount sufficient pam_yes.so', false],
    ['account [success=1 default=ignore] pam_yes.so\naccount required pam_no.so\naccount required pam_yes.so', true],
    ['account [default=bad] pam_yes.so', false],
    ['account required pam_ignore.so\naccount required pam_yes.so', true],
    ['account required \\\n  pam_no.so', false],
    ['-account required pam_no.so', false],
  ])('%j lets in: %s', (stack, expected) => expect(lets(stack)).toBe(expected));

  it.each([
    ['yes', true],
    ['no', false],
    ['change', true],
  ])("of Debian's form does what its first module says: %s", (module, expected) => {
    expect(lets(DEBIAN.replace('X', module))).toBe(expected);
  });

  it('is read through includes, and a substack ends by itself', () => {
    expect(lets('@include other', { other: 'account required pam_no.so' })).toBe(false);
    expect(lets('account include other\naccount required pam_no.so', { other: 'account sufficient pam_yes.so' })).toBe(
      true,
    );
    expect(lets('account substack other\naccount required pam_no.so', { other: 'account sufficient pam_yes.so' })).toBe(
      false,
    );
  });

  it('is not guessed at', () => {
    expect(lets('account required pam_unheard_of.so')).toBeUndefined();
    expect(lets('@include not-collected')).toBeUndefined();
    expect(lets('# nothing\nauth required pam_yes.so')).toBeUndefined();
    expect(lets('@include sshd')).toBeUndefined();
    // Whatever it says does not matter here.
    expect(lets('account optional pam_unheard_of.so\naccount required pam_yes.so')).toBe(true);
    expect(lets('account sufficient pam_unheard_of.so\naccount required pam_yes.so')).toBe(true);
    expect(lets('account sufficient pam_unheard_of.so\naccount required pam_no.so')).toBeUndefined();
  });
});
