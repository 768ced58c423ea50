import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/key-algorithm-refused',
    breakServer: `sed -i '1i PubkeyAcceptedKeyTypes rsa-sha2-512,ecdsa-sha2-nistp256' /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Permission denied/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  },
];
