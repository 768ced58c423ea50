import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseAuthorizedKeys } from '../../facts/access/authorized-keys.ts';
import type { OwnKey } from '../../model/keys.ts';
import { readIdentity } from './identities.ts';
import { run } from './run.ts';

const FILES_MAX = 200;
const KEYGEN_MS = 3000;
const PUB_MAX = 64 * 1024;

/** `ssh-keygen -l` of a private key tells the public half, which stands in clear in its header. */
async function byKeygen(
  file: string,
  signal?: AbortSignal,
): Promise<Pick<OwnKey, 'type' | 'size' | 'comment'> | undefined> {
  const { stdout } = await run(['ssh-keygen', '-l', '-f', file], { timeoutMs: KEYGEN_MS, signal });
  const [, size, comment, type] = /^(\d+) SHA256:\S+ (.*) \(([\w-]+)\)$/m.exec(stdout) ?? [];
  return type === undefined ? undefined : { type: type.toLowerCase(), size: Number(size), comment: comment ?? '' };
}

function publicHalf(file: string): Pick<OwnKey, 'type' | 'size' | 'comment' | 'fingerprint'> | undefined {
  try {
    const [key] = parseAuthorizedKeys(readFileSync(file, 'utf8').slice(0, PUB_MAX).split('\n')).keys;
    return key && { type: key.type, size: key.size, comment: key.comment, fingerprint: key.fingerprint };
  } catch {
    // Many keys have none.
    return undefined;
  }
}

/** Keys of the user in `~/.ssh`, by their public halves and the headers of the private ones; nothing behind those is read. */
export async function readOwnKeys(signal?: AbortSignal, folder = join(homedir(), '.ssh')): Promise<OwnKey[]> {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const wanted = names
    .filter((name) => /^id_/.test(name) || name.endsWith('.pub'))
    .filter((name) => !name.endsWith('-cert.pub'));
  const files = [...new Set(wanted.map((name) => name.replace(/\.pub$/, '')))].sort().slice(0, FILES_MAX);
  const own: OwnKey[] = [];
  for (const name of files) {
    const file = join(folder, name);
    const half = publicHalf(`${file}.pub`);
    const identity = readIdentity(file);
    const fingerprint = half?.fingerprint ?? identity.fingerprint;
    const rest = half ?? (identity.exists ? await byKeygen(file, signal) : undefined);
    if (fingerprint === undefined || !rest) continue;
    const { type, size, comment } = rest;
    const there = identity.exists && identity.kind !== 'public' && identity.kind !== 'other';
    const privateHalf = !identity.exists
      ? 'none'
      : !there || typeof identity.encrypted !== 'boolean'
        ? 'unknown'
        : identity.encrypted
          ? 'encrypted'
          : 'plain';
    own.push({ file, fingerprint, type, size, comment, privateHalf });
  }
  return own;
}
