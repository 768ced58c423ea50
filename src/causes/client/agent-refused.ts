import { cite, WITHOUT_KEY } from '../../facts/client/cite.ts';
import { keyUse } from '../../facts/client/key-use.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  /** The agent's name of the key. */
  readonly key: string;
  readonly user: string;
  readonly said: string;
  readonly token: boolean;
}

export const cause = defineCause<Data>({
  id: 'client/agent-refused',
  severity: 'blocks',
  title: 'The key agent does not sign',
  why: 'The server would take the key, but the agent refuses to use it: a key added with ssh-add -c needs a confirmation that nobody can give (no SSH_ASKPASS, no display), the agent was locked in between, or a hardware key was not touched or is not plugged in. ssh says "agent refused operation".',
  refs: ['ssh-add(1), -c, -x', 'ssh-agent(1)', 'draft-ietf-sshm-ssh-agent, SSH_AGENT_FAILURE'],
  proofs: [
    proof({
      needs: { keyUse },
      check({ keyUse: use }, { user = '' }) {
        if (!use.failed) return [];
        const refused = use.log.signErrors.filter(({ text, reason }) => /agent/.test(text) || /agent/.test(reason));
        return refused.map((said) => {
          const offered = use.log.offered.find(({ path, source }) => path === said.path && source === 'agent');
          const taken = use.log.log.find(({ text }) => text.startsWith(`Server accepts key: ${said.path} `));
          const token = / \S*-SK "/.test(said.text) || (offered?.type ?? '').endsWith('-SK');
          const data = { key: said.path, user, said: said.reason, token };
          return {
            data,
            subject: said.path,
            verdict: taken ? 'confirmed' : 'likely',
            evidence: cite(taken, said),
          } as const;
        });
      },
    }),
  ],
  says: ({ key, user, said, token }) =>
    `The server would let ${user} in with the key "${key}", but the agent does not sign with it (${said})${token ? ': the hardware key was not touched, or is not there' : ''}.`,
  masks: WITHOUT_KEY,
  remedy: ({ token }) => ({
    refuse: 'the agent asks its owner, not a machine',
    manual: token
      ? ['Plug the hardware key in and touch it when it blinks; ssh -v says when it waits.']
      : [
          'Locked? ssh-add -X asks for the password that it was locked with.',
          'A key added with ssh-add -c asks by the program in SSH_ASKPASS of the agent: install one (ssh-askpass), or add the key again without -c.',
          'gpg-agent and gnome-keyring need a display or a terminal to ask on: gpg-connect-agent updatestartuptty /bye',
        ],
  }),
});
