import type { LabCase } from '../../case.ts';

/** The server signs the client's key with a CA that it trusts; the client fetches the certificate and then has nothing else. */
const issue = (options: string, more = ''): string => `
  ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ca
  printf '%s\\n' "$PUBKEY" > /home/alice/mine.pub
  ssh-keygen -q -s /etc/ssh/ca -I alice-laptop ${options} /home/alice/mine.pub
  chmod 644 /home/alice/mine-cert.pub
  sed -i '1i TrustedUserCAKeys /etc/ssh/ca.pub' /etc/ssh/sshd_config
  ${more}
  systemctl restart ssh`;

const fetch = (to = '$KEYFILE-cert.pub', last = 'rm .ssh/authorized_keys'): string => `
  ssh alice@web1 cat mine-cert.pub > "${to}"
  ssh alice@web1 ${last}`;

const base = {
  id: 'auth/certificate-refused',
  breakClient: fetch(),
  ssh: { key: '/root/.ssh/id_ed25519.pub' },
  fails: /Permission denied/,
  server: { verdict: 'confirmed', gates: { auth: 'closed' } },
  joined: { verdict: 'confirmed' },
  unasked: 'the client is not told why its certificate does not count',
} as const;

const RSA_CA = `
  rm /etc/ssh/ca /etc/ssh/ca.pub; ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ca
  ssh-keygen -q -s /etc/ssh/ca -t ssh-rsa -I alice-laptop -n alice /home/alice/mine.pub`;

/** One release is enough for what all of them do alike. */
const suites = ['bookworm'] as const;

export const cases: readonly LabCase[] = [
  { ...base, variant: 'expired', breakServer: issue('-n alice -V 20200101:20200201') },
  { ...base, variant: 'not yet valid', suites, breakServer: issue('-n alice -V 20300101:20400101') },
  { ...base, variant: 'principal', breakServer: issue('-n bob') },
  { ...base, variant: 'no principal', suites, breakServer: issue('') },
  {
    ...base,
    variant: 'principals file',
    breakServer: issue(
      '-n alice',
      `mkdir /etc/ssh/principals; printf 'admins\\nfrom="10.0.0.0/8" ops\\n' > /etc/ssh/principals/alice
       sed -i '1i AuthorizedPrincipalsFile /etc/ssh/principals/%u' /etc/ssh/sshd_config`,
    ),
  },
  {
    ...base,
    variant: 'unknown CA',
    suites,
    breakServer: issue(
      '-n alice',
      "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/new; mv /etc/ssh/new.pub /etc/ssh/ca.pub",
    ),
  },
  { ...base, variant: 'algorithm of the CA', breakServer: issue('-n alice', RSA_CA) },
  {
    ...base,
    variant: 'types',
    suites,
    breakServer: issue('-n alice', "sed -i '1i PubkeyAcceptedKeyTypes -*-cert-v01@openssh.com' /etc/ssh/sshd_config"),
  },
  { ...base, variant: 'source-address', breakServer: issue('-n alice -O source-address=192.0.2.0/24') },
  {
    ...base,
    variant: 'certificate of a host',
    suites,
    breakServer: issue('-h -n alice'),
  },
  {
    ...base,
    variant: 'CertificateFile',
    suites,
    breakServer: issue('-n bob'),
    breakClient: fetch('/root/.ssh/other-cert.pub'),
    ssh: { args: ['-o', 'CertificateFile=/root/.ssh/other-cert.pub'], key: '/root/.ssh/other-cert.pub' },
  },
  {
    ...base,
    variant: 'authority in authorized_keys',
    breakServer: `${issue('-n alice,ops')}
      sed -i '/TrustedUserCAKeys/d' /etc/ssh/sshd_config; systemctl restart ssh
      printf 'cert-authority,principals="admins" %s\\n' "$(cat /etc/ssh/ca.pub)" > /home/alice/line; chmod 644 /home/alice/line`,
    breakClient: fetch('$KEYFILE-cert.pub', "'cat line > .ssh/authorized_keys'"),
  },
];
