import { closedHop, type Hop, hops } from '../../facts/client/hops.ts';
import { socketEvidence } from '../../facts/firewall/proof.ts';
import type { Ending } from '../../knowledge/client-messages.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly name: string;
  /** What became of the connection to it. */
  readonly met: string;
  /** The hop before it, when it is not the first. */
  readonly via?: string;
}

/** Endings that ssh did not speak of itself: our own time limit, or a text that is not known. */
const UNCLEAR: readonly Ending[] = ['timed-out', 'unfinished', 'other'];

function met({ probes, unresolved, log }: Hop): string {
  const [first] = probes;
  if (log?.authenticating) return `it does not take the login${log.endingSaid ? ` (${log.endingSaid.text})` : ''}`;
  if (log?.endingSaid && log.remoteSoftware) return log.endingSaid.text;
  if (unresolved) return 'its name has no address';
  if (first && first.outcome !== 'open')
    return first.outcome === 'timed-out'
      ? 'it does not answer'
      : `connection ${first.outcome} (${first.errno ?? 'no errno'})`;
  return log?.endingSaid?.text ?? 'it does not answer with SSH';
}

export const cause = defineCause<Data>({
  id: 'client/jump-host-failed',
  severity: 'blocks',
  title: 'The jump host does not let the connection through',
  why: 'With ProxyJump the login at the target begins with one at the jump host, with its own name, network, host key, account and key. When that fails, ssh says only "Connection closed by UNKNOWN port 65535", as if the target had hung up. The same gates are gone through one hop earlier.',
  refs: ['ssh_config(5), ProxyJump', 'ssh(1), -J, -W'],
  proofs: [
    proof({
      needs: { hops },
      check({ hops: all }) {
        const failed = closedHop(all);
        if (!failed) return [];
        const before = all.find(({ number }) => number === failed.number - 1);
        const prefix = `hop:${failed.number}:`;
        const evidence: Evidence[] = failed.log?.endingSaid
          ? [
              {
                side: 'client',
                section: `${prefix}attempt`,
                line: failed.log.endingSaid.line,
                text: failed.log.endingSaid.text,
              },
            ]
          : failed.probes.map((probe) => ({ ...socketEvidence(probe), section: `${prefix}tcp` }));
        if (failed.unresolved)
          evidence.push({
            side: 'client',
            section: `${prefix}dns`,
            text: `no address for ${failed.host ?? failed.name}`,
          });
        if (before?.refusal)
          evidence.push({
            side: 'client',
            section: `hop:${before.number}:attempt`,
            line: before.refusal.line,
            text: before.refusal.text,
          });
        if (evidence.length === 0) evidence.push({ side: 'client', section: `${prefix}name`, text: failed.name });
        const data = { name: failed.name, met: met(failed), ...(before ? { via: before.name } : {}) };
        const cutOff = failed.log !== undefined && UNCLEAR.includes(failed.log.ending);
        return [{ data, subject: failed.name, verdict: cutOff ? 'likely' : 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ name, met: what, via }) =>
    `The jump host ${name}${via === undefined ? '' : ` (by way of ${via})`} does not let the connection through: ${what}.`,
  remedy: ({ name }) => ({
    refuse: 'the fault is at the jump host, not at the target',
    manual: [`Look at it as a target of its own: sshwhy ${shellQuote(name)}`],
  }),
});
