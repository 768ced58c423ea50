import { section } from './source.ts';

/** A TCP connection to a port of sshd that stands, or half stands, on the server. */
export interface Connection {
  readonly state: string;
  readonly local: string;
  readonly peer: string;
  readonly peerPort: number;
  readonly line: number;
  readonly text: string;
}

/** `[::ffff:10.0.0.1]:22`, `10.0.0.1:22`, `[fe80::1%eth0]:22` */
function endpoint(word: string | undefined): { address: string; port: number } | undefined {
  const found = /^\[?([0-9a-fA-F:.]+)(?:%[^\]:]{1,32})?\]?:(\d{1,5})$/.exec(word ?? '');
  return found?.[1] ? { address: found[1].replace(/^::ffff:(?=\d+\.)/, ''), port: Number(found[2]) } : undefined;
}

export const connections = section(
  'server',
  'connections',
  'connections to the port of sshd that stand or are half open (ss(8))',
  (text): readonly Connection[] =>
    (text ?? '').split('\n').flatMap((line, i) => {
      const [state = '', , , here, there] = line.trim().split(/\s+/);
      const [local, peer] = [endpoint(here), endpoint(there)];
      if (!local || !peer) return [];
      return [{ state, local: local.address, peer: peer.address, peerPort: peer.port, line: i + 1, text: line }];
    }),
);
