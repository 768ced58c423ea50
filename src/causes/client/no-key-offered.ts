import { cite } from '../../facts/client/cite.ts';
import { keyUse } from '../../facts/client/key-use.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  /** `none`: no agent; `empty`: it shows no key, which is also how a locked one answers. */
  readonly agent: 'none' | 'empty' | 'unused';
  readonly files: number;
  readonly keysOnly: boolean;
}

export const cause = defineCause<Data>({
  id: 'client/no-key-offered',
  severity: 'blocks',
  title: 'ssh has no key to offer',
  why: 'The server asks for a key, the agent shows none, and none of the files that ssh looks for by itself (~/.ssh/id_ed25519, id_ecdsa, id_rsa) is there. Typical after sudo, in a container or CI job, on a new machine, or when the key has a name of its own that no IdentityFile tells ssh.',
  refs: ['ssh_config(5), IdentityFile, IdentitiesOnly', 'ssh-add(1), -x', 'sshconnect2.c, pubkey_prepare()'],
  proofs: [
    proof({
      needs: { keyUse },
      check({ keyUse: use }, { user = '' }) {
        const { log, identities } = use;
        const troubled =
          [...log.loadErrors, ...log.badKeyFiles, ...log.signErrors, ...log.noMutualAlgorithm].length > 0;
        // Without a look at the files a key could have been used silently.
        if (!use.failed || use.judged > 0 || troubled || !identities) return [];
        const { agent, files } = identities;
        if (files.some(({ exists, encrypted }) => exists && encrypted === true)) return [];
        const state: Data['agent'] = !agent.ok ? 'none' : agent.keys.length === 0 ? 'empty' : 'unused';
        const evidence: Evidence[] = [
          ...files.slice(0, 2).map(({ path, line }) => ({
            ...({ side: 'client', section: 'identities', line, text: `${path}: not there` } as const),
          })),
          {
            side: 'client',
            section: 'identities',
            text: {
              none: 'no agent',
              empty: 'the agent shows no key',
              unused: `${agent.keys.length} keys in the agent`,
            }[state],
          },
          ...cite(log.methods.at(-1), log.endingSaid),
        ];
        const data = {
          user,
          agent: state,
          files: files.length,
          keysOnly: use.keysOnly,
        };
        return [{ data, subject: user, verdict: use.keysOnly ? 'confirmed' : 'likely', evidence } as const];
      },
    }),
  ],
  says: ({ user, agent, files, keysOnly }) =>
    `ssh has no key to show for ${user}: none of the ${files} files that it looks for is there, and ${
      agent === 'none'
        ? 'there is no agent'
        : agent === 'empty'
          ? 'the agent shows no key (it is empty, or locked)'
          : 'it may use none of the keys of the agent'
    }; the server takes ${keysOnly ? 'nothing but keys' : 'a key, or a password that nobody could be asked for here'}.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing', 'auth/authorized-keys-modes'],
  remedy: ({ agent }) => ({
    refuse: 'which key is the right one is not known',
    manual: [
      'If there is one: ssh -i FILE …, for good as IdentityFile in ~/.ssh/config; or ssh-add FILE.',
      ...(agent === 'empty' ? ['If the agent was locked (ssh-add -x): ssh-add -X'] : []),
      ...(agent === 'unused'
        ? ['IdentitiesOnly yes keeps the agent back: name the public half of its key as IdentityFile.']
        : []),
      'If there is none: ssh-keygen -t ed25519, then bring the .pub file to the server by another way in.',
    ],
  }),
});
