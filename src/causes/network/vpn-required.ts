import ipaddr from 'ipaddr.js';
import { inNetwork } from '../../facts/access/patterns.ts';
import { isTunnel, type Link, network, proxyAdvice } from '../../facts/client/network.ts';
import { route } from '../../facts/client/route.ts';
import { answered, tcp } from '../../facts/client/tcp.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence, Observed } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  /** The interface that would lead there, and its network. */
  readonly down?: { readonly name: string; readonly network: string };
  readonly via?: string;
  readonly advice: readonly string[];
}

/** RFC 1918, RFC 6598, RFC 4193: addresses that mean something only in their own network. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

const blockOf = (address: string): string | undefined => PRIVATE.find((block) => inNetwork(address, block));

/** A tunnel that is down, and whose own network holds the address; a network of one address leads nowhere. */
function tunnelTo(links: readonly Link[], address: string): Data['down'] {
  for (const link of links) {
    if (!isTunnel(link) || (link.up && link.carrier)) continue;
    const found = link.networks.find((one) => inNetwork(address, one));
    if (found) return { name: link.name, network: found };
  }
  return undefined;
}

export const cause = defineCause<Data>({
  id: 'network/vpn-required',
  severity: 'blocks',
  title: 'The address is reached through a VPN that is not connected',
  why: 'Private addresses mean something only inside of their own network. Without the VPN the packets find no route, or go to the router of the house or hotel, which does not know them either, and time out.',
  refs: ['RFC 1918', 'wg-quick(8)', 'ip-route(8)'],
  proofs: [
    proof({
      needs: { tcp, network, route },
      check({ tcp: { probes }, network: net, route: routes }) {
        if (answered(probes)) return [];
        return probes.flatMap(({ address, port, outcome, ms, line }): Observed<Data>[] => {
          const block = blockOf(address);
          const way = routes.find((one) => one.address === address);
          const evidence: Evidence[] = [
            { side: 'client', section: 'tcp', line, text: `${address} port ${port}: ${outcome} after ${ms} ms` },
          ];
          if (way) {
            const text = `ip route get ${address}: ${way.error ?? `via ${way.via ?? 'the link'} dev ${way.device}`}`;
            evidence.push({ side: 'client', section: 'route', line: way.line, text });
          }
          const down = tunnelTo(net.links, address);
          if (down) {
            const link = net.links.find(({ name }) => name === down.name);
            evidence.push({
              side: 'client',
              section: 'network',
              line: link?.line,
              text: `${down.name} (${down.network}) is down`,
            });
            const data = { address, down, advice: proxyAdvice(net) };
            return [{ data, subject: address, verdict: 'likely', evidence }];
          }
          // Somebody whose own network is of the same kind may well have a route there.
          const own = net.links.flatMap(({ networks }) => networks.map((one) => blockOf(one.replace(/\/.*/, ''))));
          if (!block || !way?.via || own.includes(block) || ipaddr.process(way.via).range() === 'loopback') return [];
          const leads = net.links.find(({ name }) => name === way.device);
          if (leads && isTunnel(leads)) return [];
          const data = { address, via: way.via, advice: proxyAdvice(net) };
          return [{ data, subject: address, verdict: 'possible', evidence }];
        });
      },
    }),
  ],
  says: ({ address, down, via }) =>
    down
      ? `${address} belongs to the network ${down.network} of the interface ${down.name}, which is down: the VPN is not connected.`
      : `${address} is an address of a private network that this machine is not in; its packets go to ${via}, which hardly knows the way: it may need a VPN.`,
  masks: ['network/no-route', 'firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered'],
  remedy: ({ address, down, advice }) => ({
    refuse: 'a VPN is connected by whoever may use it',
    manual: [
      down
        ? `Connect it: wg-quick up ${down.name}, nmcli connection up, or the program of the VPN; then: ip route get ${address}`
        : `Connect the VPN that leads there (nmcli connection show; wg show), then: ip route get ${address}`,
      'Or go by way of a machine that stands in that network: ssh -J GATEWAY.',
      ...advice,
    ],
  }),
});
