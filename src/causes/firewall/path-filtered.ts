import { tcp } from '../../facts/client/tcp.ts';
import { verdictFacts } from '../../facts/firewall/attempt.ts';
import { judge } from '../../facts/firewall/index.ts';
import { socketEvidence } from '../../facts/firewall/proof.ts';
import { accepts } from '../../facts/listeners.ts';
import { type Vantage, vantages } from '../../facts/vantage.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  readonly from: string;
  readonly saw: string;
  /** Machine that reaches the port. */
  readonly elsewhere?: string;
}

const KEPT = ['timed-out', 'prohibited', 'host-unreachable'];
const sawWhat = (outcome: string): string => (outcome === 'timed-out' ? 'get no answer' : `are refused (${outcome})`);

/** Machines that reached the very address that this one does not. */
const reaching = (all: readonly Vantage[] | undefined, address: string): readonly Vantage[] =>
  (all ?? []).filter(({ outcome, addresses }) => outcome === 'open' && (addresses[0] ?? address) === address);

const told = ({ section, name, from = 'unknown', banner = 'no line' }: Vantage): Evidence => ({
  ...({ side: 'path', section, text: `open from ${name} (${from}): ${banner}` } as const),
});

export const cause = defineCause<Data>({
  id: 'firewall/path-filtered',
  severity: 'blocks',
  title: 'A firewall between client and server',
  why: "The server listens and its own packet filter would let this client in, yet the client's packets get no answer (or a refusal by somebody else): something on the way keeps them, such as a security group, a company firewall, or a router.",
  refs: ['RFC 1812, 5.2.7.1'],
  proofs: [
    proof({
      needs: { ...verdictFacts, tcp },
      helps: { vantages },
      check({ firewall, daemon: { listening }, tcp: { probes }, vantages: others }, attempt) {
        const { from } = attempt;
        const kept = probes.filter(({ outcome }) => KEPT.includes(outcome));
        const [first] = kept;
        if (from === undefined || !first || kept.length < probes.length) return [];
        const listener = listening.find((one) => one.port === first.port && accepts(one, first.address));
        if (!listener || judge(firewall, { from, to: first.address, port: first.port }).verdict !== 'accept') return [];
        const evidence: Evidence[] = [
          ...kept.map(socketEvidence),
          { side: 'server', section: 'listeners', line: listener.line, text: listener.text } as const,
          {
            side: 'server',
            section: 'nft',
            text: `no rule of the server keeps ${from} from port ${first.port}`,
          } as const,
          ...reaching(others, first.address).map(told),
        ];
        const saw = sawWhat(first.outcome);
        return [{ data: { address: first.address, port: first.port, from, saw }, verdict: 'likely', evidence }];
      },
    }),
    proof({
      // Without the server's word, it could be a rule of its own about the source address.
      needs: { tcp, vantages },
      check({ tcp: { probes }, vantages: others }, { from = 'this machine' }) {
        const kept = probes.filter(({ outcome }) => KEPT.includes(outcome));
        const [first] = kept;
        const open = first ? reaching(others, first.address) : [];
        const [other] = open;
        if (!first || !other || kept.length < probes.length) return [];
        const data = {
          address: first.address,
          port: first.port,
          from,
          saw: sawWhat(first.outcome),
          elsewhere: other.name,
        };
        return [{ data, verdict: 'likely', evidence: [...kept.map(socketEvidence), ...open.map(told)] }];
      },
    }),
  ],
  says: ({ address, port, from, saw, elsewhere }) =>
    elsewhere !== undefined
      ? `${elsewhere} reaches port ${port} of ${address}, while connections from ${from} ${saw}: a firewall between the two keeps them, or a rule of the server about the source address.`
      : `The server listens on port ${port} and its own firewall would let ${from} in, yet connections to ${address} ${saw}: a firewall between the two keeps them.`,
  masks: ['firewall/host-drop', 'firewall/host-reject'],
  remedy: ({ port, from }) => ({
    refuse: 'it stands on another machine than the two that were looked at',
    manual: [
      `In a cloud: allow TCP port ${port} from ${from} in the security group, network ACL or firewall rules of the server.`,
      'In a company network: ask for the same at the firewall, or go by way of the VPN or a jump host (ssh -J).',
    ],
  }),
});
