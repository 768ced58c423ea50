import { daemon, unitEvidence, unitName } from '../../facts/daemon.ts';
import type { Listener } from '../../facts/listeners.ts';
import { listenAddresses, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly port: number;
  readonly holder: string;
  readonly pid?: number;
  readonly unit: string;
}

function holderOf({ processes }: Listener): string {
  return processes.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ') || 'another process';
}

export const cause = defineCause<Data>({
  id: 'daemon/port-in-use',
  severity: 'blocks',
  title: 'Another program holds the port of sshd',
  why: 'Only one program can listen on an address and port. When another one was faster, sshd logs "Bind to port 22 on 0.0.0.0 failed: Address already in use", and with no address left "Cannot bind any address" and ends.',
  refs: ['bind(2), EADDRINUSE', 'sshd.c, listen_on_addrs()'],
  proofs: [
    proof({
      needs: { daemon, sshdConfig },
      check({ daemon: state, sshdConfig: config }) {
        if (state.socketPorts.length > 0) return [];
        const wanted = new Set(listenAddresses(config).map(({ port }) => port));
        return [...wanted].flatMap((port) => {
          const here = state.all.filter((listener) => listener.port === port);
          const other = here.find(
            ({ processes }) => processes.length > 0 && !state.listening.some((l) => l.port === port),
          );
          if (!other) return [];
          const evidence: Evidence[] = [{ side: 'server', section: 'listeners', line: other.line, text: other.text }];
          if (state.service) evidence.push(...unitEvidence(state.service, 'ActiveState', 'Result'));
          const pid = other.processes[0]?.pid;
          const data = { port, holder: holderOf(other), ...(pid === undefined ? {} : { pid }), unit: unitName(state) };
          return [{ data, subject: String(port), verdict: 'confirmed', evidence }];
        });
      },
    }),
  ],
  says: ({ port, holder }) => `Port ${port}, on which sshd is to listen, is held by ${holder}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit', 'network/wrong-service', 'daemon/other-port'],
  remedy: ({ port, holder, unit }) => ({
    refuse: `somebody started ${holder} on port ${port}; which of the two is to have it is not for a machine to say`,
    manual: [
      `Stop the other program or move it to another port, then: systemctl restart ${unit}`,
      'Or give sshd another port (Port in sshd_config), and open that one in the firewall.',
    ],
  }),
});
