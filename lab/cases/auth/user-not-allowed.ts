import type { LabCase } from '../../case.ts';

const base = {
  id: 'auth/user-not-allowed',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible', gates: { auth: 'closed' } },
  joined: { verdict: 'confirmed' },
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'AllowUsers',
    breakServer: "sed -i '1i AllowUsers bob root' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'DenyUsers by address',
    breakServer: "sed -i '1i DenyUsers al*@10.77.0.0/16' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'AllowGroups',
    breakServer: "sed -i '1i AllowGroups ssh-users' /etc/ssh/sshd_config; systemctl restart ssh",
  },
  {
    ...base,
    variant: 'DenyUsers in a Match block',
    breakServer:
      "printf 'Match Address 10.77.0.0/16\\n  DenyUsers alice\\n' >> /etc/ssh/sshd_config; systemctl restart ssh",
  },
];
