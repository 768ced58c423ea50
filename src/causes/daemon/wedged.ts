import { kexinit } from '../../facts/client/kexinit.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command, restart } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

type Data =
  | {
      readonly side: 'server';
      readonly pid: number;
      readonly how: string;
      readonly stopped: boolean;
      readonly unit: string;
    }
  | { readonly side: 'client'; readonly address: string; readonly port: number };

export const cause = defineCause<Data>({
  id: 'daemon/wedged',
  severity: 'blocks',
  title: 'sshd listens but does not answer',
  why: 'The kernel completes TCP connections for a listening socket by itself, so the port looks open although the process behind it does nothing: it was stopped (SIGSTOP, a debugger), or it hangs in the kernel (state D), and its backlog fills. The client connects, and then no banner comes.',
  refs: ['ps(1), PROCESS STATE CODES', 'listen(2)'],
  proofs: [
    proof({
      needs: { processes, daemon },
      check({ processes: all, daemon: state }) {
        const listener = sshdListener(all)?.process;
        const letter = listener?.stat.charAt(0) ?? '';
        if (!listener || !['T', 't', 'D'].includes(letter)) return [];
        // D comes and goes in a busy process; only with connections waiting for it is it a fault.
        const waiting = state.listening.filter((socket) => socket.queued > 0);
        if (letter === 'D' && waiting.length === 0) return [];
        const evidence: Evidence[] = [
          {
            side: 'server',
            section: 'processes',
            line: listener.line,
            text: `${listener.pid} ${listener.stat} ${listener.args}`,
          },
          ...waiting.map(({ line, text }) => ({ side: 'server', section: 'listeners', line, text }) as const),
        ];
        const how = letter === 'D' ? 'hangs in the kernel (state D)' : `is stopped (state ${letter})`;
        const data = {
          side: 'server',
          pid: listener.pid,
          how,
          stopped: letter !== 'D',
          unit: unitName(state),
        } as const;
        return [{ data, verdict: letter === 'D' ? 'likely' : 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { kexinit },
      check({ kexinit: { probes } }) {
        const silent = probes.filter((probe) => probe.outcome === 'silent');
        const [first] = silent;
        if (!first || silent.length < probes.length) return [];
        const evidence = silent.map(({ address, port, line }) => ({
          ...({
            side: 'client',
            section: 'kexinit',
            line,
            text: `${address} port ${port}: connected, and then nothing`,
          } as const),
        }));
        return [{ data: { side: 'client', address: first.address, port: first.port }, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: (data) =>
    data.side === 'server'
      ? `The listening sshd (pid ${data.pid}) ${data.how}: connections open and get no answer.`
      : `${data.address} opens port ${data.port} and then says nothing: most likely the process behind it is stopped or hangs, if it is sshd; another service may wait for its client to speak.`,
  remedy: (data) =>
    data.side === 'server'
      ? {
          summary: data.stopped ? 'let it go on' : 'restart sshd; sessions that stand go on',
          risk: data.stopped ? 'safe' : 'interrupts',
          where: 'server',
          // Nobody is helped by one that is stopped again.
          changes: [data.stopped ? command(`kill -CONT ${data.pid}`, []) : restart(data.unit)],
        }
      : {
          refuse: 'from here it cannot be seen what the process does',
          manual: ['Reach the server through its console or another door and run `sudo sshwhy server` there.'],
        },
});
