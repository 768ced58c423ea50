import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GREETING } from '../../bench/fleet-greeting.ts';
import { freePort } from '../../test/free-port.ts';

export interface Stubs {
  readonly addresses: readonly string[];
  readonly port: number;
  /** How often each was asked, by its address. */
  readonly asked: ReadonlyMap<string, number>;
  /** Addresses that two asked at the same time. */
  readonly twiceAtOnce: ReadonlySet<string>;
  close(): Promise<void>;
}

/** So many addresses of loopback that greet like sshd, each after a while, and count who comes. */
export async function stubs(count: number, delay: () => number): Promise<Stubs> {
  const port = await freePort();
  const addresses = Array.from({ length: count }, (_, i) => `127.2.${Math.floor(i / 250)}.${(i % 250) + 1}`);
  const asked = new Map<string, number>();
  const now = new Map<string, number>();
  const twiceAtOnce = new Set<string>();
  const servers = addresses.map((address): Server => {
    const server = createServer(async (socket) => {
      asked.set(address, (asked.get(address) ?? 0) + 1);
      now.set(address, (now.get(address) ?? 0) + 1);
      if ((now.get(address) ?? 0) > 1) twiceAtOnce.add(address);
      socket.on('close', () => now.set(address, (now.get(address) ?? 1) - 1));
      socket.on('error', () => undefined);
      let heard = 0;
      socket.on('data', (chunk) => {
        heard += chunk.length;
        if (heard > 300) socket.end();
      });
      await sleep(delay());
      if (!socket.destroyed) socket.write(GREETING);
    });
    return server.listen(port, address);
  });
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return {
    addresses,
    port,
    asked,
    twiceAtOnce,
    async close() {
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}
