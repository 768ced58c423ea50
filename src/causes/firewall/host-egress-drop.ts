import type { Barred } from '../../facts/firewall/attempt.ts';
import { allowRemedy, barringProof } from '../../facts/firewall/proof.ts';
import { defineCause } from '../../model/cause.ts';

export const cause = defineCause<Barred>({
  id: 'firewall/host-egress-drop',
  severity: 'blocks',
  title: "The server's own firewall keeps its answer",
  why: 'The first packet of the connection gets in, but a rule about what leaves the server (the hook output, the chain OUTPUT or POSTROUTING) throws the answer away. The client hears nothing, just as if the first packet had been dropped, and whoever looks only at the rules for what comes in finds nothing wrong. A reject has the same effect: it is told to the server itself.',
  refs: ['nft(8)', 'iptables(8)', 'netfilter hooks: the answer passes output and postrouting'],
  proofs: [barringProof(({ packet }) => packet === 'reply')],
  says: ({ owner, from, port, rule, action }) =>
    `The server lets connections from ${from} to port ${port} in, but its own firewall (${owner}) ${action === 'drop' ? 'drops' : 'rejects'} the answer: ${rule}.`,
  masks: ['firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered'],
  remedy: allowRemedy,
});
