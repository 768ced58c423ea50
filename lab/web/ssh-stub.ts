import { createServer, type Socket } from 'node:net';

export interface Stub {
  readonly port: number;
  stop(): Promise<void>;
}

/** What would run, repaint, or hide, if it came into a page or onto a terminal as it is. */
export const HOSTILE =
  '<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>"\'`--><a href="javascript:alert(4)">x</a>\x1b[2J\x1b]0;owned\x07\u202egnp.exe\u200b';

/** A server on loopback that says something hostile before its version, and in it, and hangs up. */
export function hostileSsh(o: { readonly hold?: boolean } = {}): Promise<Stub> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    if (o.hold) return;
    socket.write(`${HOSTILE}\r\nSSH-2.0-${HOSTILE}\r\n`);
    setTimeout(() => socket.destroy(), 200);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      const stop = (): Promise<void> =>
        new Promise((ended) => {
          server.close(() => ended());
          for (const socket of open) socket.destroy();
        });
      resolve({ port, stop });
    });
  });
}
