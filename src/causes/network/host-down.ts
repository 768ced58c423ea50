import { addresses } from '../../facts/addresses.ts';
import { deaf, network } from '../../facts/client/network.ts';
import { route } from '../../facts/client/route.ts';
import { answered, tcp } from '../../facts/client/tcp.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence, Observed } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  /** Interface on whose link the server should be; absent where routers stand between. */
  readonly device?: string;
  readonly ms: number;
  /** Whether the server that was looked at has the address. */
  readonly has?: boolean;
}

/** A router that asks for its neighbour in vain gives up after three seconds; a filter that refuses does so at once (RFC 4861, 7.2.2). */
const IN_VAIN_MS = 800;

export const cause = defineCause<Data>({
  id: 'network/host-down',
  severity: 'blocks',
  title: 'Nobody has the address of the server',
  why: 'On the last link, whoever has an address answers for it (ARP, neighbour discovery). When nobody does, the machine is off, unplugged, in another network, or has another address by now: "No route to host" after some seconds.',
  refs: ['arp(7)', 'RFC 4861', 'ip-neighbour(8)'],
  proofs: [
    proof({
      needs: { tcp, route, network },
      helps: { addresses },
      check({ tcp: { probes }, route: routes, network: net, addresses: mine }) {
        if (answered(probes)) return [];
        return probes.flatMap((probe): Observed<Data>[] => {
          const { address, port, outcome, errno, ms, line } = probe;
          const way = routes.find((one) => one.address === address);
          if (!way || way.error !== undefined) return [];
          const link = net.links.find(({ name }) => name === way.device);
          if (link && !(link.up && link.carrier)) return [];
          const silent = deaf(net, way.via ?? address);
          const evidence: Evidence[] = [
            {
              side: 'client',
              section: 'tcp',
              line,
              text: `${address} port ${port}: ${outcome}${errno ? ` (${errno})` : ''} after ${ms} ms`,
            },
          ];
          const has = mine ? { has: mine.has(address) } : {};
          if (mine)
            evidence.push({ side: 'server', section: 'addresses', text: `the server has ${[...mine].join(', ')}` });
          if (way.via === undefined && silent && way.device !== undefined) {
            const text = `${address} dev ${silent.device} ${silent.states.join(' ')}`;
            evidence.push({ side: 'client', section: 'network', line: silent.line, text });
            return [
              {
                data: { address, device: way.device, ms, ...has },
                subject: address,
                verdict: 'confirmed',
                evidence,
              },
            ];
          }
          // A gateway that does not answer is another matter.
          if (way.via === undefined || silent || outcome !== 'host-unreachable' || ms < IN_VAIN_MS) return [];
          return [{ data: { address, ms, ...has }, subject: address, verdict: 'likely', evidence }];
        });
      },
    }),
  ],
  says: ({ address, device, ms, has }) => {
    const seen =
      device === undefined
        ? `The last router before ${address} says, after ${(ms / 1000).toFixed(1)} s, that nobody there has the address`
        : `Nobody on the link of ${device} answers for the address ${address}`;
    if (has === false) return `${seen}, and the server that was looked at does not have it.`;
    if (has) return `${seen}, though the server that was looked at has it: it is not connected to that link.`;
    return `${seen}: the server is down, unplugged, or has another address.`;
  },
  masks: ['firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered'],
  remedy: ({ address, has }) => ({
    refuse: 'a machine that does not answer is started or plugged in by somebody who stands before it',
    manual: [
      ...(has === false
        ? [
            `Give the server the address again (ip address; networkctl; nmcli), or correct the name that leads to ${address}.`,
          ]
        : []),
      'See by console, hypervisor or cloud page whether the server runs and its interface is up with the right address.',
      `Compare the network: is ${address} still the address of the server, and is this machine in the same network (VLAN)?`,
    ],
  }),
});
