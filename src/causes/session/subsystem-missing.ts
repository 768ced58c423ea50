import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { paths } from '../../facts/paths.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { type Directive, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { reload } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  /** The program that is not there; absent when no subsystem is configured. */
  readonly path?: string;
  readonly at?: Directive;
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'session/subsystem-missing',
  severity: 'degrades',
  title: 'File transfer does not work: the sftp subsystem is missing',
  why: 'sftp, and scp since 9.0, ask sshd for the subsystem "sftp". Where sshd_config names none, or a program that is not there (another distribution keeps sftp-server elsewhere), a shell works and every copy fails: "subsystem request failed on channel 0", "Connection closed".',
  refs: ['sshd_config(5), Subsystem', 'session.c, session_subsystem_req()'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups, paths },
      helps: { daemon },
      check({ sshdConfig: config, accounts: all, groups: memberships, paths: table, daemon: state }, attempt) {
        const unit = state ? unitName(state) : 'ssh';
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        const who = connectionOf(attempt, account, memberships);
        const rule = setting(config, 'subsystem', who);
        const sftp = rule.from.find(({ words }) => words.args[0] === 'sftp');
        if (!sftp) {
          const evidence: Evidence[] = [
            { side: 'server', section: 'file:/etc/ssh/sshd_config', text: 'no line "Subsystem sftp …"' },
          ];
          return rule.certain ? [{ data: { unit }, verdict: 'confirmed', evidence, latent: true }] : [];
        }
        const [, path = ''] = sftp.words.args;
        const entry = table.get(path);
        if (!path.startsWith('/') || entry?.type !== 'missing') return [];
        const evidence: Evidence[] = [
          quoted(sftp),
          { side: 'server', section: 'paths', line: entry.line, text: entry.text },
        ];
        const data = { path, at: sftp, unit };
        return [{ data, subject: path, verdict: rule.certain ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ path, at }) =>
    at
      ? `A shell works, but sftp and scp do not: ${path} (line ${at.line} of ${at.file}) does not exist.`
      : 'A shell works, but sftp and scp do not: sshd_config names no sftp subsystem.',
  remedy: ({ at, unit }) =>
    at
      ? {
          summary: 'let sshd itself serve sftp (internal-sftp)',
          risk: 'safe',
          where: 'server',
          changes: [
            {
              kind: 'line',
              file: at.file,
              line: at.line,
              was: at.text,
              becomes: 'Subsystem sftp internal-sftp',
            },
            reload(unit),
          ],
        }
      : {
          refuse: 'a server without file transfer may be meant so',
          manual: ['To offer it: put "Subsystem sftp internal-sftp" into sshd_config, run sshd -t, then reload sshd.'],
        },
});
