import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly why: 'code' | 'secret' | 'reused' | 'limited';
  readonly said: string;
}

/** pam_google_authenticator.c; its lines carry the service and the module as their tag. */
const SAID: readonly { readonly why: Data['why']; readonly pattern: RegExp }[] = [
  {
    why: 'secret',
    pattern: /(?:Failed to read|Failed to open|Secret file|Failed to (?:change user id|create))\s?.{0,300}/,
  },
  { why: 'reused', pattern: /Trying to reuse a previously used time-based code.{0,200}/ },
  { why: 'limited', pattern: /Too many concurrent login attempts.{0,200}/ },
  { why: 'code', pattern: /Invalid verification code(?: for (\S{1,64}))?.{0,100}/ },
];

export const cause = defineCause<Data>({
  id: 'auth/second-factor-failed',
  severity: 'blocks',
  title: 'The one-time code is not accepted',
  why: 'A module such as pam_google_authenticator asks for a code beside the key or password. It refuses when the clock of phone and server disagree, when a code is used twice, when too many tries come at once, and when it cannot read the secret file of the user (missing, wrong owner or mode).',
  refs: ['pam_google_authenticator(8)', 'RFC 6238'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user }) {
        const spoken = log.filter(({ tag }) => tag.includes('pam_google_authenticator'));
        for (const { why, pattern } of SAID) {
          const said = user === undefined ? undefined : lastSaid(spoken, now, pattern);
          const accepted =
            said &&
            log.some(
              (other) =>
                other.line > said.entry.line &&
                other.message.startsWith(`Accepted keyboard-interactive/pam for ${user} `),
            );
          if (!said || !user || accepted || !said.entry.message.includes(user)) continue;
          return [
            {
              data: { user, why, said: said.match[0] },
              subject: user,
              verdict: 'confirmed',
              evidence: [said.evidence],
            },
          ];
        }
        return [];
      },
    }),
  ],
  says: ({ user, why, said }) =>
    ({
      code: `The one-time code that was given for ${user} is wrong, or the clock of the phone or the server is.`,
      secret: `The second factor of ${user} cannot be checked: ${said}.`,
      reused: `The one-time code that was given for ${user} had been used before; wait for the next one.`,
      limited: `Too many codes were tried for ${user}; the module makes them wait.`,
    })[why],
  masks: ['auth/pam-stack-denies', 'auth/method-disabled'],
  remedy: ({ user, why }) => ({
    refuse: 'a second factor is made anew by its owner, with proof of who they are',
    manual:
      why === 'secret'
        ? [
            `Is it set up at all? As ${user}: google-authenticator. The file must be the user's own, mode 0400 or 0600.`,
            'To let those in who have none yet: the option nullok on the line of the module in /etc/pam.d/sshd.',
          ]
        : ['Compare the clocks (timedatectl; the phone), wait for the next code, or use one of the emergency codes.'],
  }),
});
