import { sshdBinary } from '../../facts/binary.ts';
import { daemon } from '../../facts/daemon.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';

export const cause = defineCause<null>({
  id: 'daemon/not-installed',
  severity: 'blocks',
  title: 'No sshd on the server',
  why: 'There is no sshd binary in any of the usual places and nothing that speaks SSH listens. Minimal images and freshly cloned machines often come without openssh-server, and a package removal takes it away for good.',
  refs: ['sshd(8)'],
  proofs: [
    proof({
      needs: { sshdBinary, daemon },
      check({ sshdBinary: binary, daemon: { listening } }) {
        if (binary !== null || listening.length > 0) return [];
        const evidence = [
          { side: 'server', section: 'sshd-binary', text: 'no sshd in PATH or the usual places' } as const,
        ];
        return [{ data: null, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: () => 'There is no sshd on the server.',
  masks: ['daemon/not-running', 'daemon/masked'],
  remedy: () => ({
    summary: 'install the OpenSSH server; the package starts it',
    risk: 'safe',
    where: 'server',
    changes: [command('apt-get install -y openssh-server', ['apt-get purge -y openssh-server'])],
  }),
});
