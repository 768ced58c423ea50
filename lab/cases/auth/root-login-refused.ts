import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/root-login-refused',
    breakServer: `mkdir -p -m 700 /root/.ssh; printf '%s\\n' "$PUBKEY" > /root/.ssh/authorized_keys
sed -i '1i PermitRootLogin no' /etc/ssh/sshd_config; systemctl restart ssh`,
    ssh: { user: 'root' },
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    client: { verdict: 'likely', gates: { auth: 'closed' } },
    joined: { verdict: 'confirmed' },
  },
];
