import { sectionName } from '../../facts/bundle.ts';
import { lastSaid, sameLogin, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { accountOutcome, isGood, pamFacts } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  /** What the module that refused says of itself. */
  readonly module?: string | undefined;
  readonly said?: string | undefined;
  /** The line that refuses. */
  readonly at?: { readonly file: string; readonly line: number };
}

export const cause = defineCause<Data>({
  id: 'auth/pam-stack-denies',
  severity: 'blocks',
  title: 'PAM refuses the account',
  why: 'After the key or password was found to be right, sshd asks the account modules of PAM whether the user may come in now and from here. pam_time, pam_listfile, pam_succeed_if, sssd and many others can say no, and the connection closes.',
  refs: ['pam(8)', 'auth-pam.c, do_pam_account()'],
  proofs: [
    proof({
      needs: pamFacts,
      check(given, attempt) {
        const outcome = accountOutcome(given, attempt);
        const by = outcome && !isGood(outcome.answer) ? outcome.by : undefined;
        // Those have causes of their own.
        if (!by || attempt.user === undefined || /^pam_(?:unix|nologin|access|faillock)$/.test(by.module))
          return undefined;
        const { file, line, text, module } = by;
        const evidence = [{ side: 'server', section: sectionName(file), line, text } as const];
        const data = { user: attempt.user, module, at: { file, line } };
        return [{ data, subject: attempt.user, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user }) {
        const said = lastSaid(log, now, /Access denied for user (\S{1,64}) by PAM account configuration/);
        if (!said || user === undefined || said.match[1] !== user) return [];
        const module = lastSaid(log, now, /^(pam_\w{1,40})\(sshd:account\): (.{1,300})$/);
        const same = module && (module.entry.pid === said.entry.pid || sameLogin(log, module.entry, user));
        const data = { user, module: same ? module.match[1] : undefined, said: same ? module.match[2] : undefined };
        const evidence = same ? [said.evidence, module.evidence] : [said.evidence];
        return [{ data, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, module, said, at }) =>
    at
      ? `PAM does not let ${user} in: line ${at.line} of ${at.file} (${module}) refuses.`
      : `PAM does not let ${user} in${module ? `; ${module} says: ${said}` : ', and the module that refused says nothing'}.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ module }) => ({
    refuse: 'whom PAM refuses is a policy of the host',
    manual: [
      `Read the account lines of /etc/pam.d/sshd and of what it includes${module ? `, first those of ${module}` : ''}.`,
      'Keep a root shell open while changing them, until a new login has worked.',
    ],
  }),
});
