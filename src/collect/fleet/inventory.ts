import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { inventoryFormat, parseInventory } from '../../facts/inventory/index.ts';
import { hostPatterns, includesOf } from '../../facts/inventory/ssh-config.ts';
import { LookError } from '../../model/errors.ts';
import type { Inventory, InventoryFormat } from '../../model/inventory.ts';
import { matcherOf } from '../../reason/fleet/select.ts';

const BYTES_MAX = 256 << 20;
const SCRIPT_MS = 60_000;
const INCLUDES_MAX = 200;

/**
 * The hosts that a file lists; a program prints them when it is called with `--list` (a dynamic inventory of Ansible).
 * @throws LookError when it cannot be read.
 */
export async function readInventory(name: string, format: InventoryFormat | undefined): Promise<Inventory> {
  const text = await textOf(name);
  const kind = format ?? inventoryFormat(name, text);
  return parseInventory(kind, kind === 'ssh-config' ? withIncludes(name, text) : text);
}

async function textOf(name: string): Promise<string> {
  try {
    const { size } = statSync(name);
    if (size > BYTES_MAX) throw new Error(`it has ${size} bytes, more than an inventory can be`);
    if (isProgram(name))
      return (await promisify(execFile)(resolve(name), ['--list'], { timeout: SCRIPT_MS, maxBuffer: BYTES_MAX }))
        .stdout;
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new LookError(`cannot read ${name}: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** Whether the user's ssh configuration has something of its own to say of a name: a `Host` pattern other than `*`, or any `Match`. */
export function ofSshConfig(file: string | undefined): (name: string) => boolean {
  const name = file ?? join(homedir(), '.ssh/config');
  let text: string;
  try {
    text = withIncludes(name, readFileSync(name, 'utf8'));
  } catch {
    return () => false;
  }
  if (/^[ \t]*match\s/im.test(text)) return () => true;
  const known = hostPatterns(text).flatMap((pattern) => (/^\**$/.test(pattern) ? [] : (matcherOf(pattern) ?? [])));
  return (host) => known.some((means) => means(host));
}

/** As Ansible tells: it may be run, and begins with `#!`. */
function isProgram(name: string): boolean {
  try {
    accessSync(name, constants.X_OK);
  } catch {
    return false;
  }
  return readFileSync(name).subarray(0, 2).toString() === '#!';
}

/** Relative names lie in ~/.ssh, or in /etc/ssh for the file of the system (ssh_config(5), Include). */
function withIncludes(name: string, text: string): string {
  const base = resolve(name).startsWith('/etc/') ? '/etc/ssh' : join(homedir(), '.ssh');
  const seen = new Set([resolve(name)]);
  const parts: string[] = [];
  const add = (content: string): void => {
    parts.push(content);
    for (const pattern of includesOf(content))
      for (const included of matching(resolve(base, pattern.replace(/^~(?=\/)/, homedir())))) {
        if (seen.has(included) || seen.size > INCLUDES_MAX) continue;
        seen.add(included);
        try {
          add(readFileSync(included, 'utf8'));
        } catch {
          // ssh passes over what it cannot read, too.
        }
      }
  };
  add(text);
  return parts.join('\n');
}

/** Files that a pattern means, whose last part alone may hold `*` and `?`, in the order of glob(7). */
function matching(pattern: string): readonly string[] {
  const means = matcherOf(basename(pattern));
  if (!/[*?]/.test(basename(pattern)) || means === undefined) return [pattern];
  try {
    const names = readdirSync(dirname(pattern)).filter((name) => !name.startsWith('.') && means(name));
    return names.sort().map((name) => join(dirname(pattern), name));
  } catch {
    return [];
  }
}
