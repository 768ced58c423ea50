import { expiredForSshd } from '../../facts/access/password.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { accounts, type ShadowEntry, shadow } from '../../facts/accounts.ts';
import { meta } from '../../facts/meta.ts';
import { accountOutcome, isGood, pamFacts, pamHelps } from '../../facts/pam/index.ts';
import { word } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly on: string;
  /** Not the account itself, but its password was left to expire for too long. */
  readonly unused: boolean;
}

const DAY_MS = 86_400_000;

/** The day on which an account ends whose password nobody changed (shadow(5), inactivity period). */
function deadSince({ lastChange, max, inactive }: ShadowEntry): number | undefined {
  if (lastChange === undefined || lastChange === 0 || max === undefined || inactive === undefined) return undefined;
  return lastChange + max + inactive;
}

export const cause = defineCause<Data>({
  id: 'auth/account-expired',
  severity: 'blocks',
  title: 'The account has expired',
  why: 'shadow(5) can hold a day on which an account ends. From then on PAM refuses it (and sshd itself without PAM), whatever key or password it brings, after the authentication has succeeded: the client sees the connection closed, or "Permission denied".',
  refs: ['shadow(5)', 'chage(1), -E', 'pam_unix(8)', 'auth-shadow.c'],
  proofs: [
    proof({
      needs: { shadow, accounts, meta },
      helps: { ...pamFacts, ...pamHelps },
      check({ sshdConfig, groups, files, ...given }, attempt) {
        const { now } = given.meta;
        const entry = attempt.user === undefined ? undefined : given.shadow?.get(attempt.user);
        const account = entry && given.accounts.find(entry.name);
        if (!entry || !account) return [];
        const dead = deadSince(entry);
        // pam_unix: "today >= expire"; day 0 is treated as 1970 and not as "never" since Linux-PAM 1.1.
        const today = Math.floor(now / DAY_MS);
        if (!(entry.expire !== undefined && today >= entry.expire) && !(dead !== undefined && today >= dead)) return [];
        const known = sshdConfig && groups && files && { ...given, sshdConfig, groups, files };
        const alone = known && word(known.sshdConfig, 'usepam', connectionOf(attempt, account, known.groups)) === 'no';
        const outcome = known && !alone ? accountOutcome(known, attempt) : undefined;
        // A stack that is done before pam_unix does not mind.
        if (outcome && isGood(outcome.answer)) return [];
        if (alone && !expiredForSshd(entry, now)) return [];
        const expired = entry.expire !== undefined && today >= entry.expire;
        if (!expired && outcome?.by?.module !== 'pam_unix') return [];
        const day = expired ? entry.expire : dead;
        const on = new Date((day ?? 0) * DAY_MS).toISOString().slice(0, 10);
        const evidence = [
          { side: 'server', section: 'shadow', line: entry.line, text: entry.text.replaceAll('\t', ' ') } as const,
        ];
        // Where another module refuses as well, it is not known which of them would be the last one.
        const verdict = outcome?.by?.module === 'pam_unix' || alone ? 'confirmed' : 'likely';
        return [{ data: { user: entry.name, on, unused: !expired }, subject: entry.name, verdict, evidence }];
      },
    }),
  ],
  says: ({ user, on, unused }) =>
    unused
      ? `The account ${user} is closed since ${on}: its password had expired and was not changed in time.`
      : `The account ${user} expired on ${on}.`,
  masks: ['auth/pam-stack-denies', 'auth/password-expired'],
  remedy: ({ user, unused }) => ({
    refuse: 'somebody set that day; whether the account is to live on is for a person to say',
    manual: [
      unused
        ? `To lift it: passwd ${shellQuote(user)} for a new password, or chage --inactive -1 ${shellQuote(user)}.`
        : `To lift it: chage -E -1 ${shellQuote(user)} (or -E YYYY-MM-DD for a new day).`,
    ],
  }),
});
