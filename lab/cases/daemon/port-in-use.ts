import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/port-in-use',
    breakServer: `systemctl stop ssh
systemd-run --quiet --unit=squatter python3 -c 'import socket,time
s=[socket.create_server(("0.0.0.0",22)),socket.create_server(("::",22),family=socket.AF_INET6)]
time.sleep(3600)'
sleep 0.5; systemctl start ssh || true`,
    ssh: { args: ['-oConnectTimeout=3'] },
    fails: /timed out|Connection closed|banner exchange/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/wedged', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
