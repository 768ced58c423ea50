import { byPassword } from '../../facts/access/password.ts';
import { faillock } from '../../facts/faillock.ts';
import { file } from '../../facts/files.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { pamFacts, pamHelps, pamOutcome, refusalEvidence } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly failures: number;
}

const SHOWN = 3;
const pam = file('/etc/pam.d/sshd');

export const cause = defineCause<Data>({
  id: 'auth/pam-faillock',
  severity: 'blocks',
  title: 'The account is locked for a while after wrong passwords',
  why: 'pam_faillock counts wrong passwords and, after deny of them within fail_interval, refuses even the right one until unlock_time has passed. Scanners that try a known name lock its owner out. A key is not held up: among the account lines the module only forgets what it counted.',
  refs: ['pam_faillock(8)', 'faillock.conf(5)', 'faillock(8)'],
  proofs: [
    proof({
      needs: { ...pamFacts, faillock },
      helps: pamHelps,
      check(given, attempt) {
        if (attempt.user === undefined) return [];
        const told = pamOutcome('auth', given, attempt);
        const { user } = attempt;
        if (told?.by?.module !== 'pam_faillock') return told ? [] : undefined;
        const failures = given.faillock?.filter(({ valid }) => valid).length ?? 0;
        const evidence = refusalEvidence({ ...told, kind: 'auth', by: told.by });
        const seen = { data: { user, failures }, subject: user, verdict: 'confirmed', evidence } as const;
        return [byPassword(attempt) ? seen : { ...seen, latent: true }];
      },
    }),
    proof({
      needs: { sshdLog, meta, pam },
      helps: { faillock },
      check({ sshdLog: log, meta: { now }, faillock: tally }, { user }) {
        if (user === undefined) return [];
        const said = lastSaid(
          log,
          now,
          /^pam_faillock\(sshd:(?:auth|account)\): (?:Consecutive login failures for user (\S{1,64}) account temporarily locked|User unknown)/,
          user,
        );
        const failures = tally?.filter(({ valid }) => valid) ?? [];
        // Where the failures were cleared since, nothing is locked any more.
        if (!said || said.match[1] !== user || (tally && failures.length === 0)) return [];
        const evidence: Evidence[] = [
          said.evidence,
          ...failures
            .slice(-SHOWN)
            .map(({ line, text }): Evidence => ({ side: 'server', section: 'faillock', line, text })),
        ];
        const data = { user, failures: failures.length };
        return [{ data, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, failures }) =>
    `${user} is locked for a while by pam_faillock${failures === 0 ? '' : ` after ${failures} wrong passwords`}: even the right password is refused.`,
  masks: ['auth/pam-stack-denies'],
  remedy: ({ user }) => ({
    summary: 'forget the failures of this one account',
    risk: 'safe',
    where: 'server',
    // Where faillock.conf(5) has them unless told otherwise.
    changes: [command(`faillock --user ${shellQuote(user)} --reset`, [], [`/run/faillock/${user}`])],
  }),
});
