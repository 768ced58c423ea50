import { cite, WITHOUT_KEY } from '../../facts/client/cite.ts';
import { certainty, type KeyUse, keyUse } from '../../facts/client/key-use.ts';
import { sshConfigCheck } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly path: string;
  /** Where ssh was told of it. */
  readonly by: 'option' | 'configuration';
  /** Key files that are there. */
  readonly others: readonly string[];
}

const others = ({ identities }: KeyUse): string[] =>
  (identities?.files ?? []).flatMap(({ exists, path }) => (exists ? [path] : []));

export const cause = defineCause<Data>({
  id: 'client/identity-missing',
  severity: 'blocks',
  title: 'The key file that ssh is told to use does not exist',
  why: 'With -i or IdentityFile ssh is told which key to use. Where the file is not there it says so in a line that is easily missed and goes on with what is left, so that the login fails as if the key were wrong. Typing errors, another home directory (sudo, a container, a CI job) and a key that was never copied lead here.',
  refs: ['ssh_config(5), IdentityFile', 'ssh(1), -i', 'sshconnect2.c, load_identity_file()'],
  proofs: [
    proof({
      needs: { keyUse, sshConfigCheck },
      check({ keyUse: use, sshConfigCheck: { stderr } }) {
        if (!use.failed) return [];
        const found = new Map<string, { by: Data['by']; evidence: Evidence[] }>();
        for (const line of stderr.split('\n')) {
          const path = /^Warning: Identity file (.+) not accessible: /.exec(line)?.[1];
          if (path !== undefined)
            found.set(path, { by: 'option', evidence: [{ side: 'client', section: 'ssh-config', text: line }] });
        }
        for (const said of use.log.missingIdentities)
          if (!found.has(said.path)) found.set(said.path, { by: 'configuration', evidence: cite(said) });
        return [...found].map(([path, { by, evidence }]) => {
          const sure = certainty(use, path);
          // What a configuration for many hosts names need not be there, so that a refused key explains more.
          const verdict = sure === 'likely' && by === 'configuration' ? 'possible' : sure;
          const data = { path, by, others: others(use) };
          return { data, subject: path, verdict, evidence: [...evidence, ...cite(use.log.endingSaid)] } as const;
        });
      },
    }),
  ],
  says: ({ path, by }) =>
    `The key file ${path} that ${by === 'option' ? '-i' : 'the ssh configuration'} names does not exist, so ssh goes on without it.`,
  masks: WITHOUT_KEY,
  remedy: ({ path, others: [other] }) => ({
    refuse: 'which key was meant is not to be guessed',
    manual: [
      `Look what there is: ls -l ${shellQuote(path.replace(/\/[^/]*$/, '') || '/')}`,
      other === undefined
        ? 'If there is no key at all: ssh-keygen -t ed25519, then ssh-copy-id by another way in.'
        : `Of the files that ssh knows of, ${other} is there: ssh -i ${shellQuote(other)} …`,
    ],
  }),
});
