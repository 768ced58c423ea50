import type { LabCase } from '../../case.ts';

const base = {
  id: 'auth/account-expired',
  fails: /Permission denied|Connection closed|account has expired/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'from outside an expired account looks like any other that is turned away after its key was taken',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, breakServer: 'chage -E 2020-01-01 alice' },
  { ...base, variant: 'password never changed', breakServer: 'chage -M 30 -I 10 -d 2020-01-01 alice' },
  {
    ...base,
    variant: 'without PAM',
    breakServer: `usermod -p '*' -e 2020-01-01 alice; sed -i '1i UsePAM no' /etc/ssh/sshd_config; systemctl restart ssh`,
  },
];
