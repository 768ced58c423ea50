/** Random states of PAM, as shell that makes them. */
import fc from 'fast-check';
import { control, file, kinds, one, part, some } from './pam-parts.ts';
import type { State } from './states.ts';

/** A login that is asked about, in a state that has more to it than State says. */
export interface Question {
  readonly state: State;
  /** Shell before and after that of the state. */
  readonly first: readonly string[];
  readonly last: readonly string[];
  /** The login is one with bob's password, and without a key. */
  readonly password: boolean;
}

/** A line in front of, or behind, what a file of the distribution says. */
const placed = part.chain((made) =>
  fc
    .tuple(made.kinds ?? kinds, control, one('first', 'first', 'first', 'last', 'substack', 'common'))
    .map(([kind, how, where]) => {
      const line = `${kind} ${how} ${made.line}`;
      const sshd = '/etc/pam.d/sshd';
      const insert = (path: string, text: string) =>
        where === 'last' ? `printf '%s\\n' '${text}' >> ${path}` : `sed -i '1i ${text}' ${path}`;
      const put =
        where === 'substack'
          ? [
              file('/etc/pam.d/mine', [line, 'account required pam_permit.so', 'auth optional pam_permit.so']),
              insert(sshd, `${kind} substack mine`),
            ]
          : [insert(where === 'common' ? `/etc/pam.d/common-${kind}` : sshd, line)];
      return [...made.make, ...put];
    }),
);

const account = one(
  'usermod -e 1 $u',
  'usermod -e 30000 $u',
  'usermod -e $(date +%F) $u',
  'chage -d 0 $u',
  'chage -M 5 -d 2020-01-01 $u',
  'chage -M 5 -I 3 -d 2020-01-01 $u',
  'chage -M 5 -d $(date -d "5 days ago" +%F) $u',
  'chage -M 5 -I 0 -d $(date -d "5 days ago" +%F) $u',
  'chage -M 5 -d $(date -d "6 days ago" +%F) $u',
  'chage -M 5 -d -1 $u',
  'usermod -s /bin/sh $u',
  'echo no > /etc/nologin',
  ': > /run/nologin',
  'usermod -aG users $u',
);
const seldom = <T>(values: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T[]> =>
  fc.oneof({ weight, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: values.map((value) => [value]) });

const zone = one('Etc/UTC', 'Etc/UTC', 'Asia/Kolkata', 'America/Los_Angeles', 'Pacific/Auckland');

/** Run once on a fresh host, after KEEP. */
export const KEEP_PAM = `
  cp -a /etc/pam.d /keep/pam.d; cp -a /etc/security /keep/security; cp -a /etc/localtime /keep/localtime; touch /run/utmp`;

/** Brings PAM and what it reads back to what they were. */
const RESTORE = `
  rm -rf /etc/pam.d /etc/security; cp -a /keep/pam.d /etc/pam.d; cp -a /keep/security /etc/security
  rm -rf /run/faillock /etc/ssh/listed /run/nologin /etc/mine /run/systemd/sessions/x*; : > /run/utmp; usermod -U bob 2>/dev/null || true`;

/** What is in front of the script of a state, so that nothing is left of the one before. */
export const restored = (tz: string): string => `${RESTORE}\nln -sf /usr/share/zoneinfo/${tz} /etc/localtime`;

const healthy: Omit<State, 'user' | 'account'> = {
  config: [],
  options: '',
  keyFile: '.ssh/authorized_keys',
  modes: [],
  pam: [],
};

/** Logins with a key past a random PAM. */
export const pamQuestion: fc.Arbitrary<Question> = fc
  .record({
    user: one('alice' as const, 'alice' as const, 'bob' as const, 'root' as const),
    account: seldom(account, 2),
    parts: some(placed, 2, 1),
    tz: zone,
  })
  .map(({ user: who, account: changes, parts, tz }) => ({
    state: { ...healthy, user: who, account: changes },
    first: [restored(tz)],
    last: parts.flat(),
    password: false,
  }));

export { account as aged, healthy, one, placed, seldom, some, zone };
