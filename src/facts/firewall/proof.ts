import { type Proof, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Remedy } from '../../model/remedy.ts';
import { type TcpProbe, tcp } from '../client/tcp.ts';
import { type Barred, barred, verdictFacts } from './attempt.ts';
import { isBan } from './owner.ts';
import { ownWords } from './words.ts';

/** What a client's socket met, as evidence. */
export function socketEvidence({ address, port, outcome, errno, ms, neighbour, line }: TcpProbe): Evidence {
  const met = outcome === 'timed-out' ? `no answer in ${ms} ms` : `${outcome}${errno ? ` (${errno})` : ''}`;
  const beside = neighbour ? `; port ${neighbour.port}: ${neighbour.outcome}` : '';
  return { side: 'client', section: 'tcp', line, text: `${address} port ${port}: ${met}${beside}` };
}

/** Proof from the server's own rules that they keep this attempt out in that way. Bans have causes of their own. */
export function barringProof(keeps: (bar: Barred) => boolean): Proof<Barred> {
  return proof<Barred, typeof verdictFacts, { tcp: typeof tcp } & typeof ownWords>({
    needs: verdictFacts,
    helps: { tcp, ...ownWords },
    check({ firewall, daemon, tcp: seen, ...words }, attempt) {
      const bar = barred({ firewall, daemon, words }, attempt);
      if (!bar || !keeps(bar) || isBan(bar.owner)) return [];
      const met = (seen?.probes ?? []).filter(({ outcome }) => outcome !== 'open').map(socketEvidence);
      return [
        { data: bar, subject: bar.rule, verdict: bar.verdict, evidence: [...bar.evidence, ...met], trace: bar.trace },
      ];
    },
  });
}

/** Lets exactly this client in, by the tool that owns the rule that decides. */
export function allowRemedy({ fix, port }: Pick<Barred, 'fix' | 'port'>): Remedy {
  return (
    fix ?? {
      refuse: 'for whom it should open is for a person to say',
      manual: [
        `Ask again about one client (--from ADDRESS), or allow TCP port ${port} in the tool that owns the rule.`,
      ],
    }
  );
}
