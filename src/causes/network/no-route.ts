import { deaf, network, proxyAdvice } from '../../facts/client/network.ts';
import { route } from '../../facts/client/route.ts';
import { type TcpProbe, tcp } from '../../facts/client/tcp.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence, Observed } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly address: string;
  /** The kernel's word. */
  readonly said: string;
  /** What is wrong with the way, where there is one. */
  readonly broken?: { readonly what: 'gateway'; readonly gateway: string } | { readonly what: 'link' };
  readonly device?: string;
  readonly advice: readonly string[];
}

/** What connect(2) says when the kernel has no way for the packet. */
const UNROUTED = ['net-unreachable', 'host-unreachable', 'prohibited', 'error'];
/** Without a route the kernel answers at once; what takes longer was said by the network. */
const AT_ONCE_MS = 200;

const socket = ({ address, port, outcome, errno, ms, line }: TcpProbe): Evidence => {
  const text = `${address} port ${port}: ${outcome} (${errno ?? 'no answer'}) after ${ms} ms`;
  return { side: 'client', section: 'tcp', line, text };
};

/** ip-route(8): what the special types of a route make connect(2) say. */
const ROUTE_TYPES: Readonly<Record<string, string>> = {
  EACCES: 'a route or rule prohibits it (prohibit)',
  EHOSTUNREACH: 'a route declares it unreachable (unreachable)',
  EINVAL: 'a route throws the packets away (blackhole)',
  ENETUNREACH: 'no route leads there',
};

export const cause = defineCause<Data>({
  id: 'network/no-route',
  severity: 'blocks',
  title: 'This machine has no route to the server',
  why: 'The kernel of the client knows no way to the address, or is told to refuse it: no default route, an interface that is down, a VPN that is not connected, or IPv6 addresses where there is no IPv6. Nothing leaves the machine: "Network is unreachable". The same when the gateway on the way is dead, or the cable is out.',
  refs: ['ip-route(8)', 'ip-neighbour(8)', 'connect(2), ENETUNREACH'],
  proofs: [
    proof({
      needs: { tcp, route },
      helps: { network },
      check({ tcp: { probes }, route: routes, network: net }) {
        const opened = probes.some(({ outcome }) => outcome === 'open');
        return probes.flatMap((probe): Observed<Data>[] => {
          const { address, outcome, errno, ms } = probe;
          const way = routes.find((one) => one.address === address);
          if (!way || outcome === 'open') return [];
          const evidence: Evidence[] = [socket(probe)];
          const base = { address, advice: net ? proxyAdvice(net) : [] };
          const observed = {
            subject: address,
            verdict: 'confirmed',
            evidence,
            ...(opened ? ({ latent: true } as const) : {}),
          } as const;
          if (way.error !== undefined) {
            if (!UNROUTED.includes(outcome) || ms >= AT_ONCE_MS) return [];
            const text = `ip route get ${address}: ${way.error}`;
            evidence.push({ side: 'client', section: 'route', line: way.line, text });
            return [{ data: { ...base, said: ROUTE_TYPES[errno ?? ''] ?? way.error }, ...observed }];
          }
          if (!['timed-out', 'host-unreachable', 'net-unreachable'].includes(outcome) || way.device === undefined)
            return [];
          const text = `ip route get ${address}: ${way.via === undefined ? '' : `via ${way.via} `}dev ${way.device}`;
          evidence.push({ side: 'client', section: 'route', line: way.line, text });
          const { device } = way;
          const link = net?.links.find(({ name }) => name === device);
          if (link && !(link.up && link.carrier)) {
            const state = link.up ? 'NO-CARRIER' : 'not UP';
            evidence.push({ side: 'client', section: 'network', line: link.line, text: `${device}: ${state}` });
            return [{ data: { ...base, said: errno ?? outcome, device, broken: { what: 'link' } }, ...observed }];
          }
          const silent = net && way.via !== undefined ? deaf(net, way.via) : undefined;
          if (!silent) return [];
          const seen = `${silent.address} dev ${silent.device} ${silent.states.join(' ')}`;
          evidence.push({ side: 'client', section: 'network', line: silent.line, text: seen });
          const broken = { what: 'gateway', gateway: silent.address } as const;
          return [{ data: { ...base, said: errno ?? outcome, device, broken }, ...observed }];
        });
      },
    }),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const failed = probes.filter(({ outcome, ms }) => outcome === 'net-unreachable' && ms < AT_ONCE_MS);
        if (failed.length === 0 || failed.length < probes.length) return [];
        return failed.map((probe) => ({
          data: { address: probe.address, said: probe.errno ?? '', advice: [] },
          subject: probe.address,
          verdict: 'likely',
          evidence: [socket(probe)],
        }));
      },
    }),
  ],
  says: ({ address, said, broken, device }) => {
    if (broken?.what === 'gateway')
      return `The gateway ${broken.gateway} on ${device}, by which packets to ${address} should go, does not answer.`;
    if (broken)
      return `The interface ${device}, by which packets to ${address} should go, has no link: cable, switch or Wi-Fi.`;
    return `This machine has no route to ${address} (${said}): the packets never leave it.`;
  },
  masks: ['firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered', 'network/host-down'],
  remedy: ({ address, advice, broken }) => ({
    refuse: 'which way the packets should take depends on the network that this machine should be in',
    manual: [
      `See what there is: ip -brief address; ip route; ip route get ${shellQuote(address)}`,
      ...(broken?.what === 'gateway'
        ? [`See whether the gateway is right and alive: ip neighbour; ping ${broken.gateway}`]
        : []),
      'Connect the network or the VPN that leads there; a missing default route comes from DHCP (networkctl, nmcli) or the configuration of the interface.',
      ...(address.includes(':') ? ['If only IPv6 is missing: ssh -4, or AddressFamily inet in ~/.ssh/config.'] : []),
      ...advice,
    ],
  }),
});
