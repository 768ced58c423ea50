import { daemon, unitName } from '../../facts/daemon.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { type Directive, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, restart } from '../../model/change.ts';

interface Data {
  readonly line: Directive;
  readonly lost: 'IPv4' | 'IPv6';
  readonly from?: string;
  readonly unit: string;
}

export const cause = defineCause<Data>({
  id: 'daemon/listen-family',
  severity: 'blocks',
  title: 'sshd listens for the other family of addresses only',
  why: 'AddressFamily inet or inet6 makes sshd listen on IPv4 or on IPv6 alone. Clients that come over the other one are refused, which puzzles most where a name has addresses of both.',
  refs: ['sshd_config(5), AddressFamily'],
  proofs: [
    proof({
      needs: { daemon, sshdConfig },
      check({ daemon: state, sshdConfig: config }, { from }) {
        const [line] = setting(config, 'addressfamily', {}).from;
        const family = line?.words.args[0]?.toLowerCase();
        if (!line || (family !== 'inet' && family !== 'inet6')) return [];
        const own = family === 'inet' ? 'ipv4' : 'ipv6';
        const { listening } = state;
        if (listening.length === 0 || listening.some((socket) => socket.family !== own)) return [];
        if (state.hidden.some(({ port }) => listening.some((one) => one.port === port))) return undefined;
        const comes = from === undefined ? undefined : from.includes(':') ? 'ipv6' : 'ipv4';
        if (comes === own) return [];
        const evidence = [
          quoted(line),
          ...listening.map(({ line: at, text }) => ({ side: 'server', section: 'listeners', line: at, text }) as const),
        ];
        const data = {
          line,
          lost: own === 'ipv4' ? 'IPv6' : 'IPv4',
          unit: unitName(state),
          ...(from && { from }),
        } as const;
        return [{ data, verdict: 'confirmed', evidence, ...(comes === undefined && { latent: true as const }) }];
      },
    }),
  ],
  says: ({ line, lost, from }) =>
    `Line ${line.line} of ${line.file} (${line.text}) keeps sshd from listening on ${lost}${from ? `, over which ${from} comes` : ''}.`,
  masks: ['daemon/not-running'],
  remedy: ({ line, unit }) => ({
    summary: 'comment that line out, so that sshd listens for both families',
    risk: 'interrupts',
    where: 'server',
    changes: [...commentOut([line]), restart(unit)],
  }),
});
