import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vantageScript, vantagesScript } from '../../src/collect/script.ts';
import { vantageBlocks, vantageSection, vantages } from '../../src/facts/vantage.ts';
import { known } from '../facts/client/fixtures.ts';

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const SHELLS = [['dash'], ['bash'], ['busybox', 'sh']].filter(([name]) => has(name ?? ''));
const TOOLS = ['bash', 'nc', 'curl', 'ssh-keyscan', 'busybox'].filter(has);
const NEEDED = ['sh', 'timeout', 'getent', 'awk', 'sed', 'head', 'tr', 'date', 'sleep', 'cat', 'kill', 'true'];

let folder: string;
let ssh: number;
let closed: number;
let connections = 0;
const server = createServer((socket) => {
  connections += 1;
  socket.on('error', () => {});
  socket.write('SSH-2.0-Test_1.0 \x1b]0;x\x07\r\n');
  setTimeout(() => socket.end(), 300);
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vantage-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ssh = (server.address() as AddressInfo).port;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  closed = (other.address() as AddressInfo).port;
  await new Promise((resolve) => other.close(resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The script in a shell that finds only one of the programs that can connect. */
async function look(shell: readonly string[], tool: string | undefined, host: string, port: number) {
  const text = await ran(shell, tool, vantageScript({ host, port }));
  const bundle = {
    schema: 1,
    takenAt: '',
    sections: { [vantageSection('exec:a b')]: { status: 'ok', text } },
  } as const;
  return { text, seen: known(vantages.read(bundle))[0] };
}

async function ran(shell: readonly string[], tool: string | undefined, script: string): Promise<string> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const name of [...NEEDED, ...(tool === undefined ? [] : [tool])]) {
    const at = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (at.startsWith('/')) symlinkSync(at, join(bin, name));
  }
  const start = join(bin, 'start');
  writeFileSync(start, `#!/bin/sh\nPATH=${bin} exec "$@"\n`);
  chmodSync(start, 0o755);
  const full = shell.map((word, i) =>
    i === 0 ? spawnSync('sh', ['-c', `command -v ${word}`], { encoding: 'utf8' }).stdout.trim() : word,
  );
  const child = spawn(start, full, { stdio: 'pipe' });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  child.stdin.end(script);
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

describe.each(SHELLS)('%s %s', (...shell) => {
  const words = shell.filter((word) => word !== undefined);
  // One shell is enough to try every program.
  const tools = words[0] === SHELLS[0]?.[0] ? TOOLS : TOOLS.slice(0, 1);

  it.each(tools)(
    'with %s tells an open port from a closed one, by one connection each',
    async (tool) => {
      connections = 0;
      const open = await look(words, tool, 'localhost', ssh);
      expect(open.seen).toMatchObject({
        name: 'exec:a b',
        tool,
        outcome: tool === 'ssh-keyscan' ? expect.any(String) : 'open',
      });
      if (tool !== 'ssh-keyscan') expect(open.seen?.banner).toBe('SSH-2.0-Test_1.0 ?]0;x');
      expect(connections).toBe(1);
      expect(open.text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
      const shut = await look(words, tool, '127.0.0.1', closed);
      expect(shut.seen?.outcome).toBe(tool === 'ssh-keyscan' ? 'error' : 'refused');
    },
    30_000,
  );

  it('says that it has nothing to connect with', async () => {
    const { seen } = await look(words, undefined, '127.0.0.1', ssh);
    expect(seen?.outcome).toBeUndefined();
  });

  it('asks many in one go, each by one connection, and tells them apart', async () => {
    connections = 0;
    const targets = Array.from({ length: 40 }, (_, at) => ({ host: '127.0.0.1', port: at % 2 === 0 ? ssh : closed }));
    const text = await ran(words, 'bash', vantagesScript({ targets, limit: 8 }));
    const blocks = vantageBlocks(text);
    expect([...blocks.keys()].toSorted((a, b) => a - b)).toEqual(targets.map((_, at) => at + 1));
    for (const [at, block] of blocks) expect(block).toMatch(at % 2 === 1 ? /^outcome=open$/m : /^outcome=refused$/m);
    expect(connections).toBe(20);
  }, 60_000);

  it('dials nothing where names are only to be resolved', async () => {
    connections = 0;
    const script = vantagesScript({ targets: [{ host: 'localhost', port: ssh }], limit: 8, dial: false, family: 4 });
    expect(vantageBlocks(await ran(words, 'bash', script)).get(1)).toMatch(/^address=127\.0\.0\.1$/m);
    expect(connections).toBe(0);
  }, 30_000);

  it('never runs what a host name says', async () => {
    const { text } = await look(words, 'bash', "$(touch pwned);'`x`", ssh);
    expect(text).toMatch(/^outcome=unresolved$/m);
  });
});

it('takes nothing for an answer that was cut short or mixed up', () => {
  expect([
    ...vantageBlocks('target=1\nhost=a\ntarget=2\nhost=b\nend=1\nend=2\ntarget=3\nhost=c\nend=3\ntarget=4\nhost=d'),
  ]).toEqual([[3, 'host=c']]);
  // What a server says stands behind a word of ours.
  expect(vantageBlocks('target=1\nsaid=target=9\nend=1\n').get(1)).toBe('said=target=9');
});
