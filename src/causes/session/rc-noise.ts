import { attemptLog } from '../../facts/client/attempt.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly user: string;
  readonly said: string;
}

export const cause = defineCause<Data>({
  id: 'session/rc-noise',
  severity: 'degrades',
  title: 'A start-up file of the shell prints something where nothing may be printed',
  why: 'scp, sftp, rsync and git speak a protocol over the output of the remote shell. When .bashrc, .zshenv or /etc/bash.bashrc prints a greeting, those bytes come first and are taken for a message: "Received message too long", "protocol error", "bad line length character".',
  refs: ['sftp(1)', 'bash(1), INVOCATION'],
  proofs: [
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user = '' }) {
        const said = log.stdout.trim();
        if (log.ending !== 'ok' || said === '') return [];
        const evidence = [
          {
            side: 'client',
            section: 'attempt',
            text: `a command that prints nothing printed: ${said.slice(0, 120)}`,
          } as const,
        ];
        return [{ data: { user, said: said.slice(0, 120) }, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, said }) =>
    `The shell of ${user} prints "${said}" before every command, which breaks scp, sftp, rsync and git.`,
  remedy: () => ({
    refuse: 'the files belong to their user',
    manual: [
      'Put this first into ~/.bashrc (or whatever file prints): case $- in *i*) ;; *) return ;; esac',
      'Greetings belong into ~/.bash_profile, /etc/motd or Banner.',
    ],
  }),
});
