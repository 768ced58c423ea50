import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'kex-exchange-identification',
  title: 'kex_exchange_identification: Connection closed by remote host, read: Connection reset by peer',
  suite: 'bookworm',
  breakServer: "printf 'sshd: 10.77. EXCEPT 10.77.3.0/24\\n' >/etc/hosts.deny",
  told: symptom({
    says: 'The connection was opened, and it ended before the server had sent its first line (`SSH-2.0-…`). “Connection closed by remote host” is an orderly end, “read: Connection reset by peer” a hard one. Both can come from the same cause: ssh sends its own line at once, and a server that closes without having read it makes its kernel answer with a reset. The gate is `admission`: something takes the connection and does not want it.',
    works:
      'The name has an address, the machine is up, packets get there and back, no firewall on the way drops or refuses port 22, and something listens on it. Keys and passwords have not been looked at: changing them cannot help.',
    causes: [
      [
        'admission/per-source-penalty',
        'OpenSSH 9.8 and newer turn an address away for a while after failed logins. It goes away by itself, and every new try may make it longer.',
      ],
      [
        'admission/max-startups',
        'too many connections that are not logged in yet, often somebody guessing passwords. It comes and goes.',
      ],
      ['admission/per-source-max-startups', 'the same, counted for your address alone, e.g. everybody behind one NAT.'],
      ['admission/tcp-wrappers', '`/etc/hosts.deny` names your address, or `/etc/hosts.allow` does not.'],
      ['admission/refuse-connection', 'a Match block of sshd_config says `RefuseConnection`.'],
      [
        'daemon/session-binary-missing',
        'after an upgrade that was not finished: sshd cannot start the program for a connection.',
      ],
      ['daemon/library-mismatch', 'sshd and its libraries do not fit, after an upgrade as well.'],
      ['host/fork-exhausted', 'the machine can start no further process.'],
      [
        'network/middlebox-reset',
        'something between the two resets connections that look like SSH. Other networks get in.',
      ],
      [
        'network/wrong-service',
        'what listens on the port is not SSH, such as a load balancer without a server behind it.',
      ],
    ],
    command: 'sshwhy alice@web1',
    hint: 'Do not try again and again: each try is a connection more for MaxStartups, and a failure more for penalties and fail2ban. sshwhy makes two connections at most.',
    example: [
      'alice was let in yesterday. Today:',
      { on: 'client', type: 'ssh alice@web1', shows: /kex_exchange_identification: .*(closed|reset)/ },
      { on: 'client', type: 'sshwhy alice@web1', shows: /admission\// },
      'From outside, several causes look alike; the answer says so. The server knows. Through another door:',
      {
        on: 'client',
        type: "sshwhy alice@web1 --on 'exec:console web1'",
        shows: /confirmed · admission\/tcp-wrappers/,
      },
      'Somebody has shut out a network, and this client is in it. The line is changed on the server:',
      { on: 'server', type: "sed -i 's/^sshd: 10.77./# &/' /etc/hosts.deny", shows: /^$/ },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    ],
    console: {
      tells:
        'sshd writes why it turned somebody away: `penalty`, `MaxStartups`, `refused connect from` (hosts.deny), `fatal`.',
      type: 'journalctl -t sshd -n 30 --no-pager    # or: tail -n 30 /var/log/auth.log\ncat /etc/hosts.allow /etc/hosts.deny\nsshd -T | grep -iE "startups|penalt"',
    },
  }),
};
