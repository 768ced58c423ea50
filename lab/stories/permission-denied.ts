import type { Story } from '../story.ts';

export const story: Story = {
  name: 'permission-denied',
  title: 'Permission denied (publickey): the modes of ~/.ssh',
  suite: 'bookworm',
  breakServer: 'chmod 777 /home/alice /home/alice/.ssh',
  told: [
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
};
