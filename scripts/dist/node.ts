import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

/** `packaging/node.json`: the Node.js that goes into the executable, those that the package is tried with, and what npm's packages of them must hash to. */
interface Pinned {
  readonly inside: string;
  readonly tested: readonly string[];
  readonly integrity: Readonly<Record<string, string>>;
}

export const PINNED = JSON.parse(readFileSync(path.join(ROOT, 'packaging/node.json'), 'utf8')) as Pinned;

/** Where downloads are kept: the folder of the lab, or for somebody who is not root one of their own. */
export const CACHE =
  process.env['SSHWHY_LAB_CACHE'] ??
  (process.getuid?.() === 0 ? '/var/cache/sshwhy-lab' : path.join(homedir(), '.cache/sshwhy'));

/**
 * A folder with `bin/node` and `LICENSE` of that Node.js for Linux (`arch`: x64, arm64), from npm's package of it; fetched once.
 * @throws Error when its hash is not pinned, or the package has another one.
 */
export function nodeFolder(version: string, arch: string): string {
  const name = `node-linux-${arch}@${version}`;
  const integrity = PINNED.integrity[name];
  if (integrity === undefined) throw new Error(`packaging/node.json has no hash of ${name}`);
  // Named by the hash: what was fetched before a change of the pin is not taken for it.
  const folder = path.join(
    CACHE,
    'node',
    `${name}-${createHash('sha256').update(integrity).digest('hex').slice(0, 12)}`,
  );
  if (existsSync(path.join(folder, 'bin/node'))) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.partial-`);
  try {
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', work, name], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const tarball = path.join(work, packed.trim().split('\n').at(-1) ?? '');
    const got = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (got !== integrity) throw new Error(`${name} is not what packaging/node.json pins: ${got}`);
    execFileSync('tar', ['-xzf', tarball, '-C', work, 'package/bin/node', 'package/LICENSE']);
    try {
      renameSync(path.join(work, 'package'), folder);
    } catch (error) {
      // Another process was first.
      if (!existsSync(path.join(folder, 'bin/node'))) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
