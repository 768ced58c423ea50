import { pathOfSection } from '../../facts/bundle.ts';
import { lastSaid, sameLogin, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { pamFacts, pamHelps, refusalEvidence, refusals, settled } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  /** What the module that refused says of itself. */
  readonly module?: string | undefined;
  readonly said?: string | undefined;
  /** The line that refuses. */
  readonly at?: Place;
  /** What the module goes by. */
  readonly because?: Place;
  readonly stage?: string;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** Modules whose refusals have causes of their own, when it is they that refuse and not the form of their line. */
const OWN_CAUSE = /^pam_(?:unix|nologin|access|faillock)$/;

const placeOf = ({ section, line }: Evidence): Place | undefined => {
  const file = pathOfSection(section);
  return file === undefined || line === undefined ? undefined : { file, line };
};

export const cause = defineCause<Data>({
  id: 'auth/pam-stack-denies',
  severity: 'blocks',
  title: 'PAM refuses the account',
  why: 'After the key or password was found to be right, sshd asks the account modules of PAM whether the user may come in now and from here. pam_time, pam_listfile, pam_succeed_if, sssd and many others can say no, and the connection closes. The same modules among the auth lines refuse passwords, also right ones.',
  refs: ['pam(8)', 'pam_time(8)', 'pam_listfile(8)', 'pam_succeed_if(8)', 'auth-pam.c, do_pam_account()'],
  proofs: [
    proof({
      needs: pamFacts,
      helps: pamHelps,
      check(given, attempt) {
        if (attempt.user === undefined) return [];
        const { user } = attempt;
        const known = refusals(given, attempt).filter(
          ({ kind, by }) => kind !== 'session' && !OWN_CAUSE.test(by.module),
        );
        if (known.length === 0) return settled(given, attempt) ? [] : undefined;
        return known.slice(0, 1).map((refusal) => {
          const { file, line, module } = refusal.by;
          const because = refusal.because[0] && placeOf(refusal.because[0]);
          const data = { user, module, at: { file, line }, stage: refusal.kind, ...(because ? { because } : {}) };
          return { data, subject: user, verdict: 'confirmed', evidence: refusalEvidence(refusal) };
        });
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
  says: ({ user, module, said, at, because, stage }) =>
    at
      ? `PAM does not let ${user} in${stage === 'auth' ? ', whatever password is typed' : ''}: line ${at.line} of ${at.file} (${module || 'a line that PAM cannot read'}) refuses${because ? `, by line ${because.line} of ${because.file}` : ''}.`
      : `PAM does not let ${user} in${module ? `; ${module} says: ${said}` : ', and the module that refused says nothing'}.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ module, because }) => ({
    refuse: 'whom PAM refuses is a policy of the host',
    manual: [
      ...(because ? [`If ${because.file} says it by mistake, change line ${because.line} of it.`] : []),
      `Read the auth and account lines of /etc/pam.d/sshd and of what it includes${module ? `, first those of ${module}` : ''}.`,
      'Keep a root shell open while changing them, until a new login has worked.',
    ],
  }),
});
