import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { words } from './attacks.ts';
import { runOf } from './doors-fleet.ts';
import { logOf } from './doors-logs.ts';
import { keysBundle, PLACES, said } from './places.ts';

const BIN = path.join(import.meta.dirname, '../../dist/sshwhy.js');

export interface Served {
  readonly folder: string;
  readonly canary: string;
  /** With the token. */
  readonly url: string;
  readonly origin: string;
  /** What it said on its terminal so far. */
  terminal(): string;
  stop(): Promise<void>;
}

/** No page shows more of a word than the beginning. */
const MOST = 2000;

/** `sshwhy serve` as it is built, with a store, a run, keys and postures in which every word of the corpus stands. */
export async function served(): Promise<Served> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-served-'));
  const canary = path.join(folder, 'pwned');
  const env = { ...process.env, HOME: folder, XDG_STATE_HOME: path.join(folder, 'state'), NO_COLOR: '1' };
  const at = (name: string): string => path.join(folder, name);
  const sshwhy = (...argv: readonly string[]): string => {
    const ran = spawnSync(process.execPath, [BIN, ...argv], {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 256 << 20,
    });
    if (ran.status !== 0 && ran.status !== 1) throw new Error(`sshwhy ${argv.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  };
  const all = words.map((attack) => attack.bytes(canary).subarray(0, MOST));
  // A word with a line break in it leaves a line that begins with no stamp; both are read.
  writeFileSync(at('auth.log'), Buffer.concat(all.map(logOf)));
  sshwhy('watch', '--once', '--store', at('watch.db'), at('auth.log'));
  writeFileSync(
    at('run.jsonl'),
    runOf(
      all.map((word) => word.toString('utf8')),
      'closed',
    ),
  );
  mkdirSync(at('keys'));
  const bundles = all.flatMap((word, n) => {
    writeFileSync(at(`keys/${n}.bundle`), keysBundle(word));
    return ['--bundle', at(`keys/${n}.bundle`)];
  });
  writeFileSync(at('keys.json'), sshwhy('keys', 'list', ...bundles, '--json'));
  const postures = all.slice(0, 12).map((word, n) => {
    writeFileSync(at(`${n}.bundle`), PLACES['host names, users and paths'](said(word)));
    writeFileSync(at(`${n}.json`), sshwhy('harden', '--bundle', at(`${n}.bundle`), '--json'));
    return at(`${n}.json`);
  });
  const child = spawn(
    process.execPath,
    [
      ...[BIN, 'serve', '--listen', '127.0.0.1:0', '--no-open', '--store', at('watch.db'), '--fleet', at('run.jsonl')],
      ...['--keys', at('keys.json'), '--posture', ...postures],
    ],
    { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let toldSoFar = '';
  child.stderr.on('data', (chunk) => (toldSoFar += chunk));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/\S+#token=\S+/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      ...{ folder, canary, url, origin: new URL(url).origin },
      terminal: () => toldSoFar,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  throw new Error(`sshwhy serve ended without an address: ${toldSoFar}`);
}
