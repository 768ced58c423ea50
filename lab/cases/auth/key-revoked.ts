import type { LabCase } from '../../case.ts';

const base = {
  id: 'auth/key-revoked',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'confirmed' },
} as const;

const directive = "sed -i '1i RevokedKeys /etc/ssh/revoked' /etc/ssh/sshd_config; systemctl restart ssh";

export const cases: readonly LabCase[] = [
  { ...base, breakServer: `cp /home/alice/.ssh/authorized_keys /etc/ssh/revoked; ${directive}` },
  { ...base, variant: 'the list is missing', suites: ['bookworm'], breakServer: directive },
];
