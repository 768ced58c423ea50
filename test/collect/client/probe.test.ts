import { createSocket } from 'node:dgram';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { hostsLines, probeName } from '../../../src/collect/client/dns.ts';
import { hostKeyOptions } from '../../../src/collect/client/harmless.ts';
import { parseAgent, publicFingerprint } from '../../../src/collect/client/identities.ts';
import { probeClient } from '../../../src/collect/client/index.ts';
import { readPacket } from '../../../src/collect/client/kexinit.ts';
import { parseFound } from '../../../src/collect/client/known-hosts.ts';
import { fileList } from '../../../src/collect/client/ssh-config.ts';
import { attemptLog } from '../../../src/facts/client/attempt.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

async function serve(each: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    each(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Answers -G, and otherwise writes a log where -E says and ends as the caller wants. */
function fakeSsh(port: number, attempt: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fake-ssh-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ssh');
  const config = `printf 'hostname 127.0.0.1\\nport ${port}\\nuser alice\\nuserknownhostsfile /nowhere/kh\\n'`;
  writeFileSync(path, `#!/bin/sh\ncase " $* " in *" -G "*) ${config}; exit 0;; esac\n${attempt}\n`);
  chmodSync(path, 0o755);
  return path;
}

const KEXINIT = (() => {
  const lists = Array.from({ length: 10 }, (_, i) => Buffer.from(i === 0 ? 'curve25519-sha256' : 'x'));
  const body = lists.flatMap((list) => [Buffer.from([0, 0, 0, list.length]), list]);
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...body, Buffer.alloc(5)]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + 1 + 4);
  head[4] = 4;
  return Buffer.concat([head, payload, Buffer.alloc(4)]);
})();

const target = { argv: [], host: 'somewhere' };

describe('probeClient', () => {
  it('reads KEXINIT and runs ssh, whose log is told apart from standard error', async () => {
    const port = await serve((socket) => socket.write(Buffer.concat([Buffer.from('hello\r\nSSH-2.0-x\r\n'), KEXINIT])));
    const log = `printf 'Authenticated to h ([127.0.0.1]:1) using "publickey".\\r\\ndebug1: Exit status 113\\r\\n'`;
    const sshPath = fakeSsh(port, `${log} >"$3"; echo forged >&2; exit 113`);
    const bundle = await probeClient(target, { timeoutMs: 5000, sshPath });
    expect(JSON.parse(bundle.sections['kexinit']?.text ?? '').probes[0]).toMatchObject({
      outcome: 'kexinit',
      banner: 'SSH-2.0-x',
      preBanner: ['hello'],
      algorithms: { kex: ['curve25519-sha256'] },
    });
    expect(attemptLog.read(bundle)).toMatchObject({
      known: true,
      value: { ending: 'ok', exitStatus: 113, foreign: [{ text: 'forged' }] },
    });
  });

  it('a refused port answers soon, and no login is tried', async () => {
    const port = await serve(() => {});
    for (const each of undo.splice(0)) each();
    const started = performance.now();
    const bundle = await probeClient(target, { timeoutMs: 5000, sshPath: fakeSsh(port, 'exit 9') });
    expect(performance.now() - started).toBeLessThan(4000);
    expect(JSON.parse(bundle.sections['tcp']?.text ?? '').probes[0].outcome).toBe('refused');
    expect(bundle.sections['attempt']).toMatchObject({ status: 'not-collected' });
  });

  it('a server that never ends its lines is left in time', async () => {
    const port = await serve((socket) => {
      const drip = setInterval(() => socket.write('x\r\n'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    const bundle = await probeClient(target, { timeoutMs: 600, sshPath: fakeSsh(port, 'exit 9') });
    expect(JSON.parse(bundle.sections['kexinit']?.text ?? '').probes[0]).toMatchObject({
      outcome: 'not-ssh',
      ended: 'timeout',
    });
  });

  it('an ssh that hangs is killed at the limit, what it said is kept', async () => {
    const port = await serve((socket) => socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), KEXINIT])));
    const sshPath = fakeSsh(port, 'echo "debug1: expecting SSH2_MSG_KEX_ECDH_REPLY" >"$3"; sleep 60');
    const bundle = await probeClient(target, { timeoutMs: 1500, sshPath });
    expect(attemptLog.read(bundle)).toMatchObject({
      value: { timedOut: true, ending: 'timed-out', stage: 'key-exchange' },
    });
  });

  it('stops on abort', async () => {
    const port = await serve(() => {});
    const signal = AbortSignal.timeout(100);
    const started = performance.now();
    await expect(probeClient(target, { timeoutMs: 9000, sshPath: fakeSsh(port, ''), signal })).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(6000);
  });

  it('without ssh the other probes are still made', async () => {
    const bundle = await probeClient(
      { argv: [], host: '127.0.0.1', port: 9 },
      { timeoutMs: 2000, sshPath: '/nowhere/ssh' },
    );
    expect(bundle.sections['ssh-config']?.status).toBe('unsupported');
    expect(bundle.sections['tcp']?.status).toBe('ok');
  });
});

