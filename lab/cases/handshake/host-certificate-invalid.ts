import type { LabCase } from '../../case.ts';

/** An authority of its own signs the host key; the client trusts it, and no plain key. */
const sign = (words: string): string => `
  cd /etc/ssh
  ssh-keygen -q -t ed25519 -N '' -f /root/ca
  ssh-keygen -q -s /root/ca -h -I web1-2026 ${words} ssh_host_ed25519_key.pub
  sed -i '1i HostCertificate /etc/ssh/ssh_host_ed25519_key-cert.pub\\nBanner /root/ca.pub' sshd_config
  chmod 755 /root
  systemctl restart ssh`;

/** Nothing but the network leads from the host to the client: the banner of sshd brings the key. */
const trust = `
  ca=$(ssh -oBatchMode=yes -oPreferredAuthentications=none nobody@web1 2>&1 | grep ^ssh-ed25519)
  echo "@cert-authority web1 $ca" >/root/.ssh/known_hosts`;

const base = {
  id: 'handshake/host-certificate-invalid',
  ssh: { args: ['-oStrictHostKeyChecking=yes'] },
  client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
  unasked: 'the server does not know which authority its clients trust, or what time it is for them',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'expired',
    breakServer: sign('-n web1 -V 20200101:20200201'),
    breakClient: trust,
    fails: /Certificate invalid: expired/,
  },
  {
    ...base,
    variant: 'not-yet-valid',
    suites: ['bookworm'],
    breakServer: sign('-n web1 -V 20400101:20410201'),
    breakClient: trust,
    fails: /Certificate invalid: not yet valid/,
  },
  {
    ...base,
    variant: 'principal',
    suites: ['bookworm'],
    breakServer: sign('-n db1,db2'),
    breakClient: trust,
    fails: /Certificate invalid: name is not a listed principal/,
  },
  {
    ...base,
    variant: 'authority',
    suites: ['bookworm'],
    breakServer: sign('-n web1'),
    breakClient: 'echo "@cert-authority web1 $(cut -d" " -f1-2 /root/.ssh/id_ed25519.pub)" >/root/.ssh/known_hosts',
    fails: /Host key verification failed/,
  },
];
