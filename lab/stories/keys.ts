import type { Story } from '../story.ts';

const DOOR = "--on 'exec:console web1'";

export const story: Story = {
  name: 'keys',
  title: 'Who can log in here, and with what?',
  suite: 'bookworm',
  breakServer: `
    mkdir -p /keys /root/.ssh; cd /keys; chmod 700 /root/.ssh
    ssh-keygen -q -N '' -t rsa -b 1024 -C 'leaver@oldlaptop' -f leaver
    ssh-keygen -q -N '' -t ed25519 -C 'backup@nas' -f backup
    cat leaver.pub >>/home/bob/.ssh/authorized_keys
    { printf 'from="10.77.2.0/24",command="/usr/bin/true" '; cat backup.pub; } >>/home/alice/.ssh/authorized_keys
    cp /home/alice/.ssh/authorized_keys /home/alice/.ssh/authorized_keys.bak; chown alice:alice /home/alice/.ssh/authorized_keys.bak
    head -n 1 /home/alice/.ssh/authorized_keys >/root/.ssh/authorized_keys`,
  told: [
    '`sshwhy keys` answers for one host or many (`--on DOOR` and `--bundle FILE` may be repeated): which key opens which account, what is wrong with it, and when the log saw it last. It reads, and changes nothing; only `rotate` and `revoke` change something, each step under a guard of the host that takes it back unless a fresh login proves it.',
    '## Who can log in',
    { on: 'client', type: 'ssh alice@web1 true', shows: /^$/ },
    { on: 'client', type: `sshwhy keys list ${DOOR}`, shows: /alice[\s\S]*used .* from 10\.77\.2\.10[\s\S]*Host keys/ },
    '`✔` opens the account, at least from some address; `✖` opens nothing, and the line says why; `?` hangs on something that was not seen. "Not used since" is as far as the log reaches, and never "never". A key that opens nothing stays in the list, because it may be one line of configuration away from opening something.',
    '## What is wrong with it',
    {
      on: 'client',
      type: `sshwhy keys audit --unused 90d ${DOOR}`,
      shows: /^high +The RSA key[\s\S]*root-unrestricted[\s\S]*shared-key[\s\S]*stray-file/m,
    },
    'It exits with 1 when something is found of the level that `--fail-on` names (default: medium) or above, so that it can stand in a pipeline. `--own` looks at your own keys as well: by their public halves, and whether the private ones have a passphrase.',
    '## A new key in the place of an old one',
    { on: 'client', type: "ssh-keygen -q -t ed25519 -N '' -C alice@newlaptop -f ~/.ssh/new", shows: /^$/ },
    {
      on: 'client',
      type: 'sshwhy keys rotate --user alice --old ~/.ssh/id_ed25519 --new ~/.ssh/new.pub --yes web1',
      shows: /web1 {2}✔ done[\s\S]*proven: the new key logs in as alice, and the old one does not/,
    },
    'The new key gets the options of the old one. It is proven by a login of your own ssh over a connection of its own, on which no other key is offered, and before a session is opened, so that a forced command is not run. Then the old line goes, and both is proven. Whatever is not proven within `--confirm-within` seconds the host takes back itself. Several hosts are done one after the other; what is done is remembered in `~/.local/state/sshwhy`, so that a run that was interrupted goes on where it stopped.',
    {
      on: 'server',
      type: 'cat /home/alice/.ssh/authorized_keys',
      shows: /^ssh-ed25519 \S+ alice@newlaptop\n# SHA256:\S+ was replaced on [\d-]+ by SHA256:/,
    },
    '## A key that must open nothing any more',
    'Taking a line out of one file leaves the other files. `revoke` puts the key into the list that RevokedKeys names (a list of keys or a binary KRL), makes one where there is none, and proves that the key opens nothing while your own login still works. It refuses to revoke the key that you log in with yourself.',
    {
      on: 'client',
      type: `leaver=$(sshwhy keys export ${DOOR} | awk -F, '$1 == "leaver@oldlaptop" { print $2 }'); sshwhy keys revoke "$leaver" -i ~/.ssh/new ${DOOR} --yes alice@web1`,
      shows: /alice@web1 {2}✔ done[\s\S]*proven: the key opens nothing any more, and your own login works/,
    },
    {
      on: 'client',
      type: `sshwhy keys list --user bob ${DOOR}`,
      shows: /opens nothing: revoked in \/etc\/ssh\/revoked_keys/,
    },
    '`sshwhy undo` takes either back, as long as nobody changed the files since.',
    '## For other programs',
    {
      on: 'client',
      type: `sshwhy keys export ${DOOR}`,
      shows: /^principal,fingerprint,[\s\S]*alice@newlaptop,SHA256:/,
    },
    'A comment that a spreadsheet would take for a formula gets an apostrophe before it. `--format json` gives the same as a graph: keys, accounts and hosts, who opens what, and on which host the private half of a key lies that opens another one ([schema](../../schema/keys-graph.schema.json); those of [list](../../schema/keys.schema.json), [audit](../../schema/keys-audit.schema.json), and [rotate and revoke](../../schema/keys-change.schema.json)).',
    '## What is read, and what never',
    [
      "- On servers: sshd_config, authorized_keys of all accounts, files of that name or of the name `*.pub` in homes and in `/etc/ssh`, lists of CAs, of principals and of revoked keys, the class (never the hash) of passwords, lines of the log about logins with keys, and `@cert-authority` lines of `/etc/ssh/ssh_known_hosts`. Nobody's `known_hosts` is read: it tells where people go.",
      "- Private keys are never opened on a server. Of a public key in somebody's home it is said whether a file of the name of its private half lies beside it. Were one pasted into a file of public keys, it is blanked out there before anything leaves the server.",
      '- Here (`--own`): public halves, and the headers of private keys, which say whether they are encrypted. For `rotate` and `revoke`, your own ssh uses the private key as always; sshwhy does not.',
      '- Without root, only what the account may read is seen, and the rest is named under "Not seen".',
      '- A comment behind a key is whatever somebody wrote there. It is shown, and taken for nothing.',
      '- Not seen at all: what AuthorizedKeysCommand answers, certificates that a CA gave out and that were not used here, and keys that Debian made without chance in 2006 to 2008 (no package of today brings the list of them).',
      '- `PermitRootLogin`, Match blocks, modes, expiry, revocation and the algorithms that sshd takes are worked out as sshd does; PAM is not asked. What hangs on the address of the client is `?`.',
    ].join('\n'),
  ],
};
