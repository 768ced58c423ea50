import type { LabCase } from '../../case.ts';
import { clouds, routerDrops } from '../../clouds.ts';

// The lab has no cloud: its router drops exactly what the answers of AWS say, and sshwhy is given those answers.
const base = {
  id: 'firewall/aws-network-acl',
  topology: 'router',
  fails: /timed out/,
  server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
  // Were the client's address translated to one of the same subnet, the list would not be asked.
  client: { verdict: 'likely', gates: { firewall: 'closed' } },
  joined: { verdict: 'likely', gates: { firewall: 'closed' }, contains: ['firewall/path-filtered'] },
  afterFix: 'none',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'no way out for the answers',
    breakRouter: routerDrops('ip saddr 10.77.2.20 tcp sport 22 tcp dport != 443'),
    ssh: {
      args: ['-oConnectTimeout=3'],
      told: clouds('aws/instances', 'aws/subnets', 'aws/security-groups-open', 'aws/network-acls'),
    },
  },
];
