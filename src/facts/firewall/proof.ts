import { type Proof, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Fix } from '../../model/remedy.ts';
import { type TcpProbe, tcp } from '../client/tcp.ts';
import { type Barred, barred, verdictFacts } from './attempt.ts';
import { allowCommands, isBan } from './owner.ts';

/** What a client's socket met, as evidence. */
export function socketEvidence({ address, port, outcome, errno, ms, neighbour, line }: TcpProbe): Evidence {
  const met = outcome === 'timed-out' ? `no answer in ${ms} ms` : `${outcome}${errno ? ` (${errno})` : ''}`;
  const beside = neighbour ? `; port ${neighbour.port}: ${neighbour.outcome}` : '';
  return { side: 'client', section: 'tcp', line, text: `${address} port ${port}: ${met}${beside}` };
}

/** Proof from the server's own rules that they drop, or reject, this attempt. Bans have causes of their own. */
export function barringProof(action: Barred['action']): Proof<Barred> {
  return proof<Barred, typeof verdictFacts, { tcp: typeof tcp }>({
    needs: verdictFacts,
    helps: { tcp },
    check(given, attempt) {
      const bar = barred(given, attempt);
      if (bar?.action !== action || isBan(bar.owner)) return [];
      const seen = (given.tcp?.probes ?? []).filter(({ outcome }) => outcome !== 'open').map(socketEvidence);
      return [{ data: bar, subject: bar.rule, verdict: bar.verdict, evidence: [...bar.evidence, ...seen] }];
    },
  });
}

/** Lets exactly this client in, by the tool that owns the rule that decides. */
export function allowRemedy({ from, port, owner, by, syn }: Barred): Fix {
  return {
    summary: `let ${from} in to port ${port}, and nobody else, by a rule of ${owner} in front of the one that decides`,
    risk: 'safe',
    where: 'server',
    commands: allowCommands(by, owner, syn),
  };
}
