import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'host-key-verification-failed',
  title: 'Host key verification failed: REMOTE HOST IDENTIFICATION HAS CHANGED',
  suite: 'bookworm',
  breakServer: 'rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh',
  told: symptom({
    says: 'The server has proven who it is with a key, and your `known_hosts` has another one under this name or address (“REMOTE HOST IDENTIFICATION HAS CHANGED”), or none, and nobody is there to ask or `StrictHostKeyChecking yes` forbids it (“Host key verification failed.” alone). ssh stops before it sends anything that is secret. The gate is `handshake`.',
    works:
      'Name, network, firewall, sshd and the algorithms: the two sides have exchanged keys. Your own key and password have not been sent.',
    causes: [
      [
        'handshake/host-key-changed',
        'the server was installed anew or got new keys; or another machine answers; or somebody stands in between. Only the server itself can tell which.',
      ],
      [
        'handshake/host-key-unknown',
        'you have never been there from this account, and ssh could not ask (cron, CI, `BatchMode`).',
      ],
      ['name/stale-address', 'the name leads to another machine than it did.'],
      ['network/nat-wrong-target', 'the address or port is handed on to another machine.'],
      [
        'handshake/host-certificate-invalid',
        'hosts have certificates here, and this one has expired or names another host.',
      ],
      ['handshake/host-key-revoked', 'the key was revoked on purpose. Do not go on.'],
    ],
    command: "sshwhy alice@web1 --on 'exec:CONSOLE'",
    hint: 'With a door into the server (`--on`) the answer says whether the key that was shown is the one that lies on the server. Without one it says what was shown and which line of which file knows another.',
    example: [
      'Since this morning:',
      { on: 'client', type: 'ssh -o BatchMode=yes alice@web1', shows: /REMOTE HOST IDENTIFICATION HAS CHANGED/ },
      'Is it the server? Do not remove the line before you know. The console knows:',
      {
        on: 'client',
        type: "sshwhy alice@web1 --on 'exec:console web1'",
        shows: /confirmed · handshake\/host-key-changed/,
      },
      'The key that was shown is the one on the server: it was made anew. What sshwhy does not do for you is to trust it. With the fingerprint read on the console:',
      { on: 'server', type: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub', shows: /SHA256:.*ED25519/ },
      { on: 'client', type: 'ssh-keygen -R web1 2>&1 | head -n 1', shows: /web1/ },
      'and the next login asks about the new one. Here it is compared by the line itself instead of by eye:',
      {
        on: 'client',
        type: 'echo "web1 $(console web1 cat /etc/ssh/ssh_host_ed25519_key.pub)" >>~/.ssh/known_hosts',
        shows: /^$/,
      },
      { on: 'client', type: 'ssh -o BatchMode=yes alice@web1 echo in', shows: /^in$/ },
      'What never helps: `StrictHostKeyChecking no` and `UserKnownHostsFile /dev/null`. They make the message go away, and the check with it.',
    ],
    console: {
      tells:
        'The console is what you need: it is a way to the server that does not go over the network in question. Compare with what ssh showed:',
      type: 'for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done',
    },
  }),
};
