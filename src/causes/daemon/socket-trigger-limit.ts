import { unitEvidence } from '../../facts/daemon.ts';
import { unitsLog } from '../../facts/log.ts';
import { units } from '../../facts/units.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly socket: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/socket-trigger-limit',
  severity: 'blocks',
  title: 'The socket unit gave up: too many connections at once',
  why: 'systemd starts sshd for each connection to ssh.socket, or for the first one. When that happens too often within a few seconds (TriggerLimitBurst=; a scan of the internet is enough) it takes the socket for broken, closes it, and leaves it closed.',
  refs: ['systemd.socket(5), TriggerLimitIntervalSec='],
  proofs: [
    proof({
      needs: { units },
      helps: { unitsLog },
      check({ units: all, unitsLog: log = [] }) {
        const socket = [...(all?.values() ?? [])].find(
          ({ id, result }) => /^sshd?\.socket$/.test(id) && result === 'trigger-limit-hit',
        );
        if (!socket) return [];
        const said = log.findLast(({ message }) => /Trigger limit hit/.test(message));
        const evidence = [
          ...unitEvidence(socket, 'Result', 'ActiveState'),
          ...(said ? [{ side: 'server', section: 'log-units', line: said.line, text: said.message } as const] : []),
        ];
        return [{ data: { socket: socket.id }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ socket }) => `${socket} closed itself: more connections came at once than systemd allows (trigger limit).`,
  masks: ['daemon/not-running', 'daemon/other-port'],
  remedy: ({ socket }) => ({
    summary: 'open the socket again; if it happens again, raise TriggerLimitBurst= or let sshd listen by itself',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'unit', unit: socket, action: 'start', anew: true }],
  }),
});
