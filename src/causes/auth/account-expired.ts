import { accounts, shadow } from '../../facts/accounts.ts';
import { meta } from '../../facts/meta.ts';
import { accountOutcome, isGood, pamFacts } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly on: string;
}

const DAY_MS = 86_400_000;

export const cause = defineCause<Data>({
  id: 'auth/account-expired',
  severity: 'blocks',
  title: 'The account has expired',
  why: 'shadow(5) can hold a day on which an account ends. From then on PAM refuses it (and sshd itself without PAM), whatever key or password it brings, after the authentication has succeeded: the client sees the connection closed, or "Permission denied".',
  refs: ['shadow(5)', 'chage(1), -E', 'pam_unix(8)', 'auth-shadow.c'],
  proofs: [
    proof({
      needs: { shadow, accounts, meta },
      helps: pamFacts,
      check({ sshdConfig, groups, files, ...given }, attempt) {
        const {
          shadow: entries,
          accounts: all,
          meta: { now },
        } = given;
        const entry = attempt.user === undefined ? undefined : entries?.get(attempt.user);
        if (entry?.expire === undefined || !all.find(entry.name)) return [];
        // pam_unix: "today >= expire"; day 0 is treated as 1970 and not as "never" since Linux-PAM 1.1.
        if (Math.floor(now / DAY_MS) < entry.expire) return [];
        const outcome =
          sshdConfig && groups && files && accountOutcome({ ...given, sshdConfig, groups, files }, attempt);
        // A stack that is done before pam_unix does not mind.
        if (outcome && isGood(outcome.answer)) return [];
        const on = new Date(entry.expire * DAY_MS).toISOString().slice(0, 10);
        const evidence = [
          { side: 'server', section: 'shadow', line: entry.line, text: entry.text.replaceAll('\t', ' ') } as const,
        ];
        return [{ data: { user: entry.name, on }, subject: entry.name, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, on }) => `The account ${user} expired on ${on}.`,
  remedy: ({ user }) => ({
    refuse: 'somebody set that day; whether the account is to live on is for a person to say',
    manual: [`To lift it: chage -E -1 ${shellQuote(user)} (or -E YYYY-MM-DD for a new day).`],
  }),
});
