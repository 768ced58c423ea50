import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'connection-refused',
  title: 'Connection refused: sshd did not come back after an upgrade',
  suite: 'trixie',
  breakServer: `
    printf '# for the old backup appliance\\nHostKeyAlgorithms ssh-ed25519,rsa-sha2-512,ssh-dss\\n' >/etc/ssh/sshd_config.d/50-appliance.conf
    systemctl restart ssh || true`,
  told: symptom({
    says: 'The machine, or a firewall in its stead, answered at once that nobody takes connections on this port. It does not say why: sshd may be down, may listen elsewhere, or a firewall may word its refusal so. The gate is `daemon`, or `firewall` and `admission` where a rule or a ban answers.',
    works:
      'The name has an address, and packets to it and back get through. Whether that is the machine you mean is not proven. Keys and passwords have not been looked at.',
    causes: [
      [
        'daemon/not-running',
        'sshd does not run. The page of that cause is where to begin; the next three say why it does not.',
      ],
      [
        'daemon/config-invalid',
        'a line of its configuration is wrong, often since an upgrade or an edit that was not tested with `sshd -t`.',
      ],
      ['daemon/start-limit-hit', 'systemd gave up starting it.'],
      ['daemon/hostkeys-missing', 'there is no host key, typically on a cloned or freshly made image or container.'],
      ['daemon/other-port', 'it listens on another port than the one you asked.'],
      ['daemon/listen-loopback-only', 'it listens for the machine itself alone.'],
      ['daemon/listen-address-absent', 'it is to listen on an address that the machine does not have (yet).'],
      ['admission/fail2ban-ban', 'your address is banned, and the ban answers “refused”. Others get in.'],
      ['firewall/host-reject', 'a rule of the server refuses the port.'],
      ['network/port-not-forwarded', 'a router or cloud in front does not hand the port on.'],
      ['name/stale-address', 'the name leads to another machine.'],
    ],
    command: "sshwhy alice@web1 --on 'exec:CONSOLE'",
    hint: 'Without a door into the server, `sshwhy alice@web1` tells what can be seen from outside.',
    example: [
      'The server went from Debian 12 to 13 last night. In the morning nobody gets in:',
      { on: 'client', type: 'ssh alice@web1', shows: /Connection refused/ },
      'Ask from here first:',
      { on: 'client', type: 'sshwhy alice@web1', shows: /Not seen from here[\s\S]*server/ },
      "From outside more is not to be seen, and sshwhy does not pretend. So look from both sides: `--on` takes any way to a shell on the server that is not ssh. Here it is the hypervisor's console (`exec:` starts any command that gives a shell there; `docker:`, `machine:`, `kubectl:` and `ssh:` are the others).",
      { on: 'client', type: "sshwhy alice@web1 --on 'exec:console web1'", shows: /confirmed · daemon\/config-invalid/ },
      'OpenSSH 10 has no DSA keys any more, and the line that asks for them is an error now. The old sshd went on running with it until the upgrade started the new one. Do what the answer says, on the console:',
      {
        on: 'server',
        type: "sed -i.sshwhy-before-2 -e '2s/^/# /' /etc/ssh/sshd_config.d/50-appliance.conf && { systemctl reset-failed ssh; systemctl restart ssh; }",
        shows: /^$/,
      },
      'And in:',
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
      'Before the next upgrade, `sudo sshwhy server` on the old system and `sshd -t` of the new package tell such a line in advance. The page of the cause: [daemon/config-invalid](../causes/daemon/config-invalid.md).',
    ],
    console: {
      tells: 'Does it run, does it listen, and what does it say of its own configuration?',
      type: 'systemctl status ssh --no-pager      # sshd on Red Hat, SUSE and Arch\nsshd -t\nss -tlnp | grep -E "sshd|:22 "\njournalctl -u ssh -n 20 --no-pager\nfail2ban-client status sshd',
    },
  }),
};
