import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'no-matching-algorithm',
  title: 'Unable to negotiate: no matching host key type found, no matching key exchange method found',
  suite: 'bookworm',
  breakServer: "sed -i '1i HostKeyAlgorithms ssh-rsa' /etc/ssh/sshd_config; systemctl restart ssh",
  told: symptom({
    says: 'Both sides have said which algorithms they speak, and for one kind there is none in common. The message names the kind (host key type, key exchange method, cipher, MAC) and, after `Their offer:`, what the server has. The gate is `handshake`.',
    works: 'Name, network, firewall and an SSH server that talks. Nobody has looked at keys or passwords.',
    causes: [
      [
        'handshake/host-key-algorithm-mismatch',
        '`no matching host key type found`: typically an old device that has `ssh-rsa` or `ssh-dss` only, which OpenSSH took out of its defaults in 8.8 and 7.0.',
      ],
      [
        'handshake/kex-mismatch',
        '`no matching key exchange method found`: typically `diffie-hellman-group1-sha1` or `-group14-sha1` only.',
      ],
      [
        'handshake/cipher-mismatch',
        '`no matching cipher found`: typically CBC ciphers only, or a hardening on one side.',
      ],
      ['handshake/mac-mismatch', '`no matching MAC found`.'],
      ['handshake/crypto-policy', 'the policy of the system (Red Hat, Fedora) took the algorithm away.'],
      ['handshake/protocol-too-old', 'the other side speaks only version 1 of the protocol.'],
      [
        'auth/key-algorithm-refused',
        'not this message, but `no mutual signature supported`: the same about your own key.',
      ],
    ],
    command: 'sshwhy --verbose alice@web1',
    hint: 'It shows both offers and the nearest change, on the server or for this host alone on the client.',
    example: [
      'After the laptop was upgraded:',
      { on: 'client', type: 'ssh alice@web1', shows: /no matching host key type found/ },
      { on: 'client', type: 'sshwhy alice@web1', shows: /confirmed · handshake\/host-key-algorithm-mismatch/ },
      'Of this server more can be had than it offers. Through its console:',
      {
        on: 'client',
        type: "sshwhy alice@web1 --on 'exec:console web1'",
        shows: /confirmed · handshake\/host-key-algorithm-mismatch/,
      },
      'A line of its configuration allows nothing but the old algorithm. It goes:',
      {
        on: 'server',
        type: "sed -i '/^HostKeyAlgorithms ssh-rsa$/d' /etc/ssh/sshd_config && systemctl restart ssh",
        shows: /^$/,
      },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
      'Where the server is a device that cannot be changed, allow the old algorithm for it alone, in `~/.ssh/config`: `Host old-switch`, and below it `HostKeyAlgorithms +ssh-rsa`. Never under `Host *`.',
    ],
    console: {
      tells: 'What the server offers, and which line says so:',
      type: 'sshd -T | grep -iE "^(kexalgorithms|hostkeyalgorithms|ciphers|macs|hostkey) "\ngrep -rniE "^ *(kexalgorithms|hostkeyalgorithms|ciphers|macs)" /etc/ssh/sshd_config /etc/ssh/sshd_config.d\nls -l /etc/ssh/ssh_host_*',
    },
  }),
};
