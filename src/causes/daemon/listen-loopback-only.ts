import { daemon, unitName } from '../../facts/daemon.ts';
import { isLoopback } from '../../facts/listeners.ts';
import { type Directive, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, restart } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly addresses: readonly string[];
  /** Files and lines of ListenAddress. */
  readonly lines: readonly Directive[];
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/listen-loopback-only',
  severity: 'blocks',
  title: 'sshd listens on loopback only',
  why: 'ListenAddress 127.0.0.1 or ::1 makes sshd reachable from the machine itself and from nowhere else: everybody else is refused. It is right for a server that is reached through a tunnel alone, and a mistake everywhere else.',
  refs: ['sshd_config(5), ListenAddress'],
  proofs: [
    proof({
      needs: { daemon },
      helps: { sshdConfig },
      check({ daemon: state, sshdConfig: config }, attempt) {
        const { listening } = state;
        if (listening.length === 0 || !listening.every(({ address }) => isLoopback(address))) return [];
        if (state.hidden.some(({ port }) => listening.some((one) => one.port === port))) return undefined;
        if (attempt.from !== undefined && isLoopback(attempt.from)) return [];
        const lines = config ? setting(config, 'listenaddress', {}).from : [];
        const evidence: Evidence[] = [
          ...listening.map(({ line, text }) => ({ side: 'server', section: 'listeners', line, text }) as const),
          ...lines.map(({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const),
        ];
        const data = { addresses: listening.map(({ address }) => address), lines, unit: unitName(state) };
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ addresses }) =>
    `sshd listens on ${addresses.join(' and ')} only: nobody reaches it from outside of the machine.`,
  masks: ['daemon/not-running'],
  remedy: ({ lines, unit }) =>
    lines.length === 0
      ? {
          refuse: 'no ListenAddress in the files explains it',
          manual: ['Look at the command line of sshd and at its socket unit.'],
        }
      : {
          summary: 'comment the ListenAddress lines out, so that sshd listens on every address',
          risk: 'interrupts',
          where: 'server',
          changes: [...commentOut(lines), restart(unit)],
        },
});
