import { connect as dial, type Socket } from 'node:net';

export type Reached =
  | 'open'
  | 'refused'
  | 'timed-out'
  | 'net-unreachable'
  | 'host-unreachable'
  | 'prohibited'
  | 'reset'
  | 'error';

export interface Connected {
  readonly outcome: Reached;
  /** errno name as the kernel gave it; absent for our own time limit. */
  readonly errno?: string;
  readonly ms: number;
  readonly local?: string;
  readonly localPort?: number;
  readonly socket?: Socket;
}

export interface TcpProbe extends Omit<Connected, 'socket'> {
  readonly address: string;
  readonly port: number;
  readonly neighbour?: {
    readonly port: number;
    readonly outcome: Reached;
    readonly errno?: string;
    readonly ms: number;
  };
}

const OUTCOMES: Readonly<Record<string, Reached>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed-out',
  ENETUNREACH: 'net-unreachable',
  EHOSTUNREACH: 'host-unreachable',
  // connect(2): a `prohibit` route gives EACCES, a packet filter in our own OUTPUT chain EPERM.
  EACCES: 'prohibited',
  EPERM: 'prohibited',
  ECONNRESET: 'reset',
};

export const reachedBy = (errno: string): Reached => OUTCOMES[errno] ?? 'error';

/**
 * Connects to a literal address. Never rejects. The time limit is ours alone: SYNs go out after 0, 1 and 3 seconds
 * (tcp(7), tcp_syn_retries), so a limit of 5 seconds has sent three.
 */
export function connect(
  address: string,
  port: number,
  o: { readonly timeoutMs: number; readonly local?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Connected> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = dial({ host: address, port, ...(o.local === undefined ? {} : { localAddress: o.local }) });
    let settled = false;
    const settle = (result: Omit<Connected, 'ms'>): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      o.signal?.removeEventListener('abort', stop);
      if (!result.socket) socket.destroy();
      resolve({ ...result, ms: Math.round(performance.now() - started) });
    };
    const stop = (): void => settle({ outcome: 'timed-out' });
    const timer = setTimeout(stop, o.timeoutMs);
    o.signal?.addEventListener('abort', stop, { once: true });
    if (o.signal?.aborted) stop();
    socket.setNoDelay(true);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const errno = error.code ?? error.message;
      settle({ outcome: reachedBy(errno), errno });
    });
    socket.once('connect', () => {
      const { localAddress: local, localPort } = socket;
      settle({
        outcome: 'open',
        socket,
        ...(local === undefined ? {} : { local }),
        ...(localPort === undefined ? {} : { localPort }),
      });
    });
  });
}

/**
 * A port that most filters let through and that a host either serves or refuses: an answer of any kind shows a host
 * that is alive behind a filtered port. 443 and not 80, because proxies in the path answer port 80 for dead hosts.
 */
export function neighbourOf(port: number): number {
  return port === 443 ? 80 : 443;
}
