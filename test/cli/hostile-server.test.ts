import { spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const bin = path.join(import.meta.dirname, '../../dist/sshwhy.js');
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterAll(() => {
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

/** A packet with a KEXINIT of these ten lists (RFC 4253, 6 and 7.1); `length` lies about its size. */
function kexinit(lists: readonly string[], length?: number): Buffer {
  const body = lists.flatMap((list) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(Buffer.byteLength(list, 'latin1'));
    return [size, Buffer.from(list, 'latin1')];
  });
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...body, Buffer.alloc(5)]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length ?? payload.length + 5);
  head[4] = 4;
  return Buffer.concat([head, payload, Buffer.alloc(4)]);
}

const greets = (banner: string, ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(`${banner}\r\n`, 'latin1'), ...rest]);
const ten = (first: string): string[] => [first, ...Array.from({ length: 9 }, () => 'none')];

/** Says the same again and again, as long as somebody listens. */
const again = (everyMs: number, words: string | Buffer) => (socket: Socket) => {
  const timer = setInterval(() => socket.write(words), everyMs);
  socket.on('close', () => clearInterval(timer));
};

describe('a server that means no good', () => {
  it.concurrent.each([
    ['lists of names with escapes', greets('SSH-2.0-x', kexinit(ten(`a${ESCAPES},$(reboot),;id`)))],
    ['empty lists', greets('SSH-2.0-x', kexinit(Array.from({ length: 10 }, () => '')))],
    ['far too many names', greets('SSH-2.0-x', kexinit(ten('a,'.repeat(30_000))))],
    ['one name without end', greets('SSH-2.0-x', kexinit(ten('a'.repeat(200_000))))],
    ['names of no encoding', greets('SSH-2.0-x', kexinit(ten('\xff\xfe\xc3\x28,\x00')))],
    ['a KEXINIT that is cut off', greets('SSH-2.0-x', kexinit(ten('curve25519-sha256')).subarray(0, 40))],
    ['a length of four gigabytes', greets('SSH-2.0-x', kexinit(ten('x'), 0xffffffff))],
    ['a length of nothing', greets('SSH-2.0-x', kexinit(ten('x'), 0))],
    [
      'a list longer than its packet',
      greets(
        'SSH-2.0-x',
        Buffer.from([0, 0, 0, 40, 4, 20, ...Array(16).fill(0), 255, 255, 255, 255, ...Array(40).fill(0)]),
      ),
    ],
    ['version 1', greets('SSH-1.5-Cisco-1.25')],
    ['both versions', greets('SSH-1.99-x', kexinit(ten('diffie-hellman-group1-sha1')))],
    ['a version of 100 kB', greets(`SSH-2.0-${'v'.repeat(100_000)}`)],
    ['a version that is no text', greets('SSH-2.0-\xff\xfe\x00\x01', kexinit(ten('x')))],
  ])('is told in plain words when it sends %s', async (_, bytes) => {
    const { status, out, ms } = await ask(await serve((socket) => socket.end(bytes)), '--timeout', '3');
    expect(status).toBe(1);
    expect(out).not.toContain('bug in sshwhy');
    expect(out).not.toContain('internal error');
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(out.split('\n').every((line) => line.length < 2000)).toBe(true);
    expect(ms).toBeLessThan(15_000);
  });

  it.concurrent('is told to hang up when it does', async () => {
    const { status, out } = await ask(await serve((socket) => socket.destroy()), '--timeout', '3');
    expect(status).toBe(1);
    expect(out).toMatch(/closed at the gate "admission", for a reason that was not found/);
    expect(out).toContain('127.0.0.1 hangs up without a word');
  });

  it.concurrent.each([
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
    ['floods', again(1, Buffer.alloc(65536, 'x'))],
    [
      'sends rubbish',
      (socket: Socket) => void socket.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256))),
    ],
    ['never ends its lines', again(100, 'x\r\n')],
    ['hangs up at once', (socket: Socket) => void socket.destroy()],
  ])('is waited for no longer than asked when it %s', async (_, talk) => {
    const { status, out, ms } = await ask(await serve(talk), '--timeout', '2');
    expect([0, 1]).toContain(status);
    expect(out).not.toContain('bug in sshwhy');
    expect(ms).toBeLessThan(15_000);
  });
});
