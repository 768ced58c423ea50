import { daemon, unitEvidence, unitName } from '../../facts/daemon.ts';
import { unitsLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/start-limit-hit',
  severity: 'blocks',
  title: 'systemd no longer tries to start sshd',
  why: 'A unit that is started too often within a few seconds (StartLimitBurst=, five times in ten seconds by default) is left alone, and even a start by hand is refused for a while. Usually sshd failed over and over for another reason; a script that restarts it in a loop does it too.',
  refs: ['systemd.unit(5), StartLimitIntervalSec='],
  proofs: [
    proof({
      needs: { daemon },
      helps: { unitsLog },
      check({ daemon: state, unitsLog: log = [] }) {
        const { service, listening } = state;
        const said = log.findLast(({ message }) => /Start request repeated too quickly/.test(message));
        const hit =
          service?.result === 'start-limit-hit' ||
          (said && log.findLast(({ message }) => /^Started /.test(message)) === undefined);
        if (!service || !hit || listening.length > 0) return [];
        const evidence = [
          ...unitEvidence(service, 'Result', 'ActiveState'),
          ...(said ? [{ side: 'server', section: 'log-units', line: said.line, text: said.message } as const] : []),
        ];
        return [{ data: { unit: unitName(state) }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ unit }) => `systemd refuses to start ${unit}: it was started too often in a short time.`,
  masks: ['daemon/not-running'],
  remedy: ({ unit }) => ({
    summary: 'forget the failures and start sshd',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'unit', unit, action: 'start', anew: true }],
  }),
});
