import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetHost, FleetSummary } from '../../src/model/fleet.ts';

const bin = path.join(import.meta.dirname, '../../dist/sshwhy.js');
const tsx = path.join(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs');
const stub = path.join(import.meta.dirname, '../../bench/fleet-stub.ts');

let folder: string;
let web: Server;
let webPort: number;
let sshPort: number;
let server: ReturnType<typeof spawn>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-fleet-'));
  web = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 400 Bad Request\x1b]0;title\x07\r\n\r\n');
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  webPort = (web.address() as AddressInfo).port;
  const free = createServer().listen(0, '0.0.0.0');
  await once(free, 'listening');
  sshPort = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  server = spawn(process.execPath, [tsx, stub, String(sshPort)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(server.stdout as NodeJS.ReadableStream, 'data');
});
afterAll(async () => {
  server.stdin?.end();
  await once(server, 'exit');
  web.close();
  rmSync(folder, { recursive: true, force: true });
});

function fleet(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, 'fleet', ...words], {
      env: { ...process.env, NO_COLOR: '1', HOME: folder },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
const lines = (text: string): (FleetHost | FleetSummary)[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

describe('sshwhy fleet check', () => {
  it('says of each host what became of it, in lines that the schema knows', async () => {
    const list = file('hosts', `127.0.0.1:${sshPort} eu\n127.9.0.1:${sshPort}\n127.0.0.1:${webPort}\n127.0.0.1:1\n`);
    const { code, stdout, stderr } = await fleet('check', '-f', list, '--json');
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const all = lines(stdout);
    const schema = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../schema/fleet.schema.json'), 'utf8'));
    const valid = new Ajv2020({ validateFormats: false }).compile(schema);
    for (const line of all) expect(valid(line), JSON.stringify(valid.errors)).toBe(true);
    const hosts = all
      .filter((line) => line.kind === 'host')
      .toSorted((a, b) => (a.address + a.port < b.address + b.port ? -1 : 1));
    expect(
      hosts.map(({ name, outcome, found }) => [name.replace(/.*:/, '') === '1' ? 'none' : name, outcome, found[0]?.id]),
    ).toEqual(
      expect.arrayContaining([
        [`127.0.0.1:${sshPort}`, 'open', undefined],
        [`127.9.0.1:${sshPort}`, 'open', undefined],
        [`127.0.0.1:${webPort}`, 'closed', 'network/wrong-service'],
        ['none', 'closed', 'daemon/not-running'],
      ]),
    );
    expect(hosts.find(({ tags }) => tags.includes('eu'))?.server).toMatch(/^SSH-2\.0-OpenSSH_9\.2p1/);
    expect(all.at(-1)).toMatchObject({
      kind: 'summary',
      hosts: 4,
      outcomes: { open: 2, closed: 2 },
      interrupted: false,
    });
    expect(stdout).not.toContain('\x1b');
  });

  it('goes on where it was interrupted, and shows what changed', async () => {
    const out = path.join(folder, 'run.jsonl');
    await fleet('check', `127.0.0.1:${sshPort}`, '--out', out);
    // A run that was killed while it wrote.
    writeFileSync(out, `${readFileSync(out, 'utf8')}{"kind":"host","na`);
    const more = await fleet('check', `127.0.0.1:${sshPort}`, '127.0.0.1:1', '--out', out, '--resume', '--json');
    expect(lines(more.stdout).map((line) => line.kind)).toEqual(['host', 'summary']);
    const kept = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line.endsWith('}'));
    expect(kept).toHaveLength(2);
    const before = file('before.jsonl', `${kept[0]}\n`);
    const after = file('after.jsonl', `${kept[0]?.replace('"outcome":"open"', '"outcome":"closed"')}\n${kept[1]}\n`);
    const diff = await fleet('diff', before, after);
    expect(diff.code).toBe(1);
    expect(diff.stdout).toMatch(/127\.0\.0\.1:\d+.* worse\n.*- open.*\n.*\+ closed/);
    expect(diff.stdout).toMatch(/127\.0\.0\.1:1.* new\n/);
    expect((await fleet('diff', before, before)).stdout).toBe('Nothing changed.\n');
  });

  it('never dials what is blocked, and hands a host behind a jump host on', async () => {
    file(
      '.ssh-config',
      `Host inner\n  HostName 127.0.0.1\n  ProxyJump bastion\nHost alias\n  HostName 127.0.0.1\n  Port ${sshPort}\n`,
    );
    const config = path.join(folder, '.ssh-config');
    const { stdout } = await fleet('check', '--ssh-config', config, 'localhost:1', '--block', '127.0.0.0/8', '--json');
    const [...hosts] = lines(stdout).filter((line) => line.kind === 'host');
    expect(hosts.map(({ outcome }) => outcome)).toEqual(['not-asked', 'not-asked', 'not-asked']);
    const { stdout: told } = await fleet('check', '--ssh-config', config, '--json');
    expect(
      lines(told)
        .flatMap((line) => (line.kind === 'host' ? [[line.name, line.outcome]] : []))
        .toSorted(),
    ).toEqual([
      ['alias', 'open'],
      ['inner', 'not-asked'],
    ]);
  });

  it('takes what a program of a dynamic inventory prints', async () => {
    const program = file(
      'dynamic',
      `#!/bin/sh\n[ "$1" = --list ] && echo '{"web": {"hosts": ["127.0.0.1"], "vars": {"ansible_port": ${sshPort}}}}'\n`,
    );
    chmodSync(program, 0o755);
    const { code, stdout } = await fleet('check', '-f', program, '--group', 'web');
    expect(stdout).toMatch(/^1 host in .*: 1 open\n$/);
    expect(code).toBe(0);
  });

  it.each([
    [['check'], /no host is meant/],
    [['check', '-oProxyCommand=x;y'], /no host is meant/],
    [['check', 'a b'], /"a b" is no \[user@\]host/],
    [['check', 'web1', '--block', 'a b'], /is no pattern/],
    [['check', 'web1', '--width', '0'], /--width takes/],
    [['check', 'web1', '--resume'], /--resume goes on with/],
    [['check', '-f', '/nonexistent'], /cannot read \/nonexistent/],
    [['diff', '/dev/null', '/etc/hostname'], /no line of a run/],
  ])(
    '%j is told what is wrong',
    async (words, says) => {
      const { code, stderr, stdout } = await fleet(...(words as string[]));
      expect(stderr).toMatch(says as RegExp);
      expect(stdout).toBe('');
      expect([2, 3]).toContain(code);
    },
    30_000,
  );

  it('ends at once when it is interrupted', async () => {
    const list = file(
      'many',
      Array.from({ length: 20_000 }, (_, i) => `127.${1 + Math.floor(i / 250)}.0.${(i % 250) + 1}:${sshPort}\n`).join(
        '',
      ),
    );
    const child = spawn(process.execPath, [bin, 'fleet', 'check', '-f', list, '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.stdout?.resume();
    const at = performance.now();
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(performance.now() - at).toBeLessThan(10_000);
  });
});

describe('sshwhy fleet server', () => {
  it('looks through a door for each host and keeps the bundles', async () => {
    const saved = path.join(folder, 'bundles');
    const { code, stdout } = await fleet('server', 'a', 'b', '--on', 'local', '--save', saved, '--json');
    const [first, second, summary] = lines(stdout);
    expect([first?.kind, second?.kind, summary?.kind]).toEqual(['host', 'host', 'summary']);
    expect(summary).toMatchObject({ hosts: 2 });
    expect([0, 1]).toContain(code);
    expect(spawnSync('ls', [saved], { encoding: 'utf8' }).stdout).toBe('a.bundle\nb.bundle\n');
  });

  it('says of a door that does not open that it could not look', async () => {
    const { code, stdout } = await fleet('server', 'a', '--on', 'exec:false {name}', '--json');
    expect(lines(stdout)[0]).toMatchObject({
      outcome: 'unknown',
      says: expect.stringMatching(/gave no answer: exit status 1/),
    });
    expect(code).toBe(3);
  });

  it('gives a door no name that would be more than one word, or an option', async () => {
    const list = file(
      'names.csv',
      'name,address\n"x -v /:/host",192.0.2.1\n--privileged,192.0.2.2\n"a\tb",192.0.2.3\n',
    );
    for (const door of ['exec:echo {name}', 'ssh', 'docker:{name}']) {
      const { code, stdout, stderr } = await fleet('server', '-f', list, '--on', door, '--json');
      expect(stderr).toBe('');
      expect(code).toBe(3);
      const hosts = lines(stdout).filter((line) => line.kind === 'host');
      expect(hosts).toHaveLength(3);
      for (const host of hosts)
        expect(host).toMatchObject({ outcome: 'unknown', says: expect.stringMatching(/is no name that/) });
    }
  });
});
