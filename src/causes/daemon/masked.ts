import { daemon, unitEvidence, unitName } from '../../facts/daemon.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/masked',
  severity: 'blocks',
  title: 'The unit of sshd is masked',
  why: 'A masked unit is linked to /dev/null: systemd refuses to start it by hand, at boot, or on behalf of another unit. It survives package upgrades, so sshd stays down until somebody takes the mask off.',
  refs: ['systemctl(1), mask'],
  proofs: [
    proof({
      needs: { daemon },
      check({ daemon: state }) {
        const { service, listening } = state;
        if (service?.load !== 'masked') return [];
        const evidence = unitEvidence(service, 'LoadState', 'UnitFileState', 'ActiveState');
        const observed = { data: { unit: unitName(state) }, verdict: 'confirmed', evidence } as const;
        return [listening.length > 0 ? { ...observed, latent: true } : observed];
      },
    }),
  ],
  says: ({ unit }) => `The unit ${unit} is masked: nothing can start sshd.`,
  masks: ['daemon/not-running', 'daemon/not-enabled'],
  remedy: ({ unit }) => ({
    summary: 'take the mask off, then start sshd, now and at every boot',
    risk: 'safe',
    where: 'server',
    changes: [
      { kind: 'unit', unit, action: 'unmask' },
      { kind: 'unit', unit, action: 'enable --now' },
    ],
  }),
});
