import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'handshake/rsa-too-small',
    suites: ['bookworm', 'trixie'],
    breakServer: `
      ssh-keygen -q -t rsa -b 1024 -N '' -f /etc/ssh/short_rsa_key
      sed -i '1i HostKey /etc/ssh/short_rsa_key' /etc/ssh/sshd_config
      systemctl restart ssh`,
    breakClient: ": >/root/.ssh/known_hosts; printf 'Host *\\n  RequiredRSASize 2048\\n' >/root/.ssh/config",
    fails: /Invalid key length/,
    client: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    joined: { verdict: 'confirmed', gates: { handshake: 'closed' } },
    unasked: 'the server does not know how long a key its clients want',
  },
];
