import type { LabCase } from '../../case.ts';
import { clouds, routerDrops } from '../../clouds.ts';

// The lab has no cloud: its router drops exactly what the answers of Azure say, and sshwhy is given those answers.
export const cases: readonly LabCase[] = [
  {
    id: 'firewall/azure-nsg',
    topology: 'router',
    breakRouter: routerDrops('tcp dport { 22, 3389 }'),
    ssh: { args: ['-oConnectTimeout=3'], told: clouds('azure/nsg', 'azure/nic', 'azure/subnet') },
    fails: /timed out/,
    server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    client: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' }, contains: ['firewall/path-filtered'] },
    afterFix: 'none',
  },
];
