import { accounts } from '../../facts/accounts.ts';
import { pathOfSection } from '../../facts/bundle.ts';
import { file } from '../../facts/files.ts';
import { accountOutcome, isGood, pamFacts, pamHelps, refusalEvidence, refusals } from '../../facts/pam/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly path: string;
  readonly message: string;
}

const etc = file('/etc/nologin');
const run = file('/run/nologin');
const pam = file('/etc/pam.d/sshd');

export const cause = defineCause<Data>({
  id: 'auth/nologin',
  severity: 'blocks',
  title: 'Logins are switched off (nologin)',
  why: 'While /etc/nologin or /run/nologin exists, only root may log in; everybody else sees its text and is turned away. systemd makes /run/nologin early at boot and before a shutdown and takes it away again; when a boot never finishes, it stays.',
  refs: ['pam_nologin(8)', 'nologin(5)', 'systemd-user-sessions.service(8)'],
  proofs: [
    proof({
      needs: { etc, run, accounts, pam },
      helps: { ...pamFacts, ...pamHelps },
      check({ etc: inEtc, run: inRun, pam: stack, ...given }, attempt) {
        const { accounts: all, sshdConfig, groups, shadow = null, files, meta } = given;
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (sshdConfig && groups && files && meta) {
          const known = { ...given, sshdConfig, accounts: all, groups, shadow, files, meta };
          const [refusal] = refusals(known, attempt).filter(({ by }) => by.module === 'pam_nologin');
          const [line] = refusal?.because ?? [];
          const path = line && pathOfSection(line.section);
          if (refusal && line && path !== undefined) {
            const message = line.text === '(empty)' ? '' : line.text;
            return [
              { data: { path, message }, subject: path, verdict: 'confirmed', evidence: refusalEvidence(refusal) },
            ];
          }
          const outcome = accountOutcome(known, attempt);
          // A stack that is done before pam_nologin does not mind.
          if (outcome && isGood(outcome.answer)) return [];
        }
        if (account?.uid === 0 || !stack?.some((line) => /^\s*account\s.*pam_nologin/.test(line))) return [];
        // pam_nologin looks at /var/run/nologin first and then at /etc/nologin.
        const found = inRun
          ? (['/run/nologin', inRun] as const)
          : inEtc
            ? (['/etc/nologin', inEtc] as const)
            : undefined;
        if (!found) return [];
        const [path, lines] = found;
        const message = lines.join(' ').trim();
        const evidence = [{ side: 'server', section: `file:${path}`, line: 1, text: message || '(empty)' } as const];
        return [{ data: { path, message }, subject: path, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ path, message }) =>
    `Only root may log in while ${path} exists${message === '' ? '' : `; it says: "${message.slice(0, 200)}"`}.`,
  remedy: ({ path }) => ({
    summary: 'take the file away, once the maintenance or the boot that it stands for is over',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'remove', file: path }],
  }),
});
