import { accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { judgeOffers } from '../../facts/access/offers.ts';
import { byPassword, hasKeys } from '../../facts/access/password.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { sectionName } from '../../facts/bundle.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { MAIN_CONFIG, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  /** Of PermitRootLogin; unknown from the client's side. */
  readonly value?: string;
  readonly place?: string;
}

export const cause = defineCause<Data>({
  id: 'auth/root-login-refused',
  severity: 'blocks',
  title: 'root may not log in',
  why: 'PermitRootLogin decides what root may use: "no" refuses everything, "prohibit-password" (the default) takes keys only, "forced-commands-only" takes keys that carry a command. The client sees "Permission denied" even when the key or the password is right.',
  refs: ['sshd_config(5), PermitRootLogin', 'auth.c, auth_root_allowed()'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      helps: keyFacts,
      check(given, attempt) {
        const { sshdConfig, accounts: all, groups: memberships, files, paths, krls, meta, sshdBinary } = given;
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (account?.uid !== 0) return [];
        const rule = setting(sshdConfig, 'permitrootlogin', connectionOf(attempt, account, memberships));
        const value = rule.values[0]?.toLowerCase() ?? '';
        const facts =
          files && paths && krls && meta && sshdBinary !== undefined
            ? { sshdConfig, accounts: all, groups: memberships, files, paths, krls, meta, sshdBinary }
            : undefined;
        if (value === 'forced-commands-only' && facts && !byPassword(attempt)) {
          const known = judgeOffers(facts, attempt).filter(({ outcome }) => outcome !== 'refused');
          if (known.length === 0 || known.some(({ forced, outcome }) => forced || outcome === 'unknown')) return [];
        } else if (value !== 'no') {
          // What is left takes keys, so without one only a password could be meant.
          if (value === 'yes' || !byPassword(attempt) || !facts) return [];
          if (hasKeys(accountKeys(facts, attempt)[0]) !== false) return [];
        }
        const unset = {
          side: 'server',
          section: sectionName(MAIN_CONFIG),
          text: `PermitRootLogin is not set: ${value}`,
        } as const;
        const evidence = rule.from.length > 0 ? rule.from.map(quoted) : [unset];
        const [from] = rule.from;
        const place = from ? { place: `line ${from.line} of ${from.file}` } : {};
        const verdict = rule.certain ? 'confirmed' : 'likely';
        return [{ data: { user: account.name, value, ...place }, subject: account.name, verdict, evidence }];
      },
    }),
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user }) {
        const known = log.offered.find((key) => key.accepted);
        if (user !== 'root' || log.authenticated || log.ending !== 'auth-failed' || !known) return [];
        const evidence = [known, ...(log.endingSaid ? [log.endingSaid] : [])].map(
          ({ line, text }) => ({ side: 'client', section: 'attempt', line, text }) as const,
        );
        return [{ data: { user }, subject: user, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ user, value, place }) =>
    value === undefined
      ? `The server knows the key and still refuses ${user}: most likely PermitRootLogin is off there.`
      : `${user} may not log in${value === 'no' ? '' : ' like this'}: PermitRootLogin ${value}${place === undefined ? ' by default' : ` in ${place}`}.`,
  masks: ['auth/key-not-authorized', 'auth/method-disabled', 'auth/authorized-keys-missing', 'auth/account-locked'],
  remedy: () => ({
    refuse: 'root is kept out on purpose nearly everywhere',
    manual: [
      'Log in as an ordinary user and use sudo or su.',
      'If root must come in: "PermitRootLogin prohibit-password" takes keys and no passwords; run sshd -t, then reload sshd.',
    ],
  }),
});
