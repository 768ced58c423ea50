import type { Socket } from 'node:net';
import { VERSION } from '../../model/version.ts';
import { type Ended, greetingReader, type Said } from './greeting-reader.ts';
import { escapeBytes } from './layout.ts';

export interface Greeting extends Omit<Said, 'first'> {
  /** First 256 bytes, escaped. */
  readonly first: string;
  /** Milliseconds since the connection stood. */
  readonly ms: { readonly banner?: number; readonly kexinit?: number; readonly end: number };
}

export const CLOSE_GRACE_MS = 200;
/** Our identification string (RFC 4253, 4.2). */
export const IDENTIFICATION = `SSH-2.0-sshwhy_${VERSION}\r\n`;

/**
 * Hears what a server says first. Our identification string is sent at once, as every ssh client does, so that a server that waits
 * for its client answers in its own protocol. After the KEXINIT the connection is closed by FIN without SSH_MSG_DISCONNECT: sshd
 * 8.4, 9.2 and 10.0 log one INFO line for it ("Connection closed by … [preauth]"), which fail2ban's default filter forgives; a
 * disconnect message gives two lines, a reset one that reads like an attack. Never rejects.
 */
export function greet(socket: Socket, o: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<Greeting> {
  return new Promise((resolve) => {
    const started = performance.now();
    const now = (): number => Math.round(performance.now() - started);
    const reader = greetingReader();
    let bannerMs: number | undefined;
    let settled = false;

    const settle = (said: Said): void => {
      settled = true;
      clearTimeout(timer);
      o.signal?.removeEventListener('abort', stop);
      socket.removeListener('data', read);
      socket.resume();
      socket.end();
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
      resolve({
        ...said,
        first: escapeBytes(said.first),
        ms: {
          ...(bannerMs === undefined ? {} : { banner: bannerMs }),
          ...(said.algorithms ? { kexinit: now() } : {}),
          end: now(),
        },
      });
    };
    const end = (ended: Ended): void => {
      if (!settled) settle(reader.end(ended));
    };
    const stop = (): void => end('timeout');
    const timer = setTimeout(stop, o.timeoutMs);
    const read = (chunk: Buffer): void => {
      if (settled) return;
      const said = reader.push(chunk);
      if (reader.greeted) bannerMs ??= now();
      if (said) settle(said);
    };
    socket.on('data', read);
    socket.on('error', () => end('reset'));
    socket.on('end', () => end('closed'));
    socket.on('close', () => end('closed'));
    o.signal?.addEventListener('abort', stop, { once: true });
    if (o.signal?.aborted) stop();
    else socket.write(IDENTIFICATION);
  });
}
