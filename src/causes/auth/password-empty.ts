import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups, shadow } from '../../facts/accounts.ts';
import { files } from '../../facts/files.ts';
import { meta } from '../../facts/meta.ts';
import { pamHelps, pamOutcome, refusalEvidence } from '../../facts/pam/index.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  /** sshd would take an empty password, PAM does not. */
  readonly allowed: boolean;
}

export const cause = defineCause<Data>({
  id: 'auth/password-empty',
  severity: 'blocks',
  title: 'The account has no password, and sshd takes no empty one',
  why: 'An account without a password (passwd -d) opens to anybody at the console who presses Enter. sshd does not take an empty password unless PermitEmptyPasswords says so, and asks again and again. A key still works.',
  refs: ['sshd_config(5), PermitEmptyPasswords', 'shadow(5)'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups, shadow },
      helps: { files, meta, ...pamHelps },
      check(given, attempt) {
        const { sshdConfig: config, accounts: all, groups: memberships, shadow: passwords } = given;
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        const entry = account && passwords?.get(account.name);
        // Whoever comes with a key does not need one.
        if (!account || entry?.password !== 'empty' || attempt.keys) return [];
        const rule = setting(config, 'permitemptypasswords', connectionOf(attempt, account, memberships));
        const allowed = rule.values[0]?.toLowerCase() === 'yes';
        const { files: texts, meta: machine } = given;
        const outcome =
          allowed && texts && machine
            ? pamOutcome('auth', { ...given, files: texts, meta: machine }, attempt)
            : undefined;
        // PermitEmptyPasswords is not enough: pam_unix wants nullok for it.
        if (allowed && outcome?.by?.module !== 'pam_unix') return [];
        const evidence: Evidence[] = [
          { side: 'server', section: 'shadow', line: entry.line, text: entry.text },
          ...(outcome?.by ? refusalEvidence({ ...outcome, kind: 'auth', by: outcome.by }) : rule.from.map(quoted)),
        ];
        const verdict = rule.certain ? 'confirmed' : 'likely';
        return [{ data: { user: account.name, allowed }, subject: account.name, verdict, evidence }];
      },
    }),
  ],
  says: ({ user, allowed }) =>
    `${user} has no password at all, and ${allowed ? 'pam_unix, without nullok,' : 'sshd'} lets nobody in with an empty one.`,
  masks: ['auth/pam-stack-denies'],
  remedy: ({ user }) => ({
    refuse: 'an account that anybody can enter is worse than one that nobody can',
    manual: [`Give it a password: passwd ${user}; or better, a key in its authorized_keys.`],
  }),
});
