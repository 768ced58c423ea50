/**
 * Runs of `sshwhy fleet` over many hosts, made of the hosts that the lab captured: `npx tsx bench/fleet-run.ts HOSTS >run.jsonl`. One host
 * in twenty is broken, one in fifty is not as the others of its group are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { judgeServer } from '../src/app/fleet/server.ts';
import { parseBundle } from '../src/facts/bundle.ts';
import type { FleetHost } from '../src/model/fleet.ts';

const FIXTURES = path.join(import.meta.dirname, '../test/fixtures');
const BROKEN = [
  'firewall/host-drop',
  'daemon/config-invalid',
  'daemon/not-running',
  'auth/authorized-keys-modes',
  'admission/fail2ban-ban',
];

function judged(folder: string): Omit<FleetHost, 'name' | 'address'>[] {
  const full = path.join(FIXTURES, folder);
  const files = readdirSync(full).filter((name) => name.startsWith('bookworm'));
  return files.slice(0, 4).map((file) => {
    const bundle = parseBundle(readFileSync(path.join(full, file), 'utf8'));
    const host = { name: 'web1', address: '192.0.2.1', groups: [], tags: [] };
    return {
      kind: 'host',
      port: 22,
      groups: [],
      tags: [],
      at: bundle.takenAt,
      ms: { look: 412 },
      ...judgeServer({})(host, bundle),
    };
  });
}

const plain = judged('healthy').filter(({ outcome }) => outcome === 'open');
const broken = BROKEN.flatMap((id) => {
  try {
    return judged(`causes/${id}`);
  } catch {
    return [];
  }
});
const count = Number(process.argv[2] ?? 5000);
for (let at = 0; at < count; at++) {
  const of =
    at % 20 === 0 ? broken[(at / 20) % broken.length] : plain[at % 50 === 0 ? 1 + (at % (plain.length - 1)) : 0];
  const name = `web${String(at + 1).padStart(6, '0')}.example.com`;
  const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
  const group = ['web', 'db', 'mail', 'edge'][at % 4] ?? 'web';
  process.stdout.write(`${JSON.stringify({ ...of, name, address, groups: [group], tags: [at % 2 ? 'eu' : 'us'] })}\n`);
}
