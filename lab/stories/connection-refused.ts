import type { Story } from '../story.ts';

export const story: Story = {
  name: 'connection-refused',
  title: 'Connection refused: sshd did not come back after an upgrade',
  suite: 'trixie',
  breakServer: `
    printf '# for the old backup appliance\\nHostKeyAlgorithms ssh-ed25519,rsa-sha2-512,ssh-dss\\n' >/etc/ssh/sshd_config.d/50-appliance.conf
    systemctl restart ssh || true`,
  told: [
    'The server went from Debian 12 to 13 last night. In the morning nobody gets in:',
    { on: 'client', type: 'ssh alice@web1', shows: /Connection refused/ },
    '“Connection refused” says that the machine is up and that nothing took the connection on port 22. It does not say why: sshd may be down, may listen elsewhere, or a firewall may say so in its stead. Ask from here first:',
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
};
