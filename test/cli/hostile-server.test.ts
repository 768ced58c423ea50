import { spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const bin = path.join(import.meta.dirname, '../../dist/sshwhy.js');
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server on loopback that does this with every connection; its port. */
function serve(talk: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

function ask(port: number, ...flags: string[]): Promise<{ status: number | null; out: string; ms: number }> {
  const started = performance.now();
  const argv = [bin, '127.0.0.1', '-p', String(port), '-F', 'none', '--verbose', ...flags];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (out += chunk));
    child.on('close', (status) => resolve({ status, out, ms: performance.now() - started }));
  });
}

const ESCAPES = '\x1b]0;owned\x07\x1b[2J\x9b31m';

describe('a server that means no good', () => {
  it.each([
    ['its version', (socket: Socket) => socket.write(`SSH-2.0-OpenSSH_9.9 ${ESCAPES}\r\n`)],
    ['lines before it', (socket: Socket) => socket.write(`${ESCAPES}\r\n`.repeat(30))],
    ['another service', (socket: Socket) => socket.end(`HTTP/1.1 400 ${ESCAPES}\r\n\r\n`)],
  ])('does not reach the terminal by %s', async (_, talk) => {
    const { status, out } = await ask(await serve(talk), '--timeout', '2');
    expect([0, 1]).toContain(status);
    expect(out).toContain('daemon');
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it.each([
    ['says nothing', () => {}],
    ['floods', (socket: Socket) => void setInterval(() => socket.write(Buffer.alloc(65536, 'x')), 1).unref()],
    [
      'sends rubbish',
      (socket: Socket) => void socket.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256))),
    ],
    ['hangs up at once', (socket: Socket) => void socket.destroy()],
  ])('is waited for no longer than asked when it %s', async (_, talk) => {
    const { status, out, ms } = await ask(await serve(talk), '--timeout', '2');
    expect([0, 1]).toContain(status);
    expect(out).not.toContain('bug in sshwhy');
    expect(ms).toBeLessThan(8000);
  });
});
