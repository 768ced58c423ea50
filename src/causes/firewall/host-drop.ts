import { tcp } from '../../facts/client/tcp.ts';
import type { Barred } from '../../facts/firewall/attempt.ts';
import { allowRemedy, barringProof, socketEvidence } from '../../facts/firewall/proof.ts';
import { defineCause, proof } from '../../model/cause.ts';

/** Silence, seen from the client. */
interface Silent {
  readonly address: string;
  readonly port: number;
  /** Another port of the same address answers. */
  readonly alive: boolean;
}

export const cause = defineCause<Barred | Silent>({
  id: 'firewall/host-drop',
  severity: 'blocks',
  title: "The server's own firewall drops the connection",
  why: 'A rule (or the policy of a chain) of the packet filter on the server throws the first packet of the connection away without a word. The client hears nothing and gives up after its time-out: "Connection timed out".',
  refs: ['nft(8)', 'iptables(8)', 'ufw(8)'],
  proofs: [
    barringProof(({ action, packet }) => action === 'drop' && packet === 'request'),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const silent = probes.filter(({ outcome }) => outcome === 'timed-out');
        const [first] = silent;
        if (!first || silent.length < probes.length) return [];
        const alive = ['open', 'refused', 'reset'].includes(first.neighbour?.outcome ?? '');
        const data = { address: first.address, port: first.port, alive };
        return [{ data, verdict: 'possible', evidence: silent.map(socketEvidence) }];
      },
    }),
  ],
  says: (data) => {
    if ('rule' in data)
      return `The server's own firewall (${data.owner}) drops connections from ${data.from} to port ${data.port}: ${data.rule}.`;
    return data.alive
      ? `${data.address} is up, but swallows connections to port ${data.port}: a firewall on it or in front of it drops them.`
      : `${data.address} does not answer on port ${data.port}: it is down, or a firewall on it or in front of it drops the connection.`;
  },
  remedy: (data) =>
    'rule' in data
      ? allowRemedy(data)
      : {
          refuse: 'from here it cannot be seen which machine drops the packets',
          manual: [
            'Reach the server through its console or another door: sshwhy HOST --on DOOR joins both sides.',
            'In a cloud, look at its security group or firewall rules for this port.',
          ],
        },
});
