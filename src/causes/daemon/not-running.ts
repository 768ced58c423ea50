import { sshdBinary } from '../../facts/binary.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { daemon, unitEvidence, unitName } from '../../facts/daemon.ts';
import { defineCause, proof } from '../../model/cause.ts';

type Data =
  | { readonly side: 'server'; readonly unit: string; readonly state: string; readonly enabled: boolean }
  | { readonly side: 'client'; readonly address: string; readonly port: number };

export const cause = defineCause<Data>({
  id: 'daemon/not-running',
  severity: 'blocks',
  title: 'sshd does not run',
  why: 'sshd is installed, but no process of it (and no socket unit on its behalf) listens on any port, so the kernel answers every connection with a reset: "Connection refused". It was stopped, it failed to start, or it was never started.',
  refs: ['sshd(8)', 'systemctl(1)'],
  proofs: [
    proof({
      needs: { sshdBinary, daemon },
      check({ sshdBinary: binary, daemon: state }) {
        if (binary === null || state.listening.length > 0) return [];
        const { service } = state;
        const evidence = service ? unitEvidence(service, 'ActiveState', 'Result') : [];
        const listing = {
          side: 'server',
          section: 'listeners',
          text: 'no SSH daemon among the listening sockets',
        } as const;
        const data = {
          side: 'server',
          unit: unitName(state),
          state: service ? `${service.active} (${service.result})` : 'not under systemd',
          enabled: service?.file === 'enabled' || state.socket?.file === 'enabled',
        } as const;
        return [{ data, verdict: 'confirmed', evidence: [...evidence, listing] }];
      },
    }),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const refused = probes.filter((probe) => probe.outcome === 'refused');
        const [first] = refused;
        if (!first || refused.length < probes.length) return [];
        const evidence = refused.map(({ address, port, errno, line }) => ({
          ...({ side: 'client', section: 'tcp', line, text: `${address} port ${port}: ${errno}` } as const),
        }));
        return [{ data: { side: 'client', address: first.address, port: first.port }, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: (data) =>
    data.side === 'server'
      ? `sshd does not run: ${data.unit} is ${data.state}.`
      : `${data.address} is up and refuses port ${data.port}: most likely no sshd listens there.`,
  remedy: (data) =>
    data.side === 'server'
      ? {
          summary: data.enabled ? 'start sshd' : 'start sshd, now and at every boot',
          risk: 'safe',
          where: 'server',
          changes: [{ kind: 'unit', unit: data.unit, action: data.enabled ? 'start' : 'enable --now' }],
        }
      : {
          refuse: 'from here it cannot be seen why nothing listens',
          manual: ['Reach the server through its console or another door and run `sudo sshwhy server` there.'],
        },
});
