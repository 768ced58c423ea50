import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { isGood, pamFacts, pamHelps, pamOutcome, refusalEvidence } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly said: string;
  /** The line that refuses; unknown where only the log tells. */
  readonly at?: { readonly file: string; readonly line: number; readonly module: string };
}

export const cause = defineCause<Data>({
  id: 'session/pam-session-failed',
  severity: 'blocks',
  title: 'PAM cannot open a session',
  why: 'After the login PAM sets up the session: limits, home directory, keyring, systemd. When a module that is required fails there, sshd closes the connection although the key or password was right.',
  refs: ['pam(8)', 'auth-pam.c, do_pam_session()'],
  proofs: [
    proof({
      needs: pamFacts,
      helps: pamHelps,
      check(given, attempt) {
        const told = pamOutcome('session', given, attempt);
        if (!told || isGood(told.answer, 'session')) return told && [];
        const { by, answer } = told;
        if (!by || (/^pam_(?:limits|access)$/.test(by.module) && told.because.length > 0)) return undefined;
        const { file, line, module } = by;
        const evidence = refusalEvidence({ ...told, kind: 'session', by });
        const data = { said: answer, at: { file, line, module } };
        return [{ data, verdict: 'confirmed', evidence, closes: 'session' }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }) {
        const said = lastSaid(log, now, /PAM: pam_open_session\(\): (.{1,200})$/);
        if (!said) return [];
        const module = lastSaid(log, now, /^pam_\w{1,40}\(sshd:session\): (?!session (?:opened|closed))(.{1,300})$/);
        const evidence =
          module && module.entry.pid === said.entry.pid ? [said.evidence, module.evidence] : [said.evidence];
        return [{ data: { said: said.match[1] ?? '' }, verdict: 'confirmed', evidence, closes: 'session' }];
      },
    }),
  ],
  says: ({ said, at }) =>
    at
      ? `The login would be right, but PAM opens no session: line ${at.line} of ${at.file} (${at.module || 'a line that PAM cannot read'}) refuses.`
      : `The login was right, but PAM could not open a session: ${said}.`,
  masks: ['session/shell-exits', 'auth/pam-stack-denies'],
  remedy: () => ({
    refuse: 'which module fails, and whether it is needed, has to be looked at',
    manual: [
      'Read the session lines of /etc/pam.d/sshd and of what it includes; the module that failed speaks in the log of sshd.',
      'Keep a root shell open while changing them, until a new login has worked.',
    ],
  }),
});
