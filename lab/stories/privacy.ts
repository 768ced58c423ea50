import type { Story } from '../story.ts';

export const story: Story = {
  name: 'privacy',
  page: 'privacy',
  title: 'Privacy: what a bundle holds, and what it never does',
  suite: 'bookworm',
  breakServer: `
    ssh-keygen -q -t ed25519 -N '' -C ops@web1 -f /etc/ssh/ops_key
    sed -i '1i environment="API_TOKEN=tok-5up3rs3cr3t" ' /home/alice/.ssh/authorized_keys
    { cat /etc/ssh/ops_key; echo '# bindpw s3cr3t-of-ldap'; } >>/etc/ssh/sshd_config.d/90-pasted.conf
    sed -i 's/^/# /' /etc/ssh/sshd_config.d/90-pasted.conf
    echo '# bindpw s3cr3t-of-ldap' >>/etc/security/access.conf`,
  told: [
    'A bundle (`--save`, `sshwhy collect`) is made to be mailed to somebody who helps. So it must hold what decides a login, and no secret. This page says which is which, and shows it on a host into which secrets were put where they do not belong.',
    '## What is in it',
    [
      '- names, addresses and ports: of the host, of its network, of the clients that the log names;',
      '- names of accounts, groups and homes, as in `/etc/passwd`; for `sshwhy server` and `collect` details of the account that was asked about;',
      '- configuration: sshd_config and what it includes, PAM, access rules, hosts.allow and hosts.deny, firewall rules, units of systemd;',
      '- public keys with their comments and options, and fingerprints; certificates;',
      '- owners, modes and times of the paths that matter;',
      '- the newest lines of the log of sshd, PAM, systemd and the kernel, and of fail2ban. They hold whatever somebody typed as a user name;',
      '- processes that have to do with sshd, sockets, load, memory, disks.',
    ].join('\n'),
    'Each section is listed in [bundle.md](bundle.md). It is text: read it before you send it.',
    '## What is never in it',
    [
      '- private keys: of host keys ssh-keygen says whether they can be loaded, and nothing else of it is kept; keys of users are not opened on a server, and on the client the header alone is read, to say whether there is a passphrase;',
      '- hashes of passwords: `/etc/shadow` is read for the class of an entry (`hash`, `empty`, `bang` …) and its dates;',
      '- passwords, passphrases and tokens: sshwhy asks for none. In files that are read, whole private keys and the values of lines that name a password, secret, token or `bindpw` are blanked;',
      '- contents of homes, other than `~/.ssh/authorized_keys` and, on your own machine, your ssh configuration.',
    ].join('\n'),
    'Nothing is sent anywhere but where you point it: a diagnosis contacts the target and the addresses that its name is known by, the nameservers of this machine, and the doors, vantages and clouds that you name; a watch also the stores, brokers and people that its configuration names. There is no telemetry and no look for updates.',
    '## Proven on a host with secrets in the wrong places',
    'Somebody pasted a private key and a password of LDAP into files that sshd and PAM read, and put a token in front of a key:',
    {
      on: 'server',
      type: "head -n 3 /etc/ssh/sshd_config.d/90-pasted.conf | cut -c1-40; grep -n bindpw /etc/security/access.conf; grep '^bob:' /etc/shadow | cut -c1-24",
      shows: /PRIVATE KEY[\s\S]*s3cr3t-of-ldap[\s\S]*bob:\$6/,
    },
    {
      on: 'client',
      type: `sshwhy collect --on 'exec:console web1' --user alice --out "$TMP/web1.bundle"; grep -c '' "$TMP/web1.bundle"`,
      shows: /^\d+$/,
    },
    'What became of them:',
    {
      on: 'client',
      type: `sed -n '/begin file:.*90-pasted/,/end file/p' "$TMP/web1.bundle"; grep -n 'bindpw' "$TMP/web1.bundle"; grep -n '|bob' "$TMP/web1.bundle"`,
      shows: /begin file:\/etc\/ssh\/sshd_config\.d\/90-pasted/,
    },
    'And counted: lines of the bundle with the body of the key, the password, the hash, the token:',
    {
      on: 'client',
      type: `for secret in "$(console web1 sed -n 3p /etc/ssh/ops_key)" s3cr3t-of-ldap "$(console web1 awk -F: '/^bob:/ {print $2}' /etc/shadow)" tok-5up3rs3cr3t; do grep -cF -- "$secret" "$TMP/web1.bundle"; done`,
      shows: /^0\n0\n0\n0$/,
    },
  ],
};
