import type { Story } from '../story.ts';

export const story: Story = {
  name: 'maintenance',
  title: 'Before a reboot or an upgrade: will sshd come back?',
  suite: 'bookworm',
  breakServer: `
    printf '%s\\n' 'flush ruleset' 'table inet filter {' '  chain input {' '    type filter hook input priority filter; policy drop;' '    ct state established,related accept' '    iif lo accept' '    tcp dport 2222 accept' '  }' '}' >/etc/nftables.conf
    systemctl enable --now nftables
    nft add rule inet filter input tcp dport 22 accept
    systemctl disable ssh`,
  told: [
    'Everybody is in, nothing complains, and tonight the machine is to be rebooted:',
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    '`sshwhy preflight` asks the other question. It runs on the server, or looks through a door (`--on`), and the rules files that are loaded at boot are tried out in a network of their own, so that what decides is the kernel and not a guess:',
    {
      on: 'client',
      type: "sshwhy preflight --on 'exec:console web1'",
      shows: /No go[\s\S]*ssh\.service is not enabled[\s\S]*nftables\.conf, loaded at boot, drop connections/,
    },
    'Both are mended while one is still logged in:',
    {
      on: 'server',
      type: 'systemctl -q add-wants multi-user.target ssh; { echo flush ruleset; nft -s list ruleset; } > /etc/nftables.conf',
      shows: /^$/,
    },
    {
      on: 'client',
      type: "sshwhy preflight --on 'exec:console web1'",
      shows: /^Go|Go: nothing was found/m,
    },
    'Before an upgrade it also asks what the next release takes away: lines of `sshd_config`, keys, modules of PAM. `--to` names another release. And for the time of the work it can leave a second sshd on another port, with copies of the host keys and of the keys of one user, so that whatever becomes of `/etc/ssh`, of homes and of PAM, there is a way in. It opens the firewall for that one address and ends by itself:',
    {
      on: 'client',
      type: "sshwhy preflight --for upgrade --on 'exec:console web1' --rescue 2222 --user alice --from 10.77.2.10 --key ~/.ssh/id_ed25519.pub",
      shows: /trixie[\s\S]*A rescue sshd waits for alice on port 2222/,
    },
    { on: 'server', type: 'systemctl stop ssh', shows: /^$/ },
    { on: 'client', type: 'ssh -p 2222 -o HostKeyAlias=web1 alice@web1 echo in', shows: /^in$/ },
    { on: 'server', type: 'systemctl start ssh', shows: /^$/ },
    {
      on: 'client',
      type: "sshwhy preflight --rescue-end --on 'exec:console web1'",
      shows: /has ended; nothing of it is left/,
    },
    'In a script: exit status 0 is go, 1 no go, and 3 says that something that could keep sshd away was not seen, for example because nobody was root. `--json` is described by `schema/preflight.schema.json`. A bundle for it is taken with `sshwhy collect --boot`.',
  ],
};
