import { daemon, unitName } from '../../facts/daemon.ts';
import { logThere } from '../../facts/log.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { type Directive, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, reload } from '../../model/change.ts';

interface Data {
  readonly line?: Directive;
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/logs-nowhere',
  severity: 'risk',
  title: 'What sshd says is written nowhere',
  why: 'sshd tells a client almost nothing, on purpose; why it turned somebody away stands in its log alone. LogLevel QUIET or FATAL, or a machine without journal and syslog, throws that away: the next lock-out has to be guessed, and fail2ban sees nothing either.',
  refs: ['sshd_config(5), LogLevel', 'journald.conf(5), Storage='],
  proofs: [
    proof({
      needs: { sshdConfig, daemon },
      helps: { logThere },
      check({ sshdConfig: config, daemon: state, logThere: there }) {
        const unit = unitName(state);
        const [line] = setting(config, 'loglevel', {}).from;
        if (line && /^(quiet|fatal)$/i.test(line.words.args[0] ?? ''))
          return [{ data: { line, unit }, verdict: 'confirmed', evidence: [quoted(line)] }];
        if (there !== false) return [];
        const evidence = [{ side: 'server', section: 'log-sshd', text: 'neither a journal nor a log file' } as const];
        return [{ data: { unit }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ line }) =>
    line
      ? `Line ${line.line} of ${line.file} (${line.text}) keeps sshd from saying why it turns somebody away.`
      : 'This machine keeps no log of sshd: there is neither a journal nor a log file.',
  remedy: ({ line, unit }) =>
    line
      ? {
          summary: 'comment that line out: LogLevel is INFO again',
          risk: 'safe',
          where: 'server',
          changes: [...commentOut([line]), reload(unit)],
        }
      : {
          refuse: 'where a machine keeps its logs is its owner’s choice',
          manual: [
            'With systemd: Storage=persistent in /etc/systemd/journald.conf, then systemctl restart systemd-journald.',
            'Without: apt-get install rsyslog, and see /var/log/auth.log.',
          ],
        },
});
