import { NO_PENALTY } from '../scripts.ts';
import type { Story } from '../story.ts';

export const story: Story = {
  name: 'fix',
  title: 'Fix it, and take it back if that did not help',
  suite: 'bookworm',
  breakServer: `${NO_PENALTY}
    chmod 777 /home/alice/.ssh
    printf 'ListenAddress 127.0.0.1\\n' > /etc/ssh/sshd_config.d/30-tunnel.conf
    systemctl restart ssh`,
  told: [
    'Two things are wrong with this server, one behind the other.',
    { on: 'client', type: 'ssh -o BatchMode=yes alice@web1', shows: /Connection refused/ },
    'What would be changed? Nothing is, yet:',
    {
      on: 'client',
      type: "sshwhy fix alice@web1 --on 'exec:console web1' --dry-run",
      shows: /-ListenAddress 127\.0\.0\.1\n.*\+# ListenAddress 127\.0\.0\.1/,
    },
    'Without `--dry-run` it asks before each change (`--yes` does not). After each change it looks again, finds the next cause, and goes on until a fresh login by your own ssh works. Only then are the changes confirmed:',
    {
      on: 'client',
      type: "sshwhy fix alice@web1 --on 'exec:console web1' --yes",
      shows: /The login works now[\s\S]*daemon\/listen-loopback-only[\s\S]*auth\/authorized-keys-modes/,
    },
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    'Whatever happens to your own machine or to the line meanwhile, nobody is locked out: before the first change the server writes down what takes it back, and starts a guard that does so by itself unless the login was proven within `--confirm-within` (60 s). Here the first fix helps, but the second is not to be made (`--only`), so the login still fails and all is put back. The undo of what was done above comes first:',
    { on: 'client', type: "sshwhy undo --on 'exec:console web1'", shows: /confirmed/ },
    {
      on: 'client',
      type: `for id in $(sshwhy undo --on 'exec:console web1' | sort -r | cut -d' ' -f1); do sshwhy undo $id --on 'exec:console web1'; done`,
      shows: /was taken back/,
    },
    {
      on: 'client',
      type: "sshwhy fix alice@web1 --on 'exec:console web1' --yes --only daemon/listen-loopback-only",
      shows: /Everything that was changed is as it was/,
    },
    'The journal of the server tells all of it:',
    { on: 'server', type: 'journalctl -t sshwhy -o cat', shows: /was taken back/ },
    'On a console without any network, `sshwhy fix --print-script` gives one sh script that does the same: it changes, asks you to log in from elsewhere, and puts everything back unless you type yes.',
  ],
};
