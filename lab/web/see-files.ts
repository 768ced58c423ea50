import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FleetHost } from '../../src/model/fleet.ts';
import { GATES } from '../../src/model/gate.ts';
import type { HardenReport } from '../../src/model/harden-report.ts';
import type { Keyring } from '../../src/model/keys.ts';

const ROOT = path.join(import.meta.dirname, '../..');

function sshwhy(words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'dist/sshwhy.js'), ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (stdout === '') throw new Error(`sshwhy ${words.join(' ')}: ${stderr}`);
  return stdout;
}

const FOUND = [
  { id: 'network/timeout', verdict: 'likely', says: 'Nothing answers on port 22: packets are dropped on the way.' },
  { id: 'network/refused', verdict: 'confirmed', says: 'The host answers, but nothing listens on port 22.' },
  { id: 'handshake/no-common-kex', verdict: 'confirmed', says: 'Client and server have no key exchange in common.' },
] as const;
const AT = { 'network/timeout': 2, 'network/refused': 2, 'handshake/no-common-kex': 6 } as const;

/** The file of a run over `count` hosts, every seventh of which is closed. `hostile`: what the first calls itself. */
export function fleetRun(file: string, count: number, hostile: string): void {
  const lines = Array.from({ length: count }, (_, n): FleetHost => {
    const found = n % 7 === 0 ? FOUND[(n / 7) % FOUND.length] : undefined;
    const closed: number = found === undefined ? GATES.length : AT[found.id];
    return {
      kind: 'host',
      asked: 'check',
      name: n === 0 ? `old${hostile}` : `web-${String(n).padStart(4, '0')}.example.com`,
      address: `10.0.${n >> 8}.${n & 255}`,
      port: 22,
      groups: [n % 2 === 0 ? 'web' : 'db'],
      tags: [`rack${n % 40}`],
      at: new Date(1_790_000_000_000 + n).toISOString(),
      outcome: found ? 'closed' : 'open',
      ...(found ? { gate: GATES.at(closed) ?? 'network' } : {}),
      found: found ? [found] : [],
      says: found?.says ?? 'It greets, and this client can agree with it.',
      server: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7',
      gates: GATES.map((gate, at) => ({
        gate,
        outcome: at < closed && at < 7 ? 'open' : at === closed ? 'closed' : 'not-reached',
      })),
      ms: { tcp: 1, banner: 2 },
    };
  });
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

/** What `keys list` says of real hosts, with a comment of an attacker behind one key, and a private half that opens the next host. */
export function keysFile(file: string, hostile: string): void {
  const bundles = ['bullseye', 'bookworm', 'trixie'].flatMap((name) => [
    '--bundle',
    `test/fixtures/keyring/${name}.bundle`,
  ]);
  const ring = JSON.parse(sshwhy(['keys', 'list', ...bundles, '--json'])) as Keyring;
  const hosts = ring.hosts.map((host, at) => ({
    ...host,
    name: `web${at + 1}`,
    grants: host.grants.map((grant, n) => (n === 0 && at === 0 ? { ...grant, comment: hostile } : grant)),
  }));
  writeFileSync(file, JSON.stringify({ ...ring, hosts }));
}

/** Reports of `harden` of real hosts: two of web1, between which something got worse, and one of web2 with a waiver that is over. */
export function postureFiles(folder: string, hostile: string): readonly string[] {
  const report = (name: string): HardenReport =>
    JSON.parse(sshwhy(['harden', '--bundle', `test/fixtures/harden/${name}.bundle`, '--json'])) as HardenReport;
  const write = (name: string, value: HardenReport): string => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(value));
    return file;
  };
  const now = report('bookworm-everything');
  const one = { ...now, target: { input: 'root@web1', host: 'web1' } };
  const fails = one.results.findIndex(({ status }) => status === 'fail');
  const before = {
    ...one,
    takenAt: '2026-10-01T00:00:00Z',
    results: one.results.map((result, at) => (at === fails ? { ...result, status: 'pass' as const } : result)),
  };
  const other = report('trixie-everything');
  const waived = other.results.findIndex(({ status }) => status === 'fail');
  const two = {
    ...other,
    target: { input: 'root@web2', host: 'web2' },
    results: other.results.map((result, at) =>
      at === waived
        ? { ...result, status: 'waived' as const, waiver: { reason: `old client ${hostile}`, until: '2026-01-31' } }
        : result,
    ),
  };
  return [write('before.json', before), write('now.json', one), write('two.json', two)];
}
