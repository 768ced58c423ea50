import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/hostkey-corrupt',
    breakServer:
      'for key in /etc/ssh/ssh_host_*_key; do head -c 100 $key >/tmp/key; cat /tmp/key >$key; done; systemctl restart ssh || true',
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
