import { auditLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command, startAnew } from '../../model/change.ts';

interface Data {
  readonly port: number;
}

const REFUSED = /avc: +denied +\{ name_bind \} .*comm="?sshd"? .*src=(\d{1,5}) .*tcontext=\S*:(\w+):/;

export const cause = defineCause<Data>({
  id: 'daemon/selinux-port',
  severity: 'blocks',
  title: 'SELinux does not let sshd listen on its port',
  why: 'Under SELinux sshd may bind only ports that are labelled ssh_port_t, by default 22 alone. After Port was changed the daemon says "Bind to port … failed: Permission denied" and, when that was its only port, does not start.',
  unshown: 'the kernel here has no SELinux',
  refs: ['semanage-port(8)', 'sshd_selinux(8)'],
  proofs: [
    proof({
      needs: { auditLog },
      check({ auditLog: log }) {
        const last = log?.findLast(({ message }) => REFUSED.test(message));
        const port = Number(REFUSED.exec(last?.message ?? '')?.[1]);
        if (!last || !Number.isInteger(port)) return [];
        const evidence = [{ side: 'server', section: 'log-audit', line: last.line, text: last.message } as const];
        return [{ data: { port }, subject: `port ${port}`, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ port }) => `SELinux does not let sshd listen on port ${port}: the port is not labelled ssh_port_t.`,
  masks: ['daemon/not-running', 'daemon/other-port'],
  remedy: ({ port }) => ({
    summary: `label port ${port} for sshd, and start it`,
    risk: 'safe',
    where: 'server',
    changes: [
      command(`semanage port -a -t ssh_port_t -p tcp ${port}`, [`semanage port -d -t ssh_port_t -p tcp ${port}`]),
      startAnew('sshd'),
    ],
  }),
});
