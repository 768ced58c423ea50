import { tcp } from '../../facts/client/tcp.ts';
import { connections } from '../../facts/connections.ts';
import { interfaces, type RouteBack, reversePathDrops, routeToClient } from '../../facts/route-to-client.ts';
import { sysctl } from '../../facts/sysctl.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly from: string;
  /** What becomes of the answers. */
  readonly how:
    | { readonly kind: 'none'; readonly error: string }
    | { readonly kind: 'elsewhere'; readonly device: string; readonly arrives: string; readonly dropped: boolean };
}

const told = (back: RouteBack): Evidence => ({
  side: 'server',
  section: 'route-to-client',
  line: back.line,
  text: `ip route get: ${back.text}`,
});

export const cause = defineCause<Data>({
  id: 'network/asymmetric-route',
  severity: 'blocks',
  title: "The server's answers to the client take another way",
  why: 'The packets of the client arrive, but the routes of the server send its answers to that address elsewhere: by another interface or tunnel where they are lost, or nowhere at all (a blackhole or prohibit route). With rp_filter set to strict the kernel throws such packets of the client away on arrival.',
  refs: ['ip-route(8)', 'ip-rule(8)', 'ip-sysctl, rp_filter', 'RFC 3704, 2.2'],
  proofs: [
    proof({
      needs: { routeToClient },
      helps: { tcp, connections, interfaces, sysctl, reversePathDrops },
      check(given, { from }) {
        const { routeToClient: back, tcp: sockets, connections: standing = [] } = given;
        if (from === undefined) return [];
        const silent = (sockets?.probes ?? []).filter(({ outcome }) => outcome === 'timed-out');
        if (sockets && silent.length < sockets.probes.length) return [];
        const seen = silent.map(
          ({ address, port, ms, line }): Evidence => ({
            side: 'client',
            section: 'tcp',
            line,
            text: `${address} port ${port}: no answer in ${ms} ms`,
          }),
        );
        if (back.error !== undefined) {
          const data: Data = { from, how: { kind: 'none', error: back.error } };
          return [{ data, verdict: 'confirmed', evidence: [told(back), ...seen] }];
        }
        const { device = '' } = back;
        // The client's first packet came, and nothing that was sent to it ever did.
        const half = standing.find(({ state, peer }) => state === 'SYN-RECV' && peer === from);
        const address = half?.local ?? silent[0]?.address;
        const arrives = address === undefined ? undefined : given.interfaces?.get(address);
        if (device === 'lo' || arrives === undefined || arrives === device) return [];
        const strictest = ['all', arrives]
          .flatMap((name) => given.sysctl?.get(`net.ipv4.conf.${name}.rp_filter`) ?? [])
          .sort((a, b) => Number(b.value) - Number(a.value))[0];
        const drops = given.reversePathDrops;
        const dropped = !half && strictest?.value === '1' && (drops?.count ?? 0) > 0;
        if (!half && !dropped) return [];
        const evidence: Evidence[] = [
          told(back),
          { side: 'server', section: 'addresses', text: `${address} is on ${arrives}` },
          ...(half ? [{ side: 'server', section: 'connections', line: half.line, text: half.text } as const] : []),
          ...(dropped && strictest && drops
            ? [
                { side: 'server', section: 'sysctl', line: strictest.line, text: strictest.text } as const,
                {
                  side: 'server',
                  section: 'nstat',
                  line: drops.line,
                  text: `IPReversePathFilter ${drops.count}`,
                } as const,
              ]
            : []),
          ...seen,
        ];
        // Without the client's own word a half-open connection may be one whose answer is just on its way.
        if (!sockets && dropped) return [];
        const data: Data = { from, how: { kind: 'elsewhere', device, arrives, dropped } };
        return [{ data, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ from, how }) =>
    how.kind === 'none'
      ? `The server cannot answer ${from}: its routes send nothing there (${how.error}).`
      : how.dropped
        ? `Packets of ${from} arrive on ${how.arrives}, but the way back leads out of ${how.device}: rp_filter is strict and drops them.`
        : `The server's answers to ${from} leave by ${how.device}, though its packets arrive on ${how.arrives}, and they do not reach it.`,
  masks: ['firewall/path-filtered', 'firewall/host-drop'],
  remedy: ({ from }) => ({
    refuse: 'which way the answers should take depends on the network that the server is in',
    manual: [
      `See how it is decided: ip route get ${shellQuote(from)}; ip rule; ip route show table all`,
      `Try a route for this one client: ip route replace ${shellQuote(from)} via GATEWAY dev DEVICE (undo: ip route del ${shellQuote(from)})`,
      'With two uplinks let answers leave where they came in: a table and an ip rule "from" each address of the server.',
      'If the way is meant to be asymmetric, rp_filter=2 (loose) on the arriving interface lets the packets in.',
    ],
  }),
});
