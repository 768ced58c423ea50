import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'hangs-after-login',
  title: 'ssh hangs after the login: no prompt, or the session freezes',
  suite: 'bookworm',
  breakServer: 'pkill -STOP systemd-logind',
  told: symptom({
    says: 'The key or password was taken (`ssh -v` says `Authenticated to web1`), and then no prompt comes; or it comes, and the session freezes when much is printed or after a while of silence. The gate is `session`, or `network` when it freezes with large outputs.',
    works: 'Everything up to and including the login. Keys, accounts and firewalls are not the fault.',
    causes: [
      [
        'session/logind-stall',
        'systemd-logind or the message bus does not answer: the prompt comes after 25 s to two minutes.',
      ],
      [
        'network/dscp-drop',
        'the packets of a session carry another priority than those of the login, and something drops them.',
      ],
      ['network/mtu-black-hole', 'it freezes with the first large output (`ls -l`, `dmesg`).'],
      [
        'session/idle-disconnect',
        'it freezes or ends after some minutes without a key typed: a NAT or firewall forgot the connection.',
      ],
      ['session/pty-failed', 'no terminal could be had.'],
      ['session/shell-exits', 'the shell ended at once, which looks like a hang in scripts.'],
      ['host/overloaded', 'the machine has no time or no memory to start a shell.'],
    ],
    command: "sshwhy alice@web1 --on 'exec:CONSOLE'",
    hint: 'To get in meanwhile, without a terminal and without the shell’s own start-up files: `ssh -T alice@web1 /bin/sh`.',
    example: [
      'The key is taken, and then nothing. So as not to wait for it, ssh is told to give up after four seconds of silence:',
      {
        on: 'client',
        type: 'ssh -o ServerAliveInterval=2 -o ServerAliveCountMax=2 alice@web1 true',
        shows: /Timeout, server .* not responding/,
      },
      {
        on: 'client',
        type: "sshwhy alice@web1 --on 'exec:console web1'",
        shows: /confirmed · session\/logind-stall/,
      },
      'PAM asks systemd-logind to open a session and waits. As the answer says:',
      { on: 'server', type: 'systemctl kill -s CONT systemd-logind; systemctl restart systemd-logind', shows: /^$/ },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    ],
    console: {
      tells: 'Does logind answer, and is there room for one more process?',
      type: 'timeout 5 loginctl list-sessions || echo "logind does not answer"\nuptime; df -h / /tmp /run; free -m\njournalctl -t sshd -t systemd-logind -n 30 --no-pager',
    },
  }),
};
