import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly from: string;
}

export const cause = defineCause<Data>({
  id: 'auth/pam-access',
  severity: 'blocks',
  title: 'pam_access refuses the user',
  why: 'pam_access lets users in by name, group and origin, from top to bottom of /etc/security/access.conf; the first line that matches decides. A closing "-:ALL:ALL" refuses everybody who was not named before.',
  refs: ['pam_access(8)', 'access.conf(5)'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user }) {
        const said = lastSaid(
          log,
          now,
          /^pam_access\(sshd:account\): access denied for user `(.{1,64})' from `(.{1,100})'/,
        );
        const [, who = '', from = ''] = said?.match ?? [];
        if (!said || who !== user) return [];
        return [{ data: { user: who, from }, subject: who, verdict: 'confirmed', evidence: [said.evidence] }];
      },
    }),
  ],
  says: ({ user, from }) => `PAM refuses ${user} from ${from}: no line of /etc/security/access.conf lets them in.`,
  masks: ['auth/pam-stack-denies', 'auth/key-not-authorized'],
  remedy: ({ user, from }) => ({
    refuse: 'who may come from where is a decision, and this file is where somebody took it',
    manual: [
      `To let ${user} in: put "+:${user}:${from}" above the line of /etc/security/access.conf that refuses (files in /etc/security/access.d count too).`,
    ],
  }),
});
