import { NO_PENALTY } from '../scripts.ts';
import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'too-many-authentication-failures',
  title: 'Received disconnect: Too many authentication failures',
  suite: 'bookworm',
  breakServer: NO_PENALTY,
  prepare: async ({ client }) => {
    await client.run(`eval "$(ssh-agent -a "$TMP/agent")" >/dev/null
      for i in 1 2 3 4 5 6 7; do
        ssh-keygen -q -t ed25519 -N '' -C "project $i" -f "$TMP/project$i"
        ssh-add -q "$TMP/project$i"
      done
      printf 'IdentityAgent %s\\n' "$TMP/agent" >/root/.ssh/config`);
  },
  told: symptom({
    says: 'ssh offers key after key, and sshd ends the connection when `MaxAuthTries` of them (6 unless it is set) were not the right one. The right key may have been next. The gate is `auth`, but what is wrong is most often on your own machine.',
    works:
      'Everything up to the login: name, network, firewall, sshd, the algorithms, and the host key, which was accepted. The server did not say that your key is wrong; it may never have seen it.',
    causes: [
      [
        'client/too-many-keys',
        'the agent holds more keys than sshd looks at, and the right one is behind them or is not there.',
      ],
      [
        'auth/key-not-authorized',
        'the right key was offered, was not taken, and the others after it used up the tries.',
      ],
      ['auth/authorized-keys-modes', 'the key is there, but sshd does not trust the file it is in.'],
      ['client/no-key-offered', 'nothing but passwords was tried; three wrong ones are three failures.'],
    ],
    command: 'sshwhy alice@web1',
    hint: '`ssh-add -l` lists what your agent holds; `ssh -v alice@web1 2>&1 | grep -i offering` what is offered, in that order.',
    example: [
      'alice works for seven projects, with a key for each in her agent. The one for web1 is a file:',
      { on: 'client', type: 'ssh -o BatchMode=yes alice@web1', shows: /Too many authentication failures/ },
      { on: 'client', type: 'sshwhy alice@web1', shows: /confirmed · client\/too-many-keys/ },
      'One line of her own configuration: which key is for this host, and no other.',
      {
        on: 'client',
        type: "printf 'Host web1\\n  IdentityFile ~/.ssh/id_ed25519\\n  IdentitiesOnly yes\\n' >>~/.ssh/config",
        shows: /^$/,
      },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
      'With `IdentitiesOnly yes` a key of the agent is still used, when its `.pub` file is the one that `IdentityFile` names. Raising `MaxAuthTries` on the server helps too, and helps those who guess passwords as much.',
    ],
    console: {
      tells:
        'A console of the server is of little use here, as it is the client that is to be changed. What the server can say is which keys it takes, and how many tries it gives:',
      type: 'sshd -T -C user=alice | grep -iE "maxauthtries|authorizedkeysfile"\nssh-keygen -lf /home/alice/.ssh/authorized_keys',
    },
  }),
};
