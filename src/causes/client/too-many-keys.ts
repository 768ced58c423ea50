import { attemptLog } from '../../facts/client/attempt.ts';
import { identities } from '../../facts/client/identities.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { setForHost } from '../../facts/client/ssh-config-edit.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly user: string;
  readonly host: string;
  /** Keys that were offered before the server hung up; unknown from the server's side. */
  readonly offered?: number;
  /** The only key file that was not tried, so most likely the right one. */
  readonly untried?: string;
}

const RECENT_MS = 300_000;
const SHOWN = 3;

export const cause = defineCause<Data>({
  id: 'client/too-many-keys',
  severity: 'blocks',
  title: 'ssh offers too many wrong keys before the right one',
  why: 'Every key that ssh offers counts as a try, and after MaxAuthTries of them (6) the server hangs up: "Too many authentication failures". An agent that holds many keys uses them all up before the right key has its turn.',
  refs: ['sshd_config(5), MaxAuthTries', 'ssh_config(5), IdentitiesOnly, IdentityFile'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { identities, sshConfig },
      check({ attemptLog: log, identities: have, sshConfig: config }, { user = '', host = '' }) {
        if (log.ending !== 'too-many-auth-failures' || log.offered.length < 2) return [];
        const tried = new Set(log.offered.map(({ fingerprint }) => fingerprint));
        const left = (have?.files ?? []).filter(({ exists, fingerprint }) => exists && !tried.has(fingerprint));
        const evidence: Evidence[] = [
          ...log.offered.slice(0, SHOWN).map(({ path, fingerprint, source, line }) => ({
            ...({
              side: 'client',
              section: 'attempt',
              line,
              text: `offered ${path} ${fingerprint ?? ''} (${source})`,
            } as const),
          })),
          ...(log.endingSaid
            ? [{ side: 'client', section: 'attempt', line: log.endingSaid.line, text: log.endingSaid.text } as const]
            : []),
        ];
        const [only] = left;
        // The name that was typed is what a Host block has to match.
        const typed = config?.argv.at(-1) ?? host;
        const data = {
          user,
          host: typed,
          offered: log.offered.length,
          ...(only && left.length === 1 ? { untried: only.path } : {}),
        };
        return [{ data, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user, from, host = 'HOST' }) {
        if (user === undefined) return [];
        const hits = since(log, now, RECENT_MS).filter(({ message }) => {
          const found =
            /^error: maximum authentication attempts exceeded for (?:invalid user )?(.+) from (\S+) port \d+/.exec(
              message,
            );
          return found?.[1] === user && (from === undefined || found[2] === from);
        });
        const last = hits.at(-1);
        if (!last) return [];
        const evidence = [{ side: 'server', section: 'log-sshd', line: last.line, text: last.message } as const];
        return [{ data: { user, host }, subject: user, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ user, offered, untried }) =>
    offered === undefined
      ? `The server hung up on ${user} after too many keys or passwords that it does not take.`
      : `ssh offered ${offered} keys that ${user} may not use, and the server hung up before ${untried ?? 'the right one'} had its turn.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ host, untried }) => {
    const change =
      untried === undefined ? undefined : setForHost(host, 'IdentitiesOnly yes', `IdentityFile "${untried}"`);
    return change === undefined
      ? {
          refuse: 'which of the keys is the right one is not known from here',
          manual: [
            `Offer that one alone: ssh -o IdentitiesOnly=yes -i ~/.ssh/KEY ${shellQuote(host)}`,
            `For good, in ~/.ssh/config: Host ${host} / IdentitiesOnly yes / IdentityFile ~/.ssh/KEY`,
          ],
        }
      : {
          summary: `offer only ${untried} to ${host} (put in front of ~/.ssh/config)`,
          risk: 'safe',
          where: 'client',
          changes: [change],
        };
  },
});
