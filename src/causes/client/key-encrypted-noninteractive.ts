import { cite, citeFile, WITHOUT_KEY } from '../../facts/client/cite.ts';
import { keyUse } from '../../facts/client/key-use.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly path: string;
  readonly user: string;
  /** The server said that it would take the key. */
  readonly wanted: boolean;
  /** The user's own configuration forbids ssh to ask. */
  readonly batch: boolean;
  /** `none`: there is no agent; `without`: there is one that does not hold the key. */
  readonly agent: 'none' | 'without';
}

export const cause = defineCause<Data>({
  id: 'client/key-encrypted-noninteractive',
  severity: 'blocks',
  title: 'The key needs a passphrase, and nobody can be asked for it',
  why: 'A private key that is encrypted can be used only with its passphrase. Where ssh cannot ask (BatchMode, cron, a CI job, an editor, a systemd unit) and no agent holds the key, ssh offers it, hears that the server would take it, and gives up without a word.',
  refs: ['ssh-add(1)', 'ssh_config(5), BatchMode', 'sshconnect2.c, load_identity_file()'],
  proofs: [
    proof({
      needs: { keyUse, sshConfig },
      check({ keyUse: use, sshConfig: config }, { user = '' }) {
        const { log, accepted, identities } = use;
        if (!use.failed || !identities) return [];
        const held = new Set(identities.agent.keys.map(({ fingerprint }) => fingerprint));
        const tried = new Set([...log.offered, ...log.triedFiles].map(({ path }) => path));
        const locked = identities.files.filter(
          ({ path, encrypted, fingerprint }) => encrypted === true && tried.has(path) && !held.has(fingerprint ?? ''),
        );
        return locked.flatMap((file) => {
          const wanted = accepted.includes(file.path);
          const offered = log.offered.find(({ path }) => path === file.path);
          // Offered and refused: the passphrase would have changed nothing.
          if (offered && !wanted) return [];
          const data: Data = {
            path: file.path,
            user,
            wanted,
            batch: config.options.get('batchmode')?.[0] === 'yes',
            agent: identities.agent.ok ? 'without' : 'none',
          };
          const said = wanted
            ? log.log.find(({ text }) => text.startsWith(`Server accepts key: ${file.path} `))
            : undefined;
          const evidence = [
            ...cite(said ?? log.triedFiles.find(({ path }) => path === file.path)),
            ...citeFile(file, 'encrypted'),
            ...cite(log.endingSaid),
          ];
          return [{ data, subject: file.path, verdict: wanted ? 'confirmed' : 'likely', evidence } as const];
        });
      },
    }),
  ],
  says: ({ path, user, wanted, batch, agent }) =>
    `${wanted ? `The server would let ${user} in with the key ${path}, but` : `The key ${path} was not used:`} it is encrypted, ${agent === 'none' ? 'no agent runs' : 'the agent does not hold it'}, and nobody could be asked for the passphrase${batch ? ' (BatchMode yes)' : '; at a terminal ssh asks for it'}.`,
  masks: WITHOUT_KEY,
  remedy: ({ path, agent }) => ({
    refuse: 'only you know the passphrase',
    manual: [
      ...(agent === 'none' ? ['Start an agent: eval "$(ssh-agent)"'] : []),
      `Give it the key: ssh-add ${shellQuote(path)}`,
      'A job that runs without a person needs a key of its own without a passphrase, restricted on the server (restrict, command=, from= in authorized_keys).',
    ],
  }),
});
