import { daemon, unitEvidence, unitName } from '../../facts/daemon.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/not-enabled',
  severity: 'risk',
  title: 'sshd will not start at the next boot',
  why: 'A unit that runs need not be enabled: somebody started it by hand, or disabled it and left it running. Logins work until the machine restarts, and then nothing listens, often at the worst moment.',
  refs: ['systemctl(1), enable'],
  proofs: [
    proof({
      needs: { daemon },
      check({ daemon: state }) {
        const { service, socket, listening } = state;
        if (listening.length === 0 || service?.active !== 'active' || service.file !== 'disabled') return [];
        if (socket?.file === 'enabled') return [];
        const evidence = unitEvidence(service, 'ActiveState', 'UnitFileState');
        return [{ data: { unit: unitName(state) }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ unit }) => `${unit} runs, but is not enabled: after the next restart of the machine nobody gets in.`,
  // Not `systemctl enable`: once a running ssh.service gets its alias sshd.service, for which sshd-keygen.service has asked
  // before, systemd 257 may take it for dead, and freezes as soon as that process ends.
  remedy: ({ unit }) => ({
    summary: 'start sshd at every boot',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'unit', unit, action: 'add-wants multi-user.target' }],
  }),
});
