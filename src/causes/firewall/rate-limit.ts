import { tcp } from '../../facts/client/tcp.ts';
import { verdictFacts } from '../../facts/firewall/attempt.ts';
import { type Limited, limited } from '../../facts/firewall/limited.ts';
import { allowRemedy, socketEvidence } from '../../facts/firewall/proof.ts';
import { ownWords } from '../../facts/firewall/words.ts';
import { kernelLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

/** Refused with a silent port or with one of the answers of a packet filter. */
const KEPT = ['timed-out', 'refused', 'prohibited', 'host-unreachable', 'net-unreachable'];

export const cause = defineCause<Limited>({
  id: 'firewall/rate-limit',
  severity: 'blocks',
  title: "The server's firewall limits how often one may connect",
  why: 'A rule lets connections in only up to a rate or a number (limit, hashlimit, recent, connlimit, meters, `ufw limit`: six in thirty seconds). Who is over it is dropped or rejected, and gets in again after a while. Scripts that connect in a loop, and many users behind one address, run into it.',
  refs: [
    'iptables-extensions(8): limit, hashlimit, recent, connlimit',
    'nft(8): LIMIT STATEMENT, ct count',
    'ufw(8): limit',
  ],
  proofs: [
    proof({
      needs: verdictFacts,
      helps: { tcp, kernelLog, ...ownWords },
      check({ firewall, daemon, tcp: seen, kernelLog: log, ...words }, attempt) {
        const found = limited({ firewall, daemon, words }, attempt);
        if (!found) return [];
        const met = (seen?.probes ?? []).filter(({ outcome }) => outcome !== 'open');
        const kept =
          seen !== undefined && seen.probes.length > 0 && seen.probes.every(({ outcome }) => KEPT.includes(outcome));
        // The kernel's own word of it: a LOG rule of the limit, about this client.
        const told = (log ?? []).filter(
          ({ message }) =>
            attempt.from !== undefined &&
            message.includes(`SRC=${attempt.from} `) &&
            /LIMIT|IN=\S{1,40} /.test(message) &&
            message.includes(`DPT=${found.port} `),
        );
        const logged = told
          .slice(-2)
          .map(({ line, message }): Evidence => ({ side: 'server', section: 'log-kernel', line, text: message }));
        // That somebody was over it once is nothing against this login.
        if (!kept && !found.packets && logged.length === 0) return [];
        return [
          {
            data: found,
            subject: found.rule,
            verdict: kept && (found.packets ?? 0) > 0 ? 'likely' : 'possible',
            evidence: [...found.evidence, ...logged, ...met.map(socketEvidence)],
            trace: found.trace,
            ...(kept ? {} : { latent: true as const }),
          },
        ];
      },
    }),
  ],
  says: ({ owner, from, port, rule, what, action, packets }) =>
    `The server's firewall (${owner}) lets ${from} in to port ${port} only so often (${what}); over that it ${action === 'drop' ? 'drops' : 'rejects'} the connection: ${rule}${packets ? ` (${packets} so far)` : ''}.`,
  masks: ['firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered', 'daemon/not-running'],
  remedy: allowRemedy,
});