describe('parts', () => {
  it('reads packets of any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(['more', 'bad', 'kexinit', 'disconnect', 'skip']).toContain(readPacket(Buffer.from(bytes)).kind);
      }),
    );
    for (let cut = 0; cut < KEXINIT.length; cut += 1) expect(readPacket(KEXINIT.subarray(0, cut)).kind).toBe('more');
  });

  it('never lets ssh write into the known_hosts of the user', () => {
    const files = { userknownhostsfile: ['~/.ssh/known_hosts ~/.ssh/known_hosts2'] };
    const first = 'UserKnownHostsFile=/tmp/t ~/.ssh/known_hosts ~/.ssh/known_hosts2';
    expect(hostKeyOptions(files, '/tmp/t')).toEqual([first, 'StrictHostKeyChecking=accept-new']);
    expect(hostKeyOptions({ ...files, stricthostkeychecking: ['no'] }, '/tmp/t')).toEqual([first]);
    expect(hostKeyOptions({ ...files, stricthostkeychecking: ['true'] }, '/tmp/t')).toEqual([]);
  });

  it('reads lists of files, hosts lines, agent and known_hosts answers', () => {
    expect(fileList({ f: ['/a b/c ~/d', 'none'] }, 'f')).toEqual(['/a b/c', '~/d']);
    expect(hostsLines('# x\n10.0.0.1 Web web.lan # y\n', 'WEB')).toEqual([
      { address: '10.0.0.1', line: 2, names: ['Web', 'web.lan'] },
    ]);
    expect(parseAgent('256 SHA256:abc a (b) c (ED25519)\nnoise')).toEqual([
      { fingerprint: 'SHA256:abc', type: 'ED25519', comment: 'a (b) c' },
    ]);
    expect(parseFound('# Host h found: line 7 REVOKED\nh ED25519 SHA256:abc\n', 'h', 'f')).toEqual([
      { name: 'h', file: 'f', line: 7, marker: 'REVOKED', type: 'ED25519', fingerprint: 'SHA256:abc' },
    ]);
    expect(publicFingerprint('no key')).toBeUndefined();
  });

  it('honours the address family for a literal', async () => {
    expect(await probeName('127.0.0.1', { family: 6 }).addresses).toEqual([]);
    expect(await probeName('::1', { family: 6 }).addresses).toEqual(['::1']);
  });

  it('tells NXDOMAIN, SERVFAIL and a silent nameserver apart, in bounded time', async () => {
    const nameserver = (rcode: number | null) =>
      new Promise<string>((resolve) => {
        const socket = createSocket('udp4');
        undo.push(() => socket.close());
        socket.on('message', (question, from) => {
          if (rcode === null) return;
          const answer = Buffer.from(question);
          answer[2] = 0x81;
          answer[3] = 0x80 | rcode;
          answer.writeUInt16BE(0, 10);
          socket.send(answer, from.port, from.address);
        });
        socket.bind(0, '127.0.0.1', () => resolve(`127.0.0.1:${socket.address().port}`));
      });
    const servers = await Promise.all([nameserver(3), nameserver(2), nameserver(null)]);
    const started = performance.now();
    const { resolvers } = await probeName('host.invalid', { servers, resolverMs: 300, lookupMs: 300 }).record;
    expect(performance.now() - started).toBeLessThan(4000);
    expect(resolvers?.map(({ a, aaaa }) => [a.error, aaaa.error])).toEqual([
      ['NXDOMAIN', 'NXDOMAIN'],
      ['SERVFAIL', 'SERVFAIL'],
      ['timeout', 'timeout'],
    ]);
  });
});
