import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'permission-denied',
  title: 'Permission denied (publickey): the modes of ~/.ssh',
  suite: 'bookworm',
  breakServer: 'chmod 777 /home/alice /home/alice/.ssh',
  told: symptom({
    says: 'The server has refused everything that was offered. In brackets stands what it would still take (`publickey`, `password`, `keyboard-interactive`): `(publickey)` alone means that no password would help. Why it refused, sshd never tells a client. The gate is `auth`.',
    works:
      'Name, network, firewall, sshd, the algorithms and the host key. Do not touch firewalls or restart sshd: the fault is the user name, the key, the account, or a file of it.',
    causes: [
      [
        'auth/key-not-authorized',
        'the key is not in `authorized_keys` of that account, or it is another key than you think.',
      ],
      ['client/no-key-offered', 'ssh offered none: the file has another name, or the agent is empty.'],
      [
        'client/alias-surprise',
        'your configuration made another user or host of what you typed; `ssh -G web1 | grep ^user`.',
      ],
      [
        'auth/authorized-keys-modes',
        'sshd does not trust the file: others could have written to it, or to a folder above.',
      ],
      ['auth/user-unknown', 'there is no such account. Clouds have `admin`, `ubuntu`, `ec2-user` … instead of `root`.'],
      ['auth/user-not-allowed', 'AllowUsers, AllowGroups, DenyUsers or DenyGroups.'],
      ['auth/root-login-refused', '`PermitRootLogin`.'],
      ['auth/method-disabled', 'what you offer (a password, a key) is switched off there.'],
      ['auth/authorized-keys-elsewhere', 'sshd reads another file than the one that you wrote to.'],
      ['auth/account-locked', 'the account is locked in a way that refuses keys as well.'],
      ['auth/key-algorithm-refused', 'an old kind of key (`ssh-rsa`, DSA) that the newer side does not take.'],
      ['auth/selinux-context', 'SELinux does not let sshd read the file.'],
    ],
    command: "sshwhy alice@web1 --on 'exec:CONSOLE'",
    hint: 'On the server itself the same question is `sudo sshwhy server --user alice --from ADDRESS --key FILE.pub`.',
    example: [
      'The key worked for years. Then somebody let a web server write into a home directory, and:',
      { on: 'client', type: 'ssh -o BatchMode=yes alice@web1', shows: /Permission denied/ },
      'sshd never tells a client why it does not take a key. From the client it looks the same whether the key is unknown, the account is locked, or the server does not trust the file that holds the key:',
      { on: 'client', type: 'sshwhy alice@web1', shows: /possible · auth\// },
      'Root can still get in, by the console. Ask about this very login, from both sides:',
      {
        on: 'client',
        type: "sshwhy alice@web1 --on 'exec:console web1'",
        shows: /confirmed · auth\/authorized-keys-modes/,
      },
      'The key is there, and sshd does not look at it, because others than alice could have put it there (`StrictModes`). The fix is what the answer says, on the server, and nothing more than that:',
      { on: 'server', type: 'chmod go-w /home/alice/.ssh /home/alice', shows: /^$/ },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
      'The page of the cause: [auth/authorized-keys-modes](../causes/auth/authorized-keys-modes.md).',
    ],
    console: {
      tells:
        'The log tells what the client is not told (`Authentication refused: bad ownership or modes`, `Invalid user`, `not allowed because`). A new line appears with each try.',
      type: 'journalctl -t sshd -n 20 --no-pager    # or: tail -n 20 /var/log/auth.log\nnamei -l /home/alice/.ssh/authorized_keys\nssh-keygen -lf /home/alice/.ssh/authorized_keys    # compare with ssh-keygen -lf KEY.pub on the client\nsshd -T -C user=alice | grep -iE "authorizedkeysfile|allow|deny|permitroot|pubkeyauth|passwordauth"',
    },
  }),
};
