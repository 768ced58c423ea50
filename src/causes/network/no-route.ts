import { route } from '../../facts/client/route.ts';
import { type TcpProbe, tcp } from '../../facts/client/tcp.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly address: string;
  /** The kernel's word. */
  readonly said: string;
}

/** What connect(2) says when the kernel has no way for the packet. */
const UNROUTED = ['net-unreachable', 'host-unreachable', 'prohibited', 'error'];
/** Without a route the kernel answers at once; what takes longer was said by the network. */
const AT_ONCE_MS = 200;

const words = (probe: TcpProbe): string =>
  `${probe.address} port ${probe.port}: ${probe.outcome} (${probe.errno}) after ${probe.ms} ms`;

export const cause = defineCause<Data>({
  id: 'network/no-route',
  severity: 'blocks',
  title: 'This machine has no route to the server',
  why: 'The kernel of the client knows no way to the address, or is told to refuse it: no default route, an interface that is down, a VPN that is not connected, or IPv6 addresses where there is no IPv6. Nothing leaves the machine: "Network is unreachable".',
  refs: ['ip-route(8)', 'connect(2), ENETUNREACH'],
  proofs: [
    proof({
      needs: { tcp, route },
      check({ tcp: { probes }, route: routes }) {
        const missing = routes.filter(({ error }) => error !== undefined);
        const failed = probes.filter(
          ({ outcome, ms, address }) =>
            UNROUTED.includes(outcome) && ms < AT_ONCE_MS && missing.some((one) => one.address === address),
        );
        const opened = probes.some(({ outcome }) => outcome === 'open');
        return failed.map((probe) => {
          const none = missing.find(({ address }) => address === probe.address);
          const evidence: Evidence[] = [
            { side: 'client', section: 'tcp', line: probe.line, text: words(probe) },
            {
              side: 'client',
              section: 'route',
              line: none?.line,
              text: `ip route get ${probe.address}: ${none?.error}`,
            },
          ];
          const data = { address: probe.address, said: none?.error ?? '' };
          const observed = { data, subject: probe.address, verdict: 'confirmed', evidence } as const;
          return opened ? { ...observed, latent: true } : observed;
        });
      },
    }),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const failed = probes.filter(({ outcome, ms }) => outcome === 'net-unreachable' && ms < AT_ONCE_MS);
        if (failed.length === 0 || failed.length < probes.length) return [];
        return failed.map((probe) => ({
          data: { address: probe.address, said: probe.errno ?? '' },
          subject: probe.address,
          verdict: 'likely',
          evidence: [{ side: 'client', section: 'tcp', line: probe.line, text: words(probe) }],
        }));
      },
    }),
  ],
  says: ({ address, said }) => `This machine has no route to ${address} (${said}): the packets never leave it.`,
  masks: ['firewall/host-reject', 'firewall/path-filtered'],
  remedy: ({ address }) => ({
    refuse: 'which way the packets should take depends on the network that this machine should be in',
    manual: [
      `See what there is: ip -brief address; ip route; ip route get ${shellQuote(address)}`,
      'Connect the network or the VPN that leads there; a missing default route comes from DHCP (networkctl, nmcli) or the configuration of the interface.',
      ...(address.includes(':') ? ['If only IPv6 is missing: ssh -4, or AddressFamily inet in ~/.ssh/config.'] : []),
    ],
  }),
});
