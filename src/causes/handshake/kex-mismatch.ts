import { attemptLog } from '../../facts/client/attempt.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { MODERN_KEX, nearestKex } from '../../knowledge/key-exchange.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly host: string;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  /** The strongest method of theirs that an OpenSSH client of today could be told to use. */
  readonly nearest?: string;
  /** Whose list is behind: the one without a method of today. */
  readonly behind: 'server' | 'client';
}

export const cause = defineCause<Data>({
  id: 'handshake/kex-mismatch',
  severity: 'blocks',
  title: 'Client and server have no key exchange method in common',
  why: 'Both sides send lists of methods and take the first of the client that the server also has. An old server (or device) offers only methods that newer clients have switched off; a hardened list on either side can be too short as well.',
  refs: ['RFC 4253, 7.1', 'ssh_config(5) and sshd_config(5), KexAlgorithms', 'kex.c, choose_kex()'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { sshConfig },
      check({ attemptLog: log, sshConfig: config }, { host = '' }) {
        if (log.ending !== 'no-common-kex' || !log.theirOffer) return [];
        const theirs = log.theirOffer;
        const ours = (config?.options.get('kexalgorithms')?.[0] ?? '').split(',').filter((name) => name !== '');
        const nearest = nearestKex(theirs);
        const evidence: Evidence[] = [
          { side: 'client', section: 'attempt', line: log.endingSaid?.line, text: log.endingSaid?.text ?? '' },
          ...(ours.length > 0
            ? [{ side: 'client', section: 'ssh-config', text: `ours: ${ours.join(',')}` } as const]
            : []),
        ];
        const behind = theirs.some((name) => MODERN_KEX.includes(name)) ? 'client' : 'server';
        const data = { host, theirs, ours, behind, ...(nearest === undefined ? {} : { nearest }) } as const;
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ theirs, behind }) =>
    `No key exchange method in common: the server offers only ${theirs.join(', ')}, and ${behind === 'server' ? 'this client no longer takes those' : "this client's list has none of them"}.`,
  remedy: ({ host, nearest, behind }) => ({
    refuse: 'which cryptography is good enough is a policy of both sides',
    manual:
      behind === 'client'
        ? [
            `This client is behind, or its KexAlgorithms is too short: see ssh -G ${host} | grep kex and ssh -Q kex; update it or take the line out.`,
            ...(nearest === undefined ? [] : [`For once: ssh -oKexAlgorithms=+${nearest} ${host}`]),
          ]
        : [
            'The server is behind: update it, or take KexAlgorithms out of its sshd_config.',
            ...(nearest === undefined
              ? ['None of its methods is known to OpenSSH clients of today.']
              : [`Until then, for this host alone: ssh -oKexAlgorithms=+${nearest} ${host}`]),
          ],
  }),
});
