import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/config-invalid',
  suites: ['bookworm'],
  client: { verdict: 'confirmed', gates: { client: 'closed' } },
  joined: { verdict: 'confirmed', gates: { client: 'closed' } },
  unasked: 'ssh makes no connection',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'option',
    breakClient: `printf 'Host *\\n  UseKeychain yes\\n' >/root/.ssh/config`,
    fails: /Bad configuration option: usekeychain/,
  },
  {
    ...base,
    variant: 'value',
    breakClient: `printf 'Host web1\\n  Ciphers 3des\\n' >/root/.ssh/config`,
    fails: /Bad SSH2 cipher spec/,
  },
  {
    ...base,
    variant: 'system-wide',
    breakClient: `mkdir -p /etc/ssh/ssh_config.d; echo 'Port ssh22' >/etc/ssh/ssh_config.d/50-site.conf`,
    fails: /50-site\.conf line 1: Bad port/,
  },
  {
    ...base,
    variant: 'typed',
    breakClient: 'true # the option itself is wrong',
    ssh: { args: ['-oFrobnicate=yes'] },
    fails: /Bad configuration option: frobnicate/,
  },
];
