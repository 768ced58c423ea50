import type { LabCase } from '../../case.ts';

const base = {
  id: 'auth/key-revoked',
  fails: /Permission denied/,
  server: { verdict: 'confirmed' },
  client: { first: 'auth/key-not-authorized', verdict: 'possible' },
  joined: { verdict: 'confirmed' },
} as const;

const directive = "sed -i '1i RevokedKeys /etc/ssh/revoked' /etc/ssh/sshd_config; systemctl restart ssh";

/** A certificate of a trusted CA, and a KRL that says this of it. */
const krl = (spec: string, options = ''): string => `
  ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ca
  printf '%s\\n' "$PUBKEY" > /home/alice/mine.pub
  ssh-keygen -q -s /etc/ssh/ca -I alice-laptop -n alice -z 7 /home/alice/mine.pub
  chmod 644 /home/alice/mine-cert.pub
  printf '${spec}\\n' > /tmp/spec; ssh-keygen -q -k -f /etc/ssh/krl ${options} -s /etc/ssh/ca.pub /tmp/spec
  sed -i '1i TrustedUserCAKeys /etc/ssh/ca.pub\\nRevokedKeys /etc/ssh/krl' /etc/ssh/sshd_config
  systemctl restart ssh`;

const { client: _, ...told } = base;
const certificate = {
  ...told,
  unasked: 'the client is not told why its certificate does not count',
  ssh: { key: '/root/.ssh/id_ed25519.pub' },
  breakClient: `
    ssh alice@web1 cat mine-cert.pub > "$KEYFILE-cert.pub"
    ssh alice@web1 rm .ssh/authorized_keys`,
};

export const cases: readonly LabCase[] = [
  { ...base, breakServer: `cp /home/alice/.ssh/authorized_keys /etc/ssh/revoked; ${directive}` },
  { ...base, variant: 'the list is missing', suites: ['bookworm'], breakServer: directive },
  {
    ...base,
    variant: 'a line that is no key',
    suites: ['bookworm'],
    breakServer: `printf 'serial: 7\\n' > /etc/ssh/revoked; ${directive}`,
  },
  {
    ...base,
    variant: 'broken KRL',
    breakServer: `printf 'SSHKRL\\n\\000\\000\\000\\000\\001' > /etc/ssh/revoked; ${directive}`,
  },
  {
    ...base,
    variant: 'KRL with its hash',
    suites: ['bookworm'],
    breakServer: `printf 'sha1: %s\\n' "$PUBKEY" > /tmp/spec; ssh-keygen -q -k -f /etc/ssh/revoked /tmp/spec; ${directive}`,
  },
  { ...certificate, variant: 'KRL with its serial', breakServer: krl('serial: 3\\nserial: 5-9') },
  { ...certificate, variant: 'KRL with its identity', suites: ['bookworm'], breakServer: krl('id: alice-laptop') },
];
