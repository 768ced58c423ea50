import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SyslogOptions, syslog, syslogLine, syslogMessage } from '../../../src/collect/alert/syslog.ts';
import { eventReader } from '../../../src/facts/events/reader.ts';
import type { LogEvent } from '../../../src/facts/events/typed-event.ts';
import { HOSTILE, hostileAlert, ordinaryAlert } from './hostile.ts';

let folder: string;
let servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-syslog-'));
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(folder, { recursive: true, force: true });
});

const soon = () => AbortSignal.timeout(15_000);
const to = (server: SyslogOptions['server']) =>
  syslog({ name: 'log', facility: 'daemon', ...(server === undefined ? {} : { server }) });

/** Takes connections and gives back what came in on them. */
async function listen(server: Server) {
  const got: string[] = [];
  servers.push(server);
  server.on('connection', () => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, got };
}

function collect(got: string[]) {
  return (socket: NodeJS.ReadableStream) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    socket.on('end', () => got.push(text));
    socket.on('error', () => {});
  };
}

// RFC 5424, 6: HEADER without blanks, STRUCTURED-DATA, and a text with its byte order mark.
const FORM = /^<(\d{1,3})>1 (\S{1,40}) (\S{1,255}) sshwhy (\d+) (\w{1,32}) - \ufeff([^\p{Cc}]+)$/u;

describe('syslog', () => {
  it('is a message of RFC 5424, with a priority by urgency', () => {
    const message = syslogMessage(ordinaryAlert, 'daemon', 'web1');
    expect(message).toMatch(FORM);
    expect(message).toMatch(
      /^<26>1 2026-11-23T12:01:00.000Z web1 sshwhy \d+ opened - \ufeffid="20261123-120000-5f2a91c3:opened:page" kind="opened" urgency="page" user="alice" from="192.0.2.7": PAGE web1: alice was let in/,
    );
    expect(syslogMessage({ ...ordinaryAlert, kind: 'closed' }, 'local7', 'web1')).toMatch(/^<189>1 /);
    expect(syslogMessage({ ...ordinaryAlert, kind: 'test' }, 'auth', ' \n')).toMatch(/^<38>1 \S+ - sshwhy /);
  });

  it.each(HOSTILE)('is one line of bounded length, in which values stay in their quotation marks: %j', (text) => {
    const message = syslogMessage(hostileAlert(text), 'authpriv', 'web1');
    expect(message).toMatch(FORM);
    expect(Buffer.byteLength(message)).toBeLessThan(4000);
    expect(syslogLine(hostileAlert(text))).toMatch(
      /^id="[\w:-]+" kind="opened" urgency="page" user="(?:[^"\\]|\\.)*" from="(?:[^"\\]|\\.)*" network="(?:[^"\\]|\\.)*": PAGE /,
    );
  });

  it('over TCP, with octets counted', async () => {
    const got: string[] = [];
    const { port } = await listen(createServer(collect(got)));
    const alert = hostileAlert('🔥 ü');
    await to({ host: '127.0.0.1', port, over: 'tcp' }).send(alert, soon());
    await to({ host: '127.0.0.1', port, over: 'tcp' }).send(ordinaryAlert, soon());
    await expect.poll(() => got.length, { timeout: 30_000 }).toBe(2);
    for (const text of got) {
      const [, length = '', message = ''] = /^(\d+) (.*)$/s.exec(text) ?? [];
      expect(Buffer.byteLength(message)).toBe(Number(length));
      expect(message).toMatch(FORM);
    }
  });

  it('over TLS, only to whom is trusted', async () => {
    const file = (name: string) => path.join(folder, name);
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...[
          '-subj',
          '/CN=log',
          '-addext',
          'subjectAltName=DNS:localhost',
          '-keyout',
          file('key'),
          '-out',
          file('cert'),
        ],
      ],
      { stdio: 'ignore' },
    );
    const [key, cert] = [readFileSync(file('key'), 'utf8'), readFileSync(file('cert'), 'utf8')];
    const got: string[] = [];
    const { port } = await listen(createTlsServer({ key, cert }, collect(got)));
    await to({ host: 'localhost', port, over: 'tls', ca: cert }).send(ordinaryAlert, soon());
    await expect.poll(() => got, { timeout: 30_000 }).toHaveLength(1);
    await expect(to({ host: 'localhost', port, over: 'tls' }).send(ordinaryAlert, soon())).rejects.toThrow(
      `localhost port ${port}: its certificate is self-signed and not trusted here (TLS)`,
    );
    await expect(to({ host: '127.0.0.1', port, over: 'tls', ca: cert }).send(ordinaryAlert, soon())).rejects.toThrow(
      'its certificate is for another name (TLS)',
    );
    expect(got).toHaveLength(1);
  });

  it('over UDP', async () => {
    const socket = createSocket('udp4');
    const got: string[] = [];
    socket.on('message', (message) => got.push(message.toString('utf8')));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    try {
      const { port } = socket.address();
      for (const text of HOSTILE) await to({ host: '127.0.0.1', port, over: 'udp' }).send(hostileAlert(text), soon());
      await expect.poll(() => got.length, { timeout: 30_000 }).toBe(HOSTILE.length);
      for (const message of got) expect(message).toMatch(FORM);
    } finally {
      socket.close();
    }
  });

  it('says in plain words what is wrong, and waits for nobody', async () => {
    const { port } = await listen(createServer((socket) => socket.on('error', () => {}).resume()));
    const silent = { host: '127.0.0.1', port, over: 'tls' } as const;
    await expect(to(silent).send(ordinaryAlert, AbortSignal.timeout(100))).rejects.toThrow('did not answer in time');
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    servers = [];
    await expect(to({ ...silent, over: 'tcp' }).send(ordinaryAlert, soon())).rejects.toThrow('refused the connection');
    const nowhere = { host: 'no-such-host.invalid', port, over: 'udp' } as const;
    await expect(to(nowhere).send(ordinaryAlert, soon())).rejects.toThrow(/DNS/);
  });

  it('to this machine by logger, in one argument that is no option', async () => {
    const program = path.join(folder, 'logger');
    const said = path.join(folder, 'said');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >${said}\n`);
    chmodSync(program, 0o755);
    await syslog({ name: 'log', facility: 'auth', program }).send(hostileAlert('--server=evil\n-x'), soon());
    expect(readFileSync(said, 'utf8').split('\n').slice(0, 5)).toEqual(['-t', 'sshwhy', '-p', 'auth.crit', '--']);
    expect(readFileSync(said, 'utf8').trimEnd().split('\n')).toHaveLength(6);
    const missing = syslog({ name: 'log', facility: 'auth', program: path.join(folder, 'none') });
    await expect(missing.send(ordinaryAlert, soon())).rejects.toThrow('there is no such program');
  });

  it('is no event when the watcher reads it again', () => {
    const lines = [...HOSTILE.map(hostileAlert), ordinaryAlert].flatMap((alert) => [
      syslogMessage(alert, 'authpriv', 'web1'),
      `Nov 23 12:01:00 web1 sshwhy[77]: ${syslogLine(alert)}`,
    ]);
    const seen: LogEvent[] = [];
    const reader = eventReader({ zone: () => 0, end: ordinaryAlert.at, onEvent: (event) => seen.push(event) });
    reader.push(Buffer.from(`${lines.join('\n')}\n`));
    const counts = reader.end();
    expect(seen).toEqual([]);
    expect(counts).toMatchObject({ lines: lines.length, typed: 0, foreign: lines.length, unparsed: 0 });
  });
});
