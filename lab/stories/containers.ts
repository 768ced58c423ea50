import type { Story } from '../story.ts';

export const story: Story = {
  name: 'containers',
  title: 'SSH into a container: Docker, Podman, Kubernetes',
  suite: 'bookworm',
  breakServer: `
    systemctl disable -q --now ssh; systemctl mask -q ssh
    printf 'UsePAM no\\nPasswordAuthentication no\\n' >/etc/ssh/sshd_config.d/10-image.conf
    mkdir -p /run/sshd
    setsid unshare --pid --mount --uts --fork --mount-proc sh -c 'hostname app; exec /usr/sbin/sshd -D -e' </dev/null >/root/app.log 2>&1 &
    i=0; until ss -Htln | grep -q ':22 '; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.1; done`,
  commands: ({ host }) => ({
    enter: `shift; exec nsenter -t ${host.pid} -a -- sh -c 'exec nsenter -t "$(pgrep -xo sshd)" -p -m -u -- "$@"' sh "$@"`,
  }),
  told: [
    'sshd in a container is an sshd without most of what a server has around it: no systemd, no journal, often no PAM, an account that was made by one line of a Dockerfile, and a port that somebody outside has to publish. A shell in the container is a door:',
    '```sh\nsshwhy alice@app.example -p 2222 --on docker:app\nsshwhy alice@app.example -p 2222 --on podman:app\nsshwhy alice@app.example -p 2222 --on kubectl:shop/app-0/sshd     # [namespace/]pod[/container]\n```',
    'It runs `docker exec -i app sh` (`podman exec`, `kubectl exec`) and hands it the script that looks. The image needs `sh` and nothing of ours; an image without a shell cannot be entered so.',
    '## What it can be, the usual first',
    [
      '1. [`auth/account-locked`](../causes/auth/account-locked.md): `Permission denied (publickey)`. `useradd` without a password locks the account, and with `UsePAM no`, as many images have it, sshd takes a locked account for closed, keys and all.',
      '2. [`daemon/hostkeys-missing`](../causes/daemon/hostkeys-missing.md): the container ends at once or the port refuses. The image was built without host keys, as it should be; the entrypoint has to run `ssh-keygen -A`, or to find them on a volume.',
      '3. [`handshake/host-key-changed`](../causes/handshake/host-key-changed.md): the opposite: new keys with every start. Keep them on a volume.',
      '4. [`daemon/privsep-dir-missing`](../causes/daemon/privsep-dir-missing.md): nobody made `/run/sshd`, which systemd does elsewhere.',
      '5. [`network/port-not-forwarded`](../causes/network/port-not-forwarded.md) and [`firewall/port-redirected`](../causes/firewall/port-redirected.md): the port is not published, or another container has it. In Kubernetes: the `targetPort` of the Service, its selector, a NetworkPolicy.',
      '6. [`auth/authorized-keys-modes`](../causes/auth/authorized-keys-modes.md): a Secret or ConfigMap that is mounted as `~/.ssh` is a folder that everybody may write to (mode 1777), and sshd trusts no key in it.',
      '7. [`auth/shell-invalid`](../causes/auth/shell-invalid.md): the shell of the account is not in the image.',
      '8. [`daemon/listen-loopback-only`](../causes/daemon/listen-loopback-only.md): `ListenAddress 127.0.0.1` is of the container, and nobody comes from there.',
    ].join('\n'),
    '## One such container',
    'Told with namespaces that unshare(1) makes, as Docker and Podman do; `enter app` stands for `docker exec -i app`, and sshd is process 1 in it.',
    { on: 'client', type: 'enter app ps -eo pid,args | head -n 2', shows: /1 sshd|1 \/usr\/sbin\/sshd/ },
    { on: 'client', type: 'ssh alice@web1', shows: /Permission denied \(publickey\)/ },
    {
      on: 'client',
      type: "sshwhy alice@web1 --on 'exec:enter app'",
      shows: /confirmed · auth\/account-locked/,
    },
    'The same is in what sshd wrote (`docker logs app`), as there is no journal:',
    { on: 'server', type: 'grep -m 1 locked /root/app.log', shows: /account is locked/ },
    'In the Dockerfile it is one line, `usermod -p "*" alice`: no password is right, and the account is not locked. In the container that runs:',
    { on: 'client', type: `enter app usermod -p '*' alice`, shows: /^$/ },
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    '## What is not to be had',
    'Without systemd there are no units, without a journal no log of sshd (it is with `docker logs` and `kubectl logs`), and the rules of the firewall are those of the host or the node: look there with a door of its own. The answer says which of it was not seen.',
    'Do you need sshd in there at all? `docker exec -it app sh` and `kubectl exec -it app-0 -- sh` give a shell without it.',
  ],
};
