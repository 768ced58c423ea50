import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/config-perms',
  suites: ['bookworm'],
  fails: /Bad owner or permissions on \/root\/\.ssh\/config/,
  client: { verdict: 'confirmed', gates: { client: 'closed' } },
  joined: { verdict: 'confirmed', gates: { client: 'closed' } },
  unasked: 'ssh makes no connection',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'mode', breakClient: ': >/root/.ssh/config; chmod 666 /root/.ssh/config' },
  { ...base, variant: 'owner', breakClient: ': >/root/.ssh/config; chown 1234 /root/.ssh/config' },
];
