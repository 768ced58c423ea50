import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'connection-closed',
  title: 'Connection closed by … port 22',
  suite: 'bookworm',
  breakServer: `echo '-:ALL EXCEPT bob:ALL' >>/etc/security/access.conf
    sed -i '1i account required pam_access.so' /etc/pam.d/sshd`,
  told: symptom({
    says: 'The server ended the connection after it had begun to speak SSH, and gave no reason. Where it did so decides everything, and the message does not say it; the last line of `ssh -v` before it does. After `Server accepts key` or a password, it is the gate `auth`: the account, not the key. After `SSH2_MSG_KEXINIT sent`, it is `handshake` or `admission`: sshd ended, or something reset it.',
    works:
      'Name, network, firewall, and an sshd that greets. When the message comes after `Server accepts key`, also the host key and your own key: a new key changes nothing.',
    causes: [
      ['auth/pam-access', '`/etc/security/access.conf` does not let this account in from there.'],
      ['auth/account-expired', 'the account has ended (`chage -l`).'],
      [
        'auth/nologin',
        '`/etc/nologin` or `/run/nologin` is there: a shutdown that is under way, or a boot that is not done.',
      ],
      ['auth/pam-stack-denies', 'another module of PAM says no.'],
      ['session/pam-session-failed', 'the login worked, and PAM could not open the session.'],
      ['admission/grace-timeout', 'two minutes (`LoginGraceTime`) went by before anybody had logged in.'],
      [
        'daemon/sandbox-kill',
        'the process that speaks with you was killed for a system call that its sandbox does not know.',
      ],
      ['daemon/wedged', 'sshd, or what listens in its place, takes connections and does nothing with them.'],
      ['network/middlebox-reset', 'something on the way ends connections that look like SSH.'],
    ],
    command: "sshwhy alice@web1 --on 'exec:CONSOLE'",
    hint: 'Without a door into the server: `sshwhy alice@web1` says how far it came.',
    example: [
      'alice cannot log in, and bob can. Her key is the same as ever:',
      { on: 'client', type: 'ssh alice@web1', shows: /Connection closed by .* port 22/ },
      {
        on: 'client',
        type: 'ssh -v alice@web1 2>&1 | tail -n 4',
        shows: /Connection closed by/,
      },
      { on: 'client', type: "sshwhy alice@web1 --on 'exec:console web1'", shows: /confirmed · auth\/pam-access/ },
      'The line stands where the answer says. It was meant for another group of servers:',
      { on: 'server', type: "sed -i 's/^-:ALL EXCEPT bob:ALL/# &/' /etc/security/access.conf", shows: /^$/ },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    ],
    console: {
      tells:
        'The log has the reason that the client is not told: `Access denied for user … by PAM account configuration`, `fatal: …`, `Timeout before authentication`.',
      type: 'journalctl -t sshd -n 30 --no-pager    # or: tail -n 30 /var/log/auth.log\nls -l /etc/nologin /run/nologin\nchage -l alice\ngrep -v "^#" /etc/security/access.conf',
    },
  }),
};
