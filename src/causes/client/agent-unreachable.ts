import { cite, WITHOUT_KEY } from '../../facts/client/cite.ts';
import { identities } from '../../facts/client/identities.ts';
import { keyUse } from '../../facts/client/key-use.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly socket: string;
  readonly said: string;
}

export const cause = defineCause<Data>({
  id: 'client/agent-unreachable',
  severity: 'blocks',
  title: 'The key agent that ssh is told to use does not answer',
  why: 'SSH_AUTH_SOCK or IdentityAgent names a socket on which no agent listens: it has ended, the session was resumed (tmux, screen) after the forwarded socket moved, or sudo dropped the way to it. ssh says so only in its debug log and goes on without the keys.',
  refs: ['ssh-agent(1)', 'ssh_config(5), IdentityAgent', 'authfd.c, ssh_get_authentication_socket()'],
  proofs: [
    proof({
      needs: { keyUse, identities },
      check({ keyUse: use, identities: { agent } }) {
        const { socket, ok, error = 'no answer' } = agent;
        if (!use.failed || socket === undefined || ok || use.accepted.length > 0) return [];
        const evidence: Evidence[] = [
          { side: 'client', section: 'identities', text: `${socket}: ${error}` },
          ...cite(use.log.agentTrouble, use.log.endingSaid),
        ];
        // With other keys refused, nobody knows whether the agent's would have been taken.
        const verdict = use.judged > 0 ? 'possible' : use.keysOnly ? 'confirmed' : 'likely';
        return [{ data: { socket, said: error }, subject: socket, verdict, evidence }];
      },
    }),
  ],
  says: ({ socket, said }) => `The key agent at ${socket} does not answer (${said}), so ssh has none of its keys.`,
  masks: WITHOUT_KEY,
  remedy: ({ socket }) => ({
    refuse: 'where the agent of this session listens is not known',
    manual: [
      `Is it there? ls -l ${shellQuote(socket)}; SSH_AUTH_SOCK=${shellQuote(socket)} ssh-add -l`,
      'In tmux or screen, open a new window after connecting again, or: eval "$(tmux show-environment -s SSH_AUTH_SOCK)"',
      'Else start one: eval "$(ssh-agent)"; ssh-add',
    ],
  }),
});
