import { connect, type Socket } from 'node:net';
import { CLOSE_GRACE_MS, type Greeting, IDENTIFICATION } from '../client/greeting.ts';
import { greetingReader, type Said } from '../client/greeting-reader.ts';
import type { KnownLists } from '../client/kexinit.ts';
import { type Connected, reachedBy } from '../client/tcp.ts';
import type { Stops } from './stops.ts';

export interface HelloBounds {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Own address, as ssh's BindAddress. */
  readonly local?: string | undefined;
  readonly stops: Stops;
  readonly known: KnownLists;
}

export interface Heard {
  readonly reached: Omit<Connected, 'socket'>;
  /** What was said, when a connection stood. */
  readonly greeting?: Said & { readonly ms: Greeting['ms'] };
}

const READ_BYTES = 64 * 1024;
/** One for all connections: what is read is handed on before the next is read. */
const buffer = new Uint8Array(READ_BYTES);
const identification = Buffer.from(IDENTIFICATION);

/**
 * Connects to a literal address and hears what is said first; what `connect` and `greet` do for one login, with less of everything for
 * thousands of hosts a second. Never rejects.
 */
export function hello(address: string, port: number, o: HelloBounds): Promise<Heard> {
  return new Promise((resolve) => {
    const reader = greetingReader(o.known);
    let started = performance.now();
    let stood: Heard['reached'] | undefined;
    let bannerMs: number | undefined;
    let settled = false;
    const now = (): number => Math.round(performance.now() - started);

    const settle = (heard: Heard): void => {
      settled = true;
      clearTimeout(timer);
      o.stops.delete(stop);
      resolve(heard);
    };
    const unreached = (reached: Omit<Connected, 'socket' | 'ms'>): void => {
      settle({ reached: { ...reached, ms: now() } });
      socket.destroy();
    };
    const greeted = (said: Said): void => {
      if (stood === undefined) return;
      const end = now();
      const ms: { -readonly [Step in keyof Greeting['ms']]: number } = { end };
      if (bannerMs !== undefined) ms.banner = bannerMs;
      if (said.algorithms) ms.kexinit = end;
      settle({ reached: stood, greeting: { ...said, ms } });
      // Closing a socket of which all was read sends a FIN, as `leave` does, and costs less.
      if (said.algorithms && !said.follows && !reader.more) socket.destroy();
      else leave(socket);
    };
    const end = (ended: 'timeout' | 'reset' | 'closed'): void => {
      if (!settled && stood !== undefined) greeted(reader.end(ended));
    };
    const stop = (): void => {
      if (settled) return;
      if (stood === undefined) unreached({ outcome: 'timed-out' });
      else end('timeout');
    };
    let timer = setTimeout(stop, o.connectMs);
    o.stops.add(stop);
    const socket = connect({
      host: address,
      port,
      ...(o.local === undefined ? {} : { localAddress: o.local }),
      onread: {
        buffer,
        callback(bytes) {
          if (settled) return true;
          const said = reader.push(buffer.subarray(0, bytes));
          if (reader.greeted) bannerMs ??= now();
          if (said) greeted(said);
          return true;
        },
      },
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const errno = error.code ?? error.message;
      if (stood !== undefined) end('reset');
      else if (!settled) unreached({ outcome: reachedBy(errno), errno });
    });
    socket.on('connect', () => {
      if (settled) return;
      const { localAddress, localPort } = socket;
      stood = {
        outcome: 'open',
        ms: now(),
        ...(localAddress === undefined ? {} : { local: localAddress }),
        ...(localPort === undefined ? {} : { localPort }),
      };
      started = performance.now();
      clearTimeout(timer);
      timer = setTimeout(stop, o.greetingMs);
      socket.write(identification);
    });
    socket.on('end', () => end('closed'));
    socket.on('close', () => end('closed'));
  });
}

/** By FIN, so that sshd logs what fail2ban forgives (see `greet`); a peer that does not hang up itself is not waited for. */
function leave(socket: Socket): void {
  socket.end();
  const timer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}
