import ipaddr from 'ipaddr.js';
import { addresses } from '../../facts/addresses.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { verdictFacts } from '../../facts/firewall/attempt.ts';
import { judge } from '../../facts/firewall/index.ts';
import { socketEvidence } from '../../facts/firewall/proof.ts';
import { accepts, isLoopback } from '../../facts/listeners.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  readonly refused: boolean;
  /** Where the server waits: its own address and port. */
  readonly own: string;
  readonly listens: number;
}

/** Ranges that are reached from elsewhere only by way of NAT (RFC 1918, 6598, 4193). */
const INSIDE = ['private', 'carrierGradeNat', 'uniqueLocal'];

const rangeOf = (address: string): string => (ipaddr.isValid(address) ? ipaddr.parse(address).range() : 'unknown');

export const cause = defineCause<Data>({
  id: 'network/port-not-forwarded',
  severity: 'blocks',
  title: 'The port is not forwarded to the server',
  why: 'The server stands behind a router with an address of its own (NAT). It listens and lets the client in, but the router was not told to hand connections to the port on to it: the router refuses them itself, or throws them away.',
  refs: ['RFC 2663, 4.1', 'RFC 3022'],
  proofs: [
    proof({
      needs: { tcp, addresses, ...verdictFacts },
      check({ tcp: { probes }, addresses: mine, firewall, daemon: { listening } }, { from }) {
        const failed = probes.filter(({ outcome }) => outcome === 'refused' || outcome === 'timed-out');
        const [first] = failed;
        const v6 = first?.address.includes(':');
        // Link-local addresses are no way to anywhere.
        const own = [...mine].filter(
          (one) => one.includes(':') === v6 && !isLoopback(one) && rangeOf(one) !== 'linkLocal',
        );
        const [inside] = own;
        if (from === undefined || !first || failed.length < probes.length || inside === undefined) return [];
        if (probes.some(({ address }) => mine.has(address)) || !own.every((one) => INSIDE.includes(rangeOf(one))))
          return [];
        const listener = listening.find((one) => accepts(one, inside));
        if (!listener || judge(firewall, { from, to: inside, port: listener.port }).verdict !== 'accept') return [];
        const evidence: Evidence[] = [
          ...failed.map(socketEvidence),
          {
            side: 'server',
            section: 'addresses',
            text: `${first.address} is not among its addresses: ${own.join(', ')}`,
          },
          { side: 'server', section: 'listeners', line: listener.line, text: listener.text },
        ];
        const refused = first.outcome === 'refused';
        const data = { address: first.address, port: first.port, refused, own: inside, listens: listener.port };
        // That something answers at the address is no proof that the way led to the server.
        // A silent router cannot be told from a firewall (of a cloud, say) that forwards and then drops.
        return [{ data, verdict: refused ? 'likely' : 'possible', evidence, closes: 'firewall' }];
      },
    }),
  ],
  says: ({ address, port, refused, own, listens }) =>
    `${address} ${refused ? 'refuses' : 'does not answer on'} port ${port}, and it is no address of the server, which waits at ${own} port ${listens}: the router in between does not forward the port.`,
  masks: ['firewall/host-reject', 'daemon/not-running'],
  remedy: ({ port, own, listens }) => ({
    refuse: 'the router is another machine than the two that were looked at',
    manual: [
      `On the router, forward TCP port ${port} to ${own} port ${listens} (often called port forwarding, virtual server or DNAT).`,
      'Behind a provider with carrier-grade NAT no forward helps: use IPv6, a VPN, or a jump host with a public address (ssh -J).',
      'From inside of the same network the outer address often does not work although the forward does (hairpin NAT): try from elsewhere.',
    ],
  }),
});
