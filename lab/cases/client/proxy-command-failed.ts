import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/proxy-command-failed',
  suites: ['bookworm'],
  fails: /UNKNOWN port 65535/,
  unasked: 'the server is in order, and nobody reaches it',
} as const;

const gates = { client: 'closed' } as const;
const command = (what: string): string => `printf '%s\\n' 'Host web1' '  ProxyCommand ${what}' >/root/.ssh/config`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'missing',
    breakClient: command('cloud-tunnel %h %p'),
    client: { verdict: 'confirmed', gates },
    joined: { verdict: 'confirmed', gates },
  },
  {
    ...base,
    variant: 'gives-up',
    breakClient: command('echo no credentials >&2; exit 3'),
    client: { verdict: 'likely', gates },
    joined: { verdict: 'likely', gates },
  },
  {
    ...base,
    variant: 'silent',
    breakClient: command('/bin/false'),
    client: { verdict: 'likely', gates },
    joined: { verdict: 'likely', gates },
  },
];
