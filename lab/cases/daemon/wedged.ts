import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/wedged',
    breakServer: 'kill -STOP "$(systemctl show -p MainPID --value ssh)"',
    ssh: { args: ['-oConnectTimeout=3'] },
    fails: /timed out during banner exchange|Connection timed out/,
    server: { verdict: 'confirmed' },
    client: { verdict: 'likely', gates: { firewall: 'open' } },
    joined: { verdict: 'confirmed' },
  },
];
