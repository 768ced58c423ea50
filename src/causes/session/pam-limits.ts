import { accounts, groups } from '../../facts/accounts.ts';
import { pathOfSection } from '../../facts/bundle.ts';
import { files } from '../../facts/files.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { isGood, pamFacts, pamHelps, pamOutcome, refusalEvidence } from '../../facts/pam/index.ts';
import type { Family } from '../../facts/source.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly max: string;
  readonly at: { readonly file: string; readonly line: number };
}

/** Lines of limits.conf(5) that limit how many sessions somebody may have open. */
function loginLimits(all: Family, applies: (domain: string) => boolean) {
  return [...all]
    .filter(([path, { status }]) => /^\/etc\/security\/limits\.(?:conf|d\/.*)$/.test(path) && status === 'ok')
    .flatMap(([file, found]) =>
      (found.status === 'ok' ? found.text : '').split('\n').flatMap((text, i) => {
        const [, domain = '', max] = /^\s*([^\s#]\S*)\s+\S+\s+max(?:sys)?logins\s+(\d+)/.exec(text) ?? [];
        return max !== undefined && applies(domain) ? [{ file, line: i + 1, text: text.trim(), max }] : [];
      }),
    );
}

export const cause = defineCause<Data>({
  id: 'session/pam-limits',
  severity: 'blocks',
  title: 'The user has too many logins (maxlogins)',
  why: 'maxlogins and maxsyslogins in /etc/security/limits.conf count the sessions that are open. When the number is reached, the right key opens a session that PAM closes at once; sessions that hang in the background count too.',
  refs: ['limits.conf(5)', 'pam_limits(8)'],
  proofs: [
    proof({
      needs: pamFacts,
      helps: pamHelps,
      check(given, attempt) {
        const told = attempt.user === undefined ? undefined : pamOutcome('session', given, attempt);
        if (!told || attempt.user === undefined) return undefined;
        const [line] = told.because;
        if (told.by?.module !== 'pam_limits' || !line) return isGood(told.answer, 'session') ? [] : undefined;
        const [, max = ''] = /logins\s+(\S+)/i.exec(line.text) ?? [];
        const at = { file: pathOfSection(line.section) ?? '', line: line.line ?? 1 };
        const evidence = refusalEvidence({ ...told, kind: 'session', by: told.by });
        return [{ data: { user: attempt.user, max, at }, subject: attempt.user, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { sshdLog, meta, files, accounts, groups },
      check({ sshdLog: log, meta: { now }, files: all, accounts: known, groups: memberships }, { user }) {
        const account = user === undefined ? undefined : known.find(user);
        const said = lastSaid(
          log,
          now,
          /^pam_limits\(sshd:session\): Too many|PAM: pam_open_session\(\): Permission denied/,
        );
        if (!account || !said) return [];
        const names = memberships.of(account);
        const [limit] = loginLimits(
          all,
          (domain) =>
            domain === account.name || domain === '*' || domain === '%' || names.some((name) => domain === `@${name}`),
        );
        if (!limit) return [];
        const { file, line, text, max } = limit;
        const evidence = [said.evidence, { side: 'server', section: `file:${file}`, line, text } as const];
        const data = { user: account.name, max, at: { file, line } };
        // Permission denied is what any module may have said.
        const verdict = said.match[0].startsWith('pam_limits') ? 'confirmed' : 'likely';
        return [{ data, subject: account.name, verdict, evidence }];
      },
    }),
  ],
  says: ({ user, max, at }) =>
    `${user} may have ${max} session${max === '1' ? '' : 's'} at a time by line ${at.line} of ${at.file}, and PAM opens no more.`,
  masks: ['session/pam-session-failed', 'session/shell-exits', 'auth/pam-stack-denies'],
  remedy: ({ at }) => ({
    refuse: 'whose sessions may be ended, or how many there may be, is not for a tool to say',
    manual: [
      'See them: loginctl list-sessions, or who. End those that nobody uses: loginctl terminate-session ID',
      `To allow more: change line ${at.line} of ${at.file}.`,
    ],
  }),
});
