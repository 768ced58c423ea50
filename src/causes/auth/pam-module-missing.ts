import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly module: string;
}

export const cause = defineCause<Data>({
  id: 'auth/pam-module-missing',
  severity: 'blocks',
  title: 'A PAM module that does not exist',
  why: 'A line of /etc/pam.d names a module that is not installed, or was built for another system. PAM takes the missing module for one that refuses, so where the line is required nobody gets in any more. A package that was removed or a profile copied from another distribution does it.',
  refs: ['pam.conf(5)', 'pam(8)'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user }) {
        const said = lastSaid(log, now, /^PAM (?:unable to dlopen\(|adding faulty module: )([\w./-]{1,200})/, user);
        if (!said) return [];
        const refused = lastSaid(
          log,
          now,
          /by PAM account configuration|PAM: .{1,100}(?:Module is unknown|Permission denied|Authentication)/,
          user,
        );
        const evidence = refused ? [said.evidence, refused.evidence] : [said.evidence];
        const module = (said.match[1] ?? '').split('/').at(-1) ?? '';
        const observed = {
          data: { module },
          subject: module,
          verdict: refused ? 'confirmed' : 'likely',
          evidence,
        } as const;
        return [refused ? observed : { ...observed, latent: true as const }];
      },
    }),
  ],
  says: ({ module }) => `PAM cannot load ${module}, which /etc/pam.d asks for, and takes that for a refusal.`,
  masks: ['auth/pam-stack-denies', 'auth/key-not-authorized', 'session/pam-session-failed'],
  remedy: ({ module }) => ({
    refuse: 'whether the module or the line that names it is the mistake has to be decided',
    manual: [
      `Find the line: grep -rn ${module} /etc/pam.d`,
      `Install the package that brings ${module} (apt-file search ${module}), or take the line away. Keep a root shell open until a new login has worked.`,
    ],
  }),
});
