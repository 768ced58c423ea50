import { daemon, unitName } from '../../facts/daemon.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { sshdExe } from '../../facts/processes.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { restart } from '../../model/change.ts';

interface Data {
  readonly pid: number;
  readonly unit: string;
  readonly failing: boolean;
}

/** A new program that an old daemon starts for a connection does not understand it (sshd.c, since 9.8). */
const MISFIT = /-R not supported here|recv_rexec_state|rexec of .* failed|unknown option -- R/;

export const cause = defineCause<Data>({
  id: 'daemon/stale-after-upgrade',
  severity: 'blocks',
  title: 'The running sshd is not the one on disk',
  why: 'An upgrade replaced the program, but the daemon was not restarted. For each connection the old daemon starts the new program, and where the two speak differently (8.x to 9.8, say) every connection ends before the banner. Where they get on, the hole that the upgrade closed is still open.',
  refs: ['sshd.c, main()', 'OpenSSH release notes, 9.8'],
  proofs: [
    proof({
      needs: { sshdExe, daemon },
      helps: { sshdLog, meta },
      check({ sshdExe: programs, daemon: state, sshdLog: log, meta: clock }) {
        const pids = new Set(state.listening.flatMap(({ processes }) => processes.map(({ pid }) => pid)));
        const stale = programs.find(({ pid, path }) => pids.has(pid) && path.endsWith(' (deleted)'));
        if (!stale) return [];
        const said = log && clock ? lastSaid(log, clock.now, MISFIT) : undefined;
        const { pid, line, path } = stale;
        const evidence = [
          { side: 'server', section: 'sshd-exe', line, text: `${pid} ${path}` } as const,
          ...(said ? [said.evidence] : []),
        ];
        const data = { pid, unit: unitName(state), failing: said !== undefined };
        return [{ data, verdict: 'confirmed', evidence, ...(!said && { latent: true as const }) }];
      },
    }),
  ],
  says: ({ pid, failing }) =>
    `The listening sshd (pid ${pid}) is older than the program on disk, which was replaced under it${failing ? ': the two do not get on, and every connection ends before the banner' : ''}.`,
  remedy: ({ unit }) => ({
    summary: 'restart sshd; sessions that stand go on',
    risk: 'interrupts',
    where: 'server',
    changes: [restart(unit)],
  }),
});
