import type { Story } from '../story.ts';

export const story: Story = {
  name: 'which-line',
  title: 'It worked before we hardened it: which line of sshd_config is it?',
  suite: 'trixie',
  breakServer: `
    mkdir -p /etc/ssh/sshd_config.d
    printf 'LoginGraceTime 30\\nMaxAuthTries 4\\nX11Forwarding no\\nAllowAgentForwarding no\\nClientAliveInterval 300\\nLogLevel VERBOSE\\n' > /etc/ssh/sshd_config.d/40-hardening.conf
    printf 'AllowGroups ssh-users\\nPermitEmptyPasswords no\\nPermitRootLogin no\\n' > /etc/ssh/sshd_config.d/60-access.conf
    groupadd ssh-users
    systemctl restart ssh`,
  told: [
    'A list of recommended settings went into `/etc/ssh/sshd_config.d`, and since then:',
    { on: 'client', type: 'ssh -o BatchMode=yes alice@web1', shows: /Permission denied/ },
    '`sshwhy server` says at once what it is. But when the reason is not one that it knows, or nobody would believe it without a proof, let it try: a second sshd on a spare port of the loopback, first with nothing in its configuration, then with less and less of yours, until no line can be left out any more:',
    {
      on: 'client',
      type: "sshwhy bisect --user alice --on 'exec:console web1'",
      shows: /This line keeps alice out .*\n.*60-access\.conf:1: AllowGroups ssh-users/,
    },
    'The sshd that runs was not touched, nor were its files; the key that was tried is gone again. The mend is a decision: alice into the group, or the group into the line.',
    { on: 'server', type: 'usermod -aG ssh-users alice', shows: /^$/ },
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
  ],
};
