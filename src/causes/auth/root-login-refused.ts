import { keyFiles } from '../../facts/access/key-files.ts';
import { accountKeys } from '../../facts/access/keys.ts';
import { ownGroups } from '../../facts/access/own-group.ts';
import { byPassword, hasKeys } from '../../facts/access/password.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { sshdBinary } from '../../facts/binary.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { files } from '../../facts/files.ts';
import { paths } from '../../facts/paths.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
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
      helps: { files, paths, sshdBinary },
      check(given, attempt) {
        const { sshdConfig: config, accounts: all, groups: memberships, files: texts, paths: table } = given;
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (account?.uid !== 0) return [];
        const who = connectionOf(attempt, account, memberships);
        const rule = setting(config, 'permitrootlogin', who);
        const value = rule.values[0]?.toLowerCase() ?? '';
        const ownGroup = ownGroups(given.sshdBinary, all, memberships, account);
        if (value === 'forced-commands-only' && texts && table && attempt.keys) {
          const found = keyFiles(config, texts, table, account, who, ownGroup).files.flatMap(({ keys }) => keys);
          const offered = found.filter(({ fingerprint }) => attempt.keys?.includes(fingerprint));
          if (offered.length === 0 || offered.some(({ options }) => options.has('command'))) return [];
        } else if (value !== 'no') {
          // What is left takes keys, so without one only a password could be meant.
          if (value === 'yes' || !byPassword(attempt) || !texts || !table) return [];
          const known = {
            sshdConfig: config,
            sshdBinary: given.sshdBinary ?? null,
            accounts: all,
            groups: memberships,
          };
          if (hasKeys(accountKeys({ ...known, files: texts, paths: table }, attempt)[0]) !== false) return [];
        }
        const evidence = rule.from.map(
          ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
        );
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
      : `${user} may not log in: PermitRootLogin ${value}${place === undefined ? '' : ` in ${place}`}.`,
  masks: ['auth/key-not-authorized', 'auth/method-disabled', 'auth/authorized-keys-missing', 'auth/account-locked'],
  remedy: () => ({
    refuse: 'root is kept out on purpose nearly everywhere',
    manual: [
      'Log in as an ordinary user and use sudo or su.',
      'If root must come in: "PermitRootLogin prohibit-password" takes keys and no passwords; run sshd -t, then reload sshd.',
    ],
  }),
});
