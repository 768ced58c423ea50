import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { processes } from '../../facts/processes.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  /** What pam_systemd says of it, or the state of the process. */
  readonly said: string;
}

export const cause = defineCause<Data>({
  id: 'session/logind-stall',
  severity: 'degrades',
  title: 'Every login waits for systemd-logind, which does not answer',
  why: 'pam_systemd asks systemd-logind over D-Bus to register the session. When logind or D-Bus hangs (often after an upgrade of dbus or systemd without a reboot), each login pauses for 25 seconds to two minutes, and then goes on without a session of its own.',
  refs: ['pam_systemd(8)', 'systemd-logind.service(8)'],
  proofs: [
    proof({
      needs: { processes },
      check({ processes: all }) {
        const logind = all.find(({ args }) => /systemd-logind$/.test(args));
        if (!logind || !/^[TD]/.test(logind.stat)) return undefined;
        const said = logind.stat.startsWith('T') ? 'it is stopped' : 'it is stuck in the kernel';
        const text = `systemd-logind (${logind.pid}): state ${logind.stat}`;
        const evidence = [{ side: 'server', section: 'processes', line: logind.line, text } as const];
        return [{ data: { said }, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      helps: { processes },
      check({ sshdLog: log, meta: { now }, processes: all }) {
        const said = lastSaid(
          log,
          now,
          /^pam_systemd\(sshd:session\): Failed to (?:create session|connect to system bus): (.{1,200})$/,
        );
        const logind = all?.find(({ args }) => /systemd-logind$/.test(args));
        if (!said) return [];
        // Started anew since, it is another one; ages are whole seconds.
        if (logind && said.entry.at !== undefined && now - logind.age * 1000 > said.entry.at - 2000) return [];
        return [{ data: { said: said.match[1] ?? '' }, verdict: 'confirmed', evidence: [said.evidence] }];
      },
    }),
  ],
  says: ({ said }) => `Logins wait for systemd-logind, which does not answer (${said}).`,
  masks: ['handshake/slow'],
  remedy: () => ({
    summary: 'start systemd-logind anew; sessions that are open go on',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'unit', unit: 'systemd-logind', action: 'restart' }],
  }),
});
