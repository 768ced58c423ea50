import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/read-only-filesystem',
    breakServer: `
      mkdir -p /var/log; echo '/dev/vdb1 /var/log ext4 defaults,errors=remount-ro 0 2' >> /etc/fstab
      mount --bind /var/log /var/log
      mount -o remount,bind,ro /var/log`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { host: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { host: 'degraded' } },
    unasked: "the server's file systems are not to be seen from outside",
  },
];
