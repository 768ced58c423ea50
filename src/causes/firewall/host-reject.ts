import { tcp } from '../../facts/client/tcp.ts';
import type { Barred } from '../../facts/firewall/attempt.ts';
import { allowRemedy, barringProof, socketEvidence } from '../../facts/firewall/proof.ts';
import { defineCause, proof } from '../../model/cause.ts';

/** A refusal, seen from the client. */
interface Refused {
  readonly address: string;
  readonly port: number;
  readonly said: string;
}

/** Answers that a packet filter gives; the last also comes from a port on which nothing listens (connect(2); RFC 1812, 5.2.7). */
const REFUSALS = ['host-unreachable', 'prohibited', 'net-unreachable', 'refused'];

export const cause = defineCause<Barred | Refused>({
  id: 'firewall/host-reject',
  severity: 'blocks',
  title: "The server's own firewall rejects the connection",
  why: 'A rule of the packet filter on the server answers the first packet with a refusal. By TCP reset or ICMP port-unreachable it looks just like a port on which nothing listens ("Connection refused"); other ICMP messages read "No route to host".',
  refs: ['nft(8), REJECT STATEMENT', 'iptables-extensions(8), REJECT', 'ufw(8)'],
  proofs: [
    barringProof(({ action, packet }) => action === 'reject' && packet === 'request'),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const refused = probes.filter(({ outcome }) => REFUSALS.includes(outcome));
        const [first] = refused;
        if (!first || refused.length < probes.length) return [];
        const data = { address: first.address, port: first.port, said: first.outcome };
        return [{ data, verdict: 'possible', evidence: refused.map(socketEvidence) }];
      },
    }),
  ],
  says: (data) =>
    'rule' in data
      ? `The server's own firewall (${data.owner}) rejects connections from ${data.from} to port ${data.port}: ${data.rule}.`
      : `A firewall on ${data.address} or in front of it may reject port ${data.port} (${data.said}).`,
  remedy: (data) =>
    'rule' in data
      ? allowRemedy(data)
      : {
          refuse: 'from here it cannot be seen which machine rejects the connection',
          manual: ['Reach the server through its console or another door: sshwhy HOST --on DOOR joins both sides.'],
        },
});
