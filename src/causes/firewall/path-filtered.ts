import { addresses } from '../../facts/addresses.ts';
import { lostOnTheWay, type Path, path, routerAt } from '../../facts/client/path.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { lastOf, verdictFacts } from '../../facts/firewall/attempt.ts';
import { judge } from '../../facts/firewall/index.ts';
import { socketEvidence } from '../../facts/firewall/proof.ts';
import { accepts } from '../../facts/listeners.ts';
import { type Vantage, vantages } from '../../facts/vantage.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence, Verdict } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  /** Known where both sides were looked at. */
  readonly from?: string;
  readonly saw: string;
  /** Which machine it is, as far as that can be seen. */
  readonly where?: string;
  /** Machine that reaches the port. */
  readonly elsewhere?: string;
}

interface Place {
  readonly where: string;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

/** Which machine on the way keeps the connection: the router that refuses it, or the last one that saw it. */
function place(one: Path | undefined): Place | undefined {
  if (!one) return undefined;
  const { address, port, answer, line } = one;
  const seen = (text: string): Evidence => ({ side: 'client', section: 'path', line, text });
  if (answer && answer.from !== address && (answer.kind === 'prohibited' || answer.kind === 'port-unreachable')) {
    const ttl = routerAt(one, answer.from);
    const what = `ICMP ${answer.kind === 'prohibited' ? 'admin prohibited' : 'port unreachable'} from ${answer.from}`;
    return {
      where: `${answer.from} refuses it`,
      // A machine with several addresses may speak from another one; a router on the way was seen to forward.
      verdict: ttl === undefined ? 'likely' : 'confirmed',
      evidence: seen(`${what}${ttl === undefined ? '' : `, a router ${ttl} hop${ttl === 1 ? '' : 's'} from here`}`),
    };
  }
  const lost = lostOnTheWay(one);
  if (!lost) return undefined;
  const between = lost.last === undefined ? `before ${lost.next}` : `between ${lost.last} and ${lost.next}`;
  return {
    where: `it is lost ${between}`,
    verdict: 'likely',
    evidence: seen(
      `the router ${lost.next} answers datagrams, but no SYN to port ${port} that ends there; ${lost.last === undefined ? 'no router before it does' : `the last to see one is ${lost.last}`}`,
    ),
  };
}

const KEPT = ['timed-out', 'prohibited', 'host-unreachable', 'refused'];
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
  why: "The server listens and its own packet filter would let this client in, yet the client's packets get no answer (or a refusal by somebody else): something on the way keeps them, such as a security group, a company firewall, or a router. From the client alone it is seen where a router on the way refuses the connection, or where routers see datagrams and no connection to the port.",
  refs: ['RFC 1812, 5.2.7.1', 'RFC 4443, 3.1', 'ip(7), IP_RECVERR'],
  proofs: [
    proof({
      needs: { ...verdictFacts, tcp },
      helps: { path, addresses, vantages },
      check(
        { firewall, daemon: { listening }, tcp: { probes }, path: ways = [], addresses: own, vantages: others },
        attempt,
      ) {
        const { from } = attempt;
        const kept = probes.filter(({ outcome }) => KEPT.includes(outcome));
        const [first] = kept;
        if (from === undefined || !first || kept.length < probes.length) return [];
        const way = ways.find(({ address }) => address === first.address);
        // The machine itself refuses, or whoever has the address that was dialled.
        if (first.outcome === 'refused' && !own?.has(first.address)) return [];
        if (way?.answer && own?.has(way.answer.from)) return [];
        const listener = listening.find((one) => one.port === first.port && accepts(one, first.address));
        const judgement = judge(firewall, { from, to: first.address, port: first.port });
        if (!listener || lastOf(judgement).verdict !== 'accept' || judgement.translatedBy) return [];
        const at = place(way);
        const evidence: Evidence[] = [
          ...kept.map(socketEvidence),
          ...(at ? [at.evidence] : []),
          { side: 'server', section: 'listeners', line: listener.line, text: listener.text } as const,
          {
            side: 'server',
            section: 'nft',
            text: `no rule of the server keeps ${from} from port ${first.port}`,
          } as const,
          ...reaching(others, first.address).map(told),
        ];
        const saw = sawWhat(first.outcome);
        const data = { address: first.address, port: first.port, from, saw, ...(at ? { where: at.where } : {}) };
        return [{ data, verdict: at?.verdict ?? 'likely', evidence }];
      },
    }),
    proof({
      needs: { tcp, path },
      helps: { vantages },
      check({ tcp: { probes }, path: ways, vantages: others }) {
        const [first, ...more] = probes.filter(({ outcome }) => KEPT.includes(outcome));
        if (!first || more.length + 1 < probes.length) return [];
        const { address, port, outcome } = first;
        const at = place(ways.find((one) => one.address === address));
        const open = reaching(others, address);
        if (!at && open.length === 0) return [];
        const data = {
          ...{ address, port, saw: sawWhat(outcome) },
          ...(at && { where: at.where }),
          ...(open[0] && { elsewhere: open[0].name }),
        };
        const evidence = [socketEvidence(first), ...(at ? [at.evidence] : []), ...open.map(told)];
        return [{ data, verdict: at?.verdict ?? 'likely', evidence }];
      },
    }),
    proof({
      // Without the server's word, it could be a rule of its own about the source address.
      needs: { tcp, vantages },
      check({ tcp: { probes }, vantages: others }) {
        const kept = probes.filter(({ outcome }) => KEPT.includes(outcome));
        const [first] = kept;
        const open = first ? reaching(others, first.address) : [];
        const [other] = open;
        if (!first || !other || kept.length < probes.length) return [];
        const data = {
          address: first.address,
          port: first.port,
          saw: sawWhat(first.outcome),
          elsewhere: other.name,
        };
        return [{ data, verdict: 'likely', evidence: [...kept.map(socketEvidence), ...open.map(told)] }];
      },
    }),
  ],
  says: ({ address, port, from = 'here', saw, where, elsewhere }) => {
    if (from !== 'here')
      return `The server listens on port ${port} and its own firewall would let ${from} in, yet connections to ${address} ${saw}: a firewall between the two keeps them${where === undefined ? '' : `; ${where}`}.`;
    if (where !== undefined)
      return `A firewall on the way keeps connections to port ${port} of ${address} (they ${saw}): ${where}${elsewhere === undefined ? '' : `, while ${elsewhere} gets through`}.`;
    return `${elsewhere} reaches port ${port} of ${address}, while connections from here ${saw}: a firewall between the two keeps them, or a rule of the server about the source address.`;
  },
  masks: ['firewall/host-drop', 'firewall/host-reject'],
  remedy: ({ port, from = 'your address' }) => ({
    refuse: 'it stands on another machine than the two that were looked at',
    manual: [
      `In a cloud: allow TCP port ${port} from ${from} in the security group, network ACL or firewall rules of the server.`,
      'In a company network: ask for the same at the firewall, or go by way of the VPN or a jump host (ssh -J).',
    ],
  }),
});
