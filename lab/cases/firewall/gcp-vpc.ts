import type { LabCase } from '../../case.ts';
import { clouds, routerDrops } from '../../clouds.ts';

// The lab has no cloud: its router drops exactly what the answers of Google Cloud say, and sshwhy is given those answers.
export const cases: readonly LabCase[] = [
  {
    id: 'firewall/gcp-vpc',
    topology: 'router',
    breakRouter: routerDrops('tcp dport != 443'),
    ssh: { args: ['-oConnectTimeout=3'], told: clouds('gcp/instance', 'gcp/effective') },
    fails: /timed out/,
    server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    client: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' }, contains: ['firewall/path-filtered'] },
    afterFix: 'none',
  },
];
