import type { LabCase } from '../../case.ts';
import { clouds, routerDrops } from '../../clouds.ts';

// The lab has no cloud: its router drops exactly what the answers of AWS say, and sshwhy is given those answers.
const base = {
  id: 'firewall/aws-security-group',
  topology: 'router',
  fails: /timed out/,
  // What is advised changes the cloud; that it lets the login in is shown by the tests of the evaluator.
  afterFix: 'none',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'another address',
    breakRouter: routerDrops('ip saddr != 203.0.113.0/24 tcp dport 22'),
    ssh: { args: ['-oConnectTimeout=3'], told: clouds('aws/instances', 'aws/security-groups') },
    server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    // A client with a private address cannot know that it is not translated on the way.
    client: { verdict: 'likely', gates: { firewall: 'closed' } },
    joined: { verdict: 'likely', gates: { firewall: 'closed' }, contains: ['firewall/path-filtered'] },
  },
  {
    ...base,
    variant: 'no rule for the port',
    breakRouter: routerDrops('tcp dport 22'),
    ssh: {
      args: ['-oConnectTimeout=3'],
      told: clouds('aws/instances', 'aws/security-groups-web-only', 'aws/network-acls-open'),
    },
    server: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    client: { verdict: 'confirmed', gates: { firewall: 'closed' } },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' }, contains: ['firewall/path-filtered'] },
  },
  {
    ...base,
    variant: 'and the host too',
    breakRouter: routerDrops('tcp dport 22'),
    breakServer: 'iptables -A INPUT -p tcp --dport 22 -j DROP',
    ssh: { args: ['-oConnectTimeout=3'], told: clouds('aws/instances', 'aws/security-groups-web-only') },
    server: { verdict: 'confirmed', contains: ['firewall/host-drop'] },
    client: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed', gates: { firewall: 'closed' }, contains: ['firewall/host-drop'] },
  },
];
