import { kexinit } from '../../facts/client/kexinit.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { penaltyOf } from '../../facts/penalties.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly from: string;
  /** As sshd names it, e.g. `failed authentication`. */
  readonly reason?: string;
  /** Seconds for which it lasts at least; not known when sshd did not say when it began. */
  readonly left?: number;
}

const RECENT_MS = 60_000;

export const cause = defineCause<Data>({
  id: 'admission/per-source-penalty',
  severity: 'blocks',
  title: 'sshd penalises the address of the client (PerSourcePenalties)',
  why: 'Since 9.8 sshd keeps an account of misbehaviour for every address: failed logins, connections without a login, crashes. An address that has collected enough is turned away at the door for a while, before a banner: "Not allowed at this time". Every further try can add to it.',
  refs: ['sshd_config(5), PerSourcePenalties', 'srclimit.c'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { from }) {
        if (from === undefined) return [];
        const drops = since(log, now, RECENT_MS).flatMap((entry) => {
          const [, address, reason] =
            /^drop connection #\d+ from \[([^\]]+)\]:\d+ on \[[^\]]+\]:\d+ penalty: (.{1,80})$/.exec(entry.message) ??
            [];
          return address === from && reason ? [{ ...entry, reason }] : [];
        });
        const penalty = penaltyOf(log, from, now);
        const reason = penalty?.reason ?? drops.at(-1)?.reason;
        if (reason === undefined) return [];
        const evidence = [...(penalty ? [penalty] : []), ...drops.slice(-3)].map(
          ({ line, message }): Evidence => ({ side: 'server', section: 'log-sshd', line, text: message }),
        );
        const left = penalty && { left: Math.ceil((penalty.ends - now) / 1000) };
        return [{ data: { from, reason, ...left }, subject: from, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { kexinit },
      check({ kexinit: { probes } }, { from = 'this address' }) {
        const refused = probes.find(({ refusal }) => refusal === 'not-allowed-now');
        if (!refused) return [];
        const evidence = [{ side: 'client', section: 'kexinit', line: refused.line, text: refused.first } as const];
        return [{ data: { from }, subject: from, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ from, reason, left }) =>
    reason === undefined
      ? `The server does not take connections from ${from} at this time: most likely a penalty for earlier failures.`
      : `sshd turns ${from} away ${left === undefined ? 'for a while' : `for another ${left} ${left === 1 ? 'second' : 'seconds'} at least`}, as a penalty for: ${reason}.`,
  remedy: ({ from, left }) => ({
    refuse: 'the penalty ends by itself; restarting sshd to lift it would free the attackers too',
    manual: [
      `Stop whatever keeps failing from this address, and wait: ${left === undefined ? 'seconds to ten minutes' : `${left} s from when this was looked at`}.`,
      `For an address that many share: PerSourcePenaltyExemptList ${from} in sshd_config, run sshd -t, then reload sshd.`,
    ],
  }),
});
