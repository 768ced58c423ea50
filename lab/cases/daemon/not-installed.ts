import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/not-installed',
    breakServer:
      'dpkg --purge --force-depends openssh-server; systemctl stop ssh 2>/dev/null || true; pkill -x sshd || true',
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
    // The lab has no way to a package mirror from inside a host.
    afterFix: 'none',
  },
];
