import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly at: { readonly file: string; readonly line: number };
}

export const cause = defineCause<Data>({
  id: 'admission/refuse-connection',
  severity: 'blocks',
  title: 'sshd_config ends this connection (RefuseConnection)',
  why: 'Since 9.9 RefuseConnection yes, mostly in a Match block, closes a connection as soon as the user name is known, without a word, and counts as misbehaviour of the address.',
  refs: ['sshd_config(5), RefuseConnection', 'auth2.c'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      check({ sshdConfig: config, accounts: all, groups: memberships }, attempt) {
        const { user } = attempt;
        if (user === undefined) return [];
        const who = connectionOf(attempt, all.find(user), memberships);
        const rule = config.release && config.release[0] < 9 ? undefined : setting(config, 'refuseconnection', who);
        const [from] = rule?.from ?? [];
        if (!rule || !from || rule.values[0]?.toLowerCase() !== 'yes') return [];
        const { file, line, text } = from;
        const evidence = [{ side: 'server', section: `file:${file}`, line, text } as const];
        const verdict = rule.certain ? 'confirmed' : 'likely';
        return [{ data: { user, at: { file, line } }, subject: user, verdict, evidence, closes: 'auth' }];
      },
    }),
  ],
  says: ({ user, at }) => `RefuseConnection in line ${at.line} of ${at.file} turns ${user} away without a word.`,
  masks: ['auth/key-not-authorized', 'admission/per-source-penalty'],
  remedy: ({ at }) => ({
    refuse: 'whom the server turns away is a decision, and this line is where somebody took it',
    manual: [
      `To let the user in: change line ${at.line} of ${at.file} or its Match block, run sshd -t, then reload sshd.`,
    ],
  }),
});
