/** Random states for logins with a password. */
import fc from 'fast-check';
import { aged, healthy, placed, type Question, restored, seldom, zone } from './pam.ts';
import { one, some } from './pam-parts.ts';

const yesNo = one('yes', 'no');
const setting = fc.oneof(
  yesNo.map((v) => `PasswordAuthentication ${v}`),
  yesNo.map((v) => `ChallengeResponseAuthentication ${v}`),
  yesNo.map((v) => `UsePAM ${v}`),
  yesNo.map((v) => `PermitEmptyPasswords ${v}`),
  one('yes', 'no', 'prohibit-password', 'forced-commands-only').map((v) => `PermitRootLogin ${v}`),
  one(
    'password',
    'keyboard-interactive',
    'publickey',
    'publickey,password',
    'any',
    'password publickey',
    'keyboard-interactive:pam password',
  ).map((v) => `AuthenticationMethods ${v}`),
  one('alice', 'bob', 'root bob').map((v) => `AllowUsers ${v}`),
);
const password = one(
  'usermod -p "*" $u',
  'usermod -p "!" $u',
  'usermod -L $u',
  'passwd -q -d $u',
  'usermod -p "!!" $u',
  ':',
  ':',
  ':',
);

/** Logins with bob's password, which alice and root get too. */
export const passwordQuestion: fc.Arbitrary<Question> = fc
  .record({
    user: one('bob' as const, 'bob' as const, 'alice' as const, 'root' as const),
    config: some(setting, 2),
    password: seldom(password, 2),
    account: seldom(aged, 4),
    parts: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some(placed, 2, 1) }),
    keys: one(true, false, false),
    tz: zone,
  })
  .map(({ user, config, password: field, account, parts, keys, tz }) => ({
    state: {
      ...healthy,
      user,
      config,
      options: keys ? '' : undefined,
      account: [`usermod -p "$(sed -n 's/^bob:\\([^:]*\\):.*/\\1/p' /keep/shadow)" $u`, ...field, ...account],
    },
    first: [restored(tz)],
    last: parts.flat(),
    password: true,
  }));
