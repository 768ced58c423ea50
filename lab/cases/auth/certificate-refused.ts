import type { LabCase } from '../../case.ts';

/** The server signs the client's key with a CA that it trusts; the client fetches the certificate and then has nothing else. */
const issue = (options: string): string => `
  ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ca
  printf '%s\\n' "$PUBKEY" > /home/alice/mine.pub
  ssh-keygen -q -s /etc/ssh/ca -I alice-laptop ${options} /home/alice/mine.pub
  chmod 644 /home/alice/mine-cert.pub
  sed -i '1i TrustedUserCAKeys /etc/ssh/ca.pub' /etc/ssh/sshd_config
  systemctl restart ssh`;

const fetch = `
  ssh alice@web1 cat mine-cert.pub > "$KEYFILE-cert.pub"
  ssh alice@web1 rm .ssh/authorized_keys`;

const base = {
  id: 'auth/certificate-refused',
  breakClient: fetch,
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  joined: { verdict: 'confirmed' },
  unasked: 'the client is not told why its certificate does not count',
} as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'expired', breakServer: issue('-n alice -V 20200101:20200201') },
  { ...base, variant: 'principal', breakServer: issue('-n bob') },
];
