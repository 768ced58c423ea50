import { daemon, unitEvidence } from '../../facts/daemon.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly socket: string;
  readonly listens: readonly number[];
  readonly configured: readonly number[];
}

export const cause = defineCause<Data>({
  id: 'daemon/socket-activation-port',
  severity: 'blocks',
  title: 'The socket unit decides the port, not sshd_config',
  why: 'With ssh.socket it is systemd that listens and hands connections to sshd. Port and ListenAddress in sshd_config are then without effect: the ports are those of the socket unit.',
  refs: ['systemd.socket(5), ListenStream=', 'sshd_config(5), Port'],
  proofs: [
    proof({
      needs: { daemon, sshdConfig },
      check({ daemon: { socket, socketPorts, listening }, sshdConfig: config }, attempt) {
        const port = setting(config, 'port', {});
        const configured = port.values.map(Number);
        if (socket?.active !== 'active' || port.from.length === 0) return [];
        const lost = configured.filter((one) => !listening.some((listener) => listener.port === one));
        if (lost.length === 0) return [];
        const evidence: Evidence[] = [
          ...unitEvidence(socket, 'Listen', 'ActiveState'),
          ...port.from.map(
            ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
          ),
        ];
        const data = { socket: socket.id, listens: socketPorts, configured: lost };
        const observed = { data, verdict: 'confirmed', evidence } as const;
        const bites = attempt.port === undefined || !listening.some((listener) => listener.port === attempt.port);
        return [bites ? observed : { ...observed, latent: true }];
      },
    }),
  ],
  says: ({ socket, listens, configured }) =>
    `${socket} listens on port ${listens.join(', ')}; port ${configured.join(', ')} of sshd_config has no effect.`,
  masks: ['daemon/other-port', 'daemon/not-running'],
  remedy: ({ socket, configured }) => ({
    summary: `tell ${socket} to listen on port ${configured.join(', ')} too`,
    risk: 'interrupts',
    where: 'server',
    changes: [
      { kind: 'folder', path: `/etc/systemd/system/${socket}.d`, mode: '0755', owner: 'root:root' },
      {
        kind: 'write',
        file: `/etc/systemd/system/${socket}.d/sshwhy.conf`,
        text: `[Socket]\n${configured.map((port) => `ListenStream=${port}\n`).join('')}`,
        mode: '0644',
      },
      { kind: 'unit', unit: socket, action: 'daemon-reload' },
      { kind: 'unit', unit: socket, action: 'restart' },
    ],
  }),
});
