import { tcp } from '../../facts/client/tcp.ts';
import { lastOf, verdictFacts } from '../../facts/firewall/attempt.ts';
import { judge } from '../../facts/firewall/index.ts';
import { socketEvidence } from '../../facts/firewall/proof.ts';
import { accepts } from '../../facts/listeners.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  readonly from: string;
  readonly saw: string;
}

export const cause = defineCause<Data>({
  id: 'firewall/path-filtered',
  severity: 'blocks',
  title: 'A firewall between client and server',
  why: "The server listens and its own packet filter would let this client in, yet the client's packets get no answer (or a refusal by somebody else): something on the way keeps them, such as a security group, a company firewall, or a router.",
  refs: ['RFC 1812, 5.2.7.1'],
  proofs: [
    proof({
      needs: { ...verdictFacts, tcp },
      check({ firewall, daemon: { listening }, tcp: { probes } }, attempt) {
        const { from } = attempt;
        const kept = probes.filter(({ outcome }) => ['timed-out', 'prohibited', 'host-unreachable'].includes(outcome));
        const [first] = kept;
        if (from === undefined || !first || kept.length < probes.length) return [];
        const listener = listening.find((one) => one.port === first.port && accepts(one, first.address));
        const judgement = judge(firewall, { from, to: first.address, port: first.port });
        if (!listener || lastOf(judgement).verdict !== 'accept' || judgement.translatedBy) return [];
        const evidence = [
          ...kept.map(socketEvidence),
          { side: 'server', section: 'listeners', line: listener.line, text: listener.text } as const,
          {
            side: 'server',
            section: 'nft',
            text: `no rule of the server keeps ${from} from port ${first.port}`,
          } as const,
        ];
        const saw = first.outcome === 'timed-out' ? 'get no answer' : `are refused (${first.outcome})`;
        return [{ data: { address: first.address, port: first.port, from, saw }, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ address, port, from, saw }) =>
    `The server listens on port ${port} and its own firewall would let ${from} in, yet connections to ${address} ${saw}: a firewall between the two keeps them.`,
  masks: ['firewall/host-drop', 'firewall/host-reject'],
  remedy: ({ port, from }) => ({
    refuse: 'it stands on another machine than the two that were looked at',
    manual: [
      `In a cloud: allow TCP port ${port} from ${from} in the security group, network ACL or firewall rules of the server.`,
      'In a company network: ask for the same at the firewall, or go by way of the VPN or a jump host (ssh -J).',
    ],
  }),
});
