import { sshConfig } from '../../facts/client/ssh-config.ts';
import { setForTyped } from '../../facts/client/ssh-config-edit.ts';
import { daemon } from '../../facts/daemon.ts';
import { isLoopback } from '../../facts/listeners.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Change } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly asked: number;
  readonly ports: readonly number[];
  /** Lets the client dial the port that there is; none where it is not the one that was looked at, or was told another. */
  readonly change?: Change;
}

export const cause = defineCause<Data>({
  id: 'daemon/other-port',
  severity: 'blocks',
  title: 'sshd listens on another port',
  why: 'sshd runs, but not on the port that the client dials: Port in sshd_config was changed, or the client does not know of it.',
  refs: ['sshd_config(5), Port', 'ssh_config(5), Port'],
  proofs: [
    proof({
      needs: { daemon },
      helps: { sshdConfig, sshConfig },
      check({ daemon: { listening, hidden, socketPorts }, sshdConfig: config, sshConfig: client }, attempt) {
        const asked = attempt.port;
        const outside = listening.filter(({ address }) => !isLoopback(address));
        if (asked === undefined || outside.length === 0 || listening.some(({ port }) => port === asked)) return [];
        // With a socket unit the port is decided there: daemon/socket-activation-port.
        if (socketPorts.length > 0) return [];
        if (hidden.some(({ port }) => port === asked)) return undefined;
        const evidence: Evidence[] = [
          ...outside.map(({ line, text }) => ({ side: 'server', section: 'listeners', line, text }) as const),
          ...(config ? setting(config, 'port', {}).from : []).map(
            ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
          ),
        ];
        const ports = [...new Set(outside.map(({ port }) => port))];
        const [port, ...more] = ports;
        const change = client && more.length === 0 ? setForTyped(client, 'Port', String(port)) : undefined;
        return [
          { data: { asked, ports, ...(change && { change }) }, subject: String(asked), verdict: 'confirmed', evidence },
        ];
      },
    }),
  ],
  says: ({ asked, ports }) =>
    `sshd listens on port ${ports.join(', ')}, and not on port ${asked}, which the client dials.`,
  remedy: ({ asked, ports, change }) =>
    change
      ? {
          summary: `dial port ${ports[0]} from here, as the server has it (put in front of ~/.ssh/config)`,
          risk: 'safe',
          where: 'client',
          changes: [change],
        }
      : {
          refuse: `whether sshd is to come to port ${asked} or the client to go to port ${ports[0]} is for a person to say`,
          manual: [
            `On the client: ssh -p ${ports[0]} …, or "Port ${ports[0]}" for the host in ~/.ssh/config.`,
            `On the server: a line "Port ${asked}" in sshd_config (all Port lines count), then restart sshd.`,
          ],
        },
});
