import { pathOfSection } from '../../facts/bundle.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { pamFacts, pamHelps, refusalEvidence, refusals, settled } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly from: string;
  /** The line that refuses; unknown where only the log tells. */
  readonly at?: { readonly file: string; readonly line: number };
}

export const cause = defineCause<Data>({
  id: 'auth/pam-access',
  severity: 'blocks',
  title: 'pam_access refuses the user',
  why: 'pam_access lets users in by name, group and origin, from top to bottom of /etc/security/access.conf; the first line that matches decides. A closing "-:ALL:ALL" refuses everybody who was not named before.',
  refs: ['pam_access(8)', 'access.conf(5)'],
  proofs: [
    proof({
      needs: pamFacts,
      helps: pamHelps,
      check(given, attempt) {
        const { user, from = 'anywhere' } = attempt;
        if (user === undefined) return [];
        const refusal = refusals(given, attempt).find(
          ({ by, because }) => by.module === 'pam_access' && because.length > 0,
        );
        if (!refusal) return settled(given, attempt) ? [] : undefined;
        const [line] = refusal.because;
        const file = line && pathOfSection(line.section);
        const at = file !== undefined && line?.line !== undefined ? { at: { file, line: line.line } } : {};
        const closes = refusal.kind === 'session' ? ({ closes: 'session' } as const) : {};
        const evidence = refusalEvidence(refusal);
        return [{ data: { user, from, ...at }, subject: user, verdict: 'confirmed', evidence, ...closes }];
      },
    }),
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
  says: ({ user, from, at }) =>
    `PAM refuses ${user} from ${from}: ${at ? `line ${at.line} of ${at.file} is the first that fits, and refuses` : 'no line of /etc/security/access.conf lets them in'}.`,
  masks: ['session/pam-session-failed', 'auth/pam-stack-denies', 'auth/key-not-authorized'],
  remedy: ({ user, from, at }) => ({
    refuse: 'who may come from where is a decision, and this file is where somebody took it',
    manual: [
      `To let ${user} in: put "+:${user}:${from}" above ${at ? `line ${at.line} of ${at.file}` : 'the line of /etc/security/access.conf that refuses'} (files in /etc/security/access.d count too).`,
    ],
  }),
});
