import type { LabCase } from '../../case.ts';

const base = {
  id: 'auth/nologin',
  fails: /Connection closed|maintenance|Permission denied|booting/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'what the server says before it hangs up is the text of any administrator',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'by an administrator', breakServer: "echo 'Down for maintenance until noon.' > /etc/nologin" },
  {
    ...base,
    variant: 'by a boot that never ended',
    breakServer: "echo 'System is booting up. Unprivileged users are not permitted to log in yet.' > /run/nologin",
  },
];
