import { nameserver } from '../scripts.ts';
import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'slow-login',
  title: 'Slow login: ssh takes ten seconds before it asks for the password or gives a prompt',
  suite: 'bookworm',
  breakServer: `${nameserver({ '10.2.77.10.in-addr.arpa': 'laptop.corp.example', 'laptop.corp.example': '10.77.2.10' }, 2)}
    echo 'UseDNS yes' >/etc/ssh/sshd_config.d/10-dns.conf; systemctl restart ssh`,
  told: symptom({
    says: 'There is no message, only a pause. Where the pause is tells what waits: before the first line of the server, it is the network, the name, or a machine under load; after the host key is accepted and before the login, it is sshd looking for your name, a directory, or GSSAPI; after the login, it is the session. The gate is said to be degraded and not closed.',
    works: 'Everything: the login comes to its end.',
    causes: [
      ['name/reverse-dns-slow', '`UseDNS yes`, and the nameserver of the server does not answer about your address.'],
      [
        'handshake/slow',
        'a pause that was measured, with the step it is in: a PAM module that waits for a directory, GSSAPI, an AuthorizedKeysCommand.',
      ],
      ['name/ipv6-broken', 'ssh tries an IPv6 address first, and waits until it gives up on it.'],
      ['name/resolver-unreachable', 'your own nameservers answer late.'],
      [
        'session/logind-stall',
        'systemd-logind does not answer; the pause is 25 s or longer and comes after the login.',
      ],
      ['host/overloaded', 'the machine has no time.'],
      ['host/entropy-blocked', 'a machine that has just booted waits for random numbers.'],
    ],
    command: "sshwhy --verbose alice@web1 --on 'exec:CONSOLE'",
    hint: '`--verbose` says where the time went, step by step.',
    example: [
      'alice gets in, and waits for it each time:',
      {
        on: 'client',
        type: "python3 -c \"import subprocess, time; t = time.time(); subprocess.run(['ssh', 'alice@web1', 'true']); print('%.1f s' % (time.time() - t))\"",
        shows: /^\d+\.\d s$/,
      },
      { on: 'client', type: "sshwhy alice@web1 --on 'exec:console web1'", shows: /confirmed · name\/reverse-dns-slow/ },
      'sshd asks the nameserver for the name of the client, and then for the address of that name. Nobody here needs it:',
      { on: 'server', type: 'rm /etc/ssh/sshd_config.d/10-dns.conf && systemctl restart ssh', shows: /^$/ },
      {
        on: 'client',
        type: "python3 -c \"import subprocess, time; t = time.time(); subprocess.run(['ssh', 'alice@web1', 'true']); print('%.1f s' % (time.time() - t))\"",
        shows: /^\d+\.\d s$/,
      },
    ],
    console: {
      tells: 'Is it the nameserver, the load, or a service that waits?',
      type: 'sshd -T | grep -iE "usedns|gssapiauthentication"\ntime getent hosts CLIENT_ADDRESS\nuptime; systemctl is-active systemd-logind\njournalctl -t sshd -t systemd-logind -n 30 --no-pager',
    },
  }),
};
