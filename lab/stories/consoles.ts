import type { Story } from '../story.ts';

export const story: Story = {
  name: 'consoles',
  title: 'Only a console: no network, nothing installed, nothing to copy files with',
  suite: 'trixie',
  breakServer: `
    printf 'HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,ssh-dss\\n' >/etc/ssh/sshd_config.d/50-appliance.conf
    systemctl restart ssh || true`,
  told: [
    'A serial line, IPMI, the console in the browser of a cloud, a keyboard in the rack: a shell, and no way to bring a file there. sshwhy needs none of its own on the server. One POSIX shell script looks at everything, writes nothing but what it prints, and needs neither root nor Node.js (without root it says what it could not read).',
    '## 1. The script',
    'On any machine that has sshwhy:',
    {
      on: 'client',
      type: 'sshwhy collect --print-script --user alice >"$TMP/look.sh" && wc -c <"$TMP/look.sh" && gzip -9c "$TMP/look.sh" | base64 | wc -lc',
      shows: /^\d+\n\s*\d+\s+\d+$/,
    },
    'The first number is its size in bytes, the others are lines and bytes when it is packed for pasting.',
    '## 2. Onto the console',
    'Where the console takes a paste of that length, paste it as it is, between these two lines:',
    "```sh\ncat >/tmp/look.sh <<'END_OF_LOOK'\n…\nEND_OF_LOOK\n```",
    'Where it is slow or loses characters, paste the packed one: `base64 -d | gunzip >/tmp/look.sh`, the paste, then Ctrl-D. gunzip tells when a character was lost. If the machine still reaches the network outwards, `curl` or `scp` from there is the shortest way.',
    'A machine that does not boot can be looked at as well: boot it from a rescue disk, `chroot` into its root, and run it there. What only a running system has (services, sockets, rules of the firewall) is then of the rescue system.',
    '## 3. Run it, and copy what it prints',
    '```sh\nsh /tmp/look.sh\n```',
    'Every line that counts begins with `|` or `===`, so prompts, echoes and carriage returns of a terminal between them do no harm, and what was cut off at the end is missing and no more. Here the console is `console web1`, and its output goes to a file as a terminal program logs it:',
    { on: 'client', type: 'console web1 sh -s <"$TMP/look.sh" >"$TMP/web1.log"', shows: /^$/ },
    {
      on: 'client',
      type: 'head -n 4 "$TMP/web1.log"; echo …; tail -n 2 "$TMP/web1.log"',
      shows: /^=== sshwhy bundle 1 .*[\s\S]*=== end bundle$/,
    },
    '[What the lines mean](../bundle.md), and [what is not in there](../privacy.md).',
    '## 4. The answer',
    'Paste it into `sshwhy server --bundle -` and end with Ctrl-D, or hand it the file:',
    {
      on: 'client',
      type: 'sshwhy server --user alice --from 10.77.2.10 --bundle - <"$TMP/web1.log"',
      shows: /confirmed · daemon\/config-invalid/,
    },
    '## 5. The fix',
    'Type what the answer says. Or let a script do it that takes everything back unless you say that it helped: `sshwhy fix --print-script` ([how](fix.md)). By hand:',
    {
      on: 'server',
      type: "sed -i.sshwhy-before-1 -e '1s/^/# /' /etc/ssh/sshd_config.d/50-appliance.conf && { systemctl reset-failed ssh; systemctl restart ssh; }",
      shows: /^$/,
    },
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    '## When there is a program to the console',
    'Any command that gives a shell and reads from its standard input is a door, and does all of this in one step:',
    "```sh\nsshwhy alice@web1 --on 'exec:nsenter -t 123 -a'\nsshwhy alice@web1 --on docker:web1        # podman:, kubectl:, machine:, ssh:\n```",
  ],
};
