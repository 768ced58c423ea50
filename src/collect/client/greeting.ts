import type { Socket } from 'node:net';
import { VERSION } from '../../model/version.ts';
import { type Algorithms, PACKET_MAX, readPacket } from './kexinit.ts';
import { escapeBytes } from './layout.ts';

export interface Greeting {
  readonly outcome: 'kexinit' | 'banner-only' | 'silent' | 'closed' | 'reset' | 'not-ssh';
  /** What ended the reading when no KEXINIT came. */
  readonly ended?: 'closed' | 'reset' | 'timeout' | 'limit' | 'disconnect' | 'bad-packet';
  readonly banner?: string;
  readonly preBanner: readonly string[];
  /** First 256 bytes, escaped. */
  readonly first: string;
  readonly disconnect?: { readonly code: number; readonly text: string };
  readonly algorithms?: Algorithms;
  /** A packet of the key exchange that the server guesses follows its KEXINIT. */
  readonly follows?: boolean;
  /** Milliseconds since the connection stood. */
  readonly ms: { readonly banner?: number; readonly kexinit?: number; readonly end: number };
}

const PREAMBLE_LINES = 100;
const PREAMBLE_BYTES = 64 * 1024;
const CLOSE_GRACE_MS = 200;

/**
 * Reads what a server says first: up to 100 lines, its identification string (RFC 4253, 4.2), its KEXINIT (7.1).
 * Ours is sent at once, as every ssh client does, so that a server that waits for its client answers in its own
 * protocol. After the KEXINIT the connection is closed by FIN without SSH_MSG_DISCONNECT: sshd 8.4, 9.2 and 10.0 log
 * one INFO line for it ("Connection closed by … [preauth]"), which fail2ban's default filter forgives; a disconnect
 * message gives two lines, a reset one that reads like an attack. Never rejects.
 */
export function greet(socket: Socket, o: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<Greeting> {
  return new Promise((resolve) => {
    const started = performance.now();
    const now = (): number => Math.round(performance.now() - started);
    const preBanner: string[] = [];
    let seen: Buffer = Buffer.alloc(0);
    let first: Buffer = Buffer.alloc(0);
    let preamble = 0;
    let banner: string | undefined;
    let bannerMs: number | undefined;
    let settled = false;

    const settle = (ended: Greeting['ended'], rest: Partial<Greeting> = {}): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      o.signal?.removeEventListener('abort', stop);
      socket.removeListener('data', read);
      socket.resume();
      socket.end();
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
      if (banner === undefined && seen.length > 0) preBanner.push(escapeBytes(seen.subarray(0, 1024)));
      resolve({
        outcome: outcome(ended),
        ...(ended === undefined ? {} : { ended }),
        ...(banner === undefined ? {} : { banner }),
        preBanner,
        first: escapeBytes(first),
        ...rest,
        ms: {
          ...(bannerMs === undefined ? {} : { banner: bannerMs }),
          ...(rest.algorithms ? { kexinit: now() } : {}),
          end: now(),
        },
      });
    };
    const outcome = (ended: Greeting['ended']): Greeting['outcome'] => {
      if (ended === undefined) return 'kexinit';
      if (banner !== undefined) return 'banner-only';
      if (preBanner.length > 0 || seen.length > 0) return 'not-ssh';
      return ended === 'closed' || ended === 'reset' ? ended : 'silent';
    };
    const stop = (): void => settle('timeout');
    const timer = setTimeout(stop, o.timeoutMs);

    const readLines = (): void => {
      while (banner === undefined && !settled) {
        const end = seen.indexOf(0x0a);
        if (end < 0) {
          if (seen.length + preamble > PREAMBLE_BYTES) settle('limit');
          return;
        }
        const line = seen.subarray(0, end > 0 && seen[end - 1] === 0x0d ? end - 1 : end);
        preamble += end + 1;
        seen = seen.subarray(end + 1);
        if (line.subarray(0, 4).toString('latin1') === 'SSH-') {
          banner = escapeBytes(line.subarray(0, 1024));
          bannerMs = now();
          return;
        }
        preBanner.push(escapeBytes(line.subarray(0, 1024)));
        if (preBanner.length >= PREAMBLE_LINES || preamble > PREAMBLE_BYTES) settle('limit');
      }
    };
    const read = (chunk: Buffer): void => {
      if (first.length < 256) first = Buffer.concat([first, chunk]).subarray(0, 256);
      seen = Buffer.concat([seen, chunk]);
      readLines();
      while (banner !== undefined && !settled) {
        const packet = readPacket(seen);
        if (packet.kind === 'skip') {
          seen = seen.subarray(packet.bytes);
          continue;
        }
        if (packet.kind === 'bad') settle('bad-packet');
        else if (packet.kind === 'disconnect') settle('disconnect', { disconnect: packet });
        else if (packet.kind === 'kexinit') {
          const { algorithms, follows } = packet;
          settle(undefined, { algorithms, follows });
        } else if (seen.length > PACKET_MAX) settle('limit');
        return;
      }
    };
    socket.on('data', read);
    socket.on('error', () => settle('reset'));
    socket.on('end', () => settle('closed'));
    socket.on('close', () => settle('closed'));
    o.signal?.addEventListener('abort', stop, { once: true });
    if (o.signal?.aborted) stop();
    else socket.write(`SSH-2.0-sshwhy_${VERSION}\r\n`);
  });
}
