import { tcp } from '../../facts/client/tcp.ts';
import { type Barred, barred, verdictFacts } from '../../facts/firewall/attempt.ts';
import { allowCommands, isBan } from '../../facts/firewall/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

type Data =
  | ({ readonly side: 'server' } & Barred)
  | { readonly side: 'client'; readonly address: string; readonly port: number; readonly alive: boolean };

export const cause = defineCause<Data>({
  id: 'firewall/host-drop',
  severity: 'blocks',
  title: "The server's own firewall drops the connection",
  why: 'A rule (or the policy of a chain) of the packet filter on the server throws the first packet of the connection away without a word. The client hears nothing and gives up after its time-out: "Connection timed out".',
  refs: ['nft(8)', 'iptables(8)', 'ufw(8)'],
  proofs: [
    proof({
      needs: verdictFacts,
      helps: { tcp },
      check(given, attempt) {
        const bar = barred(given, attempt);
        if (bar?.action !== 'drop' || isBan(bar.owner)) return [];
        const seen = (given.tcp?.probes ?? []).filter(({ outcome }) => outcome === 'timed-out');
        const evidence = [
          ...bar.evidence,
          ...seen.map(({ address, port, ms, line }) => ({
            ...({
              side: 'client',
              section: 'tcp',
              line,
              text: `${address} port ${port}: no answer in ${ms} ms`,
            } as const),
          })),
        ];
        return [{ data: { side: 'server', ...bar }, subject: bar.rule, verdict: bar.verdict, evidence }];
      },
    }),
    proof({
      needs: { tcp },
      check({ tcp: { probes } }) {
        const silent = probes.filter(({ outcome }) => outcome === 'timed-out');
        const [first] = silent;
        if (!first || silent.length < probes.length) return [];
        const answers = first.neighbour && ['open', 'refused', 'reset'].includes(first.neighbour.outcome);
        const evidence = silent.map(({ address, port, ms, neighbour, line }) => {
          const beside = neighbour ? `; port ${neighbour.port}: ${neighbour.outcome}` : '';
          return {
            side: 'client',
            section: 'tcp',
            line,
            text: `${address} port ${port}: no answer in ${ms} ms${beside}`,
          } as const;
        });
        const data = { side: 'client', address: first.address, port: first.port, alive: answers === true } as const;
        return [{ data, verdict: 'possible', evidence }];
      },
    }),
  ],
  says: (data) => {
    if (data.side === 'server')
      return `The server's own firewall (${data.owner}) drops connections from ${data.from} to port ${data.port}: ${data.rule}.`;
    return data.alive
      ? `${data.address} is up, but swallows connections to port ${data.port}: a firewall on it or in front of it drops them.`
      : `${data.address} does not answer on port ${data.port}: it is down, or a firewall on it or in front of it drops the connection.`;
  },
  remedy: (data) =>
    data.side === 'server'
      ? {
          summary: `let ${data.from} in to port ${data.port}, and nobody else, by a rule of ${data.owner} in front of the one that decides`,
          risk: 'safe',
          where: 'server',
          commands: allowCommands(data.by, data.owner, data.syn),
        }
      : {
          refuse: 'from here it cannot be seen which machine drops the packets',
          manual: [
            'Reach the server through its console or another door: sshwhy HOST --on DOOR joins both sides.',
            'In a cloud, look at its security group or firewall rules for this port.',
          ],
        },
});
