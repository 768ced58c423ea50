import { tcp } from '../../facts/client/tcp.ts';
import { type Barred, barred, verdictFacts } from '../../facts/firewall/attempt.ts';
import { allowCommands, isBan } from '../../facts/firewall/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

type Data =
  | ({ readonly side: 'server' } & Barred)
  | { readonly side: 'client'; readonly address: string; readonly port: number; readonly said: string };

/** Answers that only a packet filter or a router gives (connect(2); RFC 1812, 5.2.7). */
const FILTERED = ['host-unreachable', 'prohibited', 'net-unreachable'];

export const cause = defineCause<Data>({
  id: 'firewall/host-reject',
  severity: 'blocks',
  title: "The server's own firewall rejects the connection",
  why: 'A rule of the packet filter on the server answers the first packet with a refusal. By TCP reset or ICMP port-unreachable it looks just like a port on which nothing listens ("Connection refused"); other ICMP messages read "No route to host".',
  refs: ['nft(8), REJECT STATEMENT', 'iptables-extensions(8), REJECT', 'ufw(8)'],
  proofs: [
    proof({
      needs: verdictFacts,
      helps: { tcp },
      check(given, attempt) {
        const bar = barred(given, attempt);
        if (bar?.action !== 'reject' || isBan(bar.owner)) return [];
        const evidence = [
          ...bar.evidence,
          ...(given.tcp?.probes ?? []).map(({ address, port, outcome, line }) => ({
            ...({ side: 'client', section: 'tcp', line, text: `${address} port ${port}: ${outcome}` } as const),
          })),
        ];
        return [{ data: { side: 'server', ...bar }, subject: bar.rule, verdict: bar.verdict, evidence }];
      },
    }),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const refused = probes.filter(({ outcome }) => FILTERED.includes(outcome) || outcome === 'refused');
        const [first] = refused;
        // A locally missing route gives the same error at once and without a packet: network/no-route.
        if (!first || refused.length < probes.length) return [];
        const evidence = refused.map(({ address, port, outcome, errno, line }) => ({
          ...({
            side: 'client',
            section: 'tcp',
            line,
            text: `${address} port ${port}: ${outcome} (${errno})`,
          } as const),
        }));
        const data = { side: 'client', address: first.address, port: first.port, said: first.outcome } as const;
        return [{ data, verdict: 'possible', evidence }];
      },
    }),
  ],
  says: (data) =>
    data.side === 'server'
      ? `The server's own firewall (${data.owner}) rejects connections from ${data.from} to port ${data.port}: ${data.rule}.`
      : `A firewall on ${data.address} or in front of it may reject port ${data.port} (${data.said}).`,
  remedy: (data) =>
    data.side === 'server'
      ? {
          summary: `let ${data.from} in to port ${data.port}, and nobody else, by a rule of ${data.owner} in front of the one that decides`,
          risk: 'safe',
          where: 'server',
          commands: allowCommands(data.by, data.owner, data.syn),
        }
      : {
          refuse: 'from here it cannot be seen which machine rejects the connection',
          manual: ['Reach the server through its console or another door: sshwhy HOST --on DOOR joins both sides.'],
        },
});
