import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { expandPath, fileList, type SshOptions } from './ssh-config.ts';

/** A host that is known by a name much like the one that was typed. */
export interface NearName {
  readonly name: string;
  /** File that knows it. */
  readonly file: string;
}

const BYTES_MAX = 512 * 1024;
const NEAR_MAX = 3;

/** First names of known_hosts lines that are not hashed (sshd(8)). */
const knownNames = (line: string): string[] =>
  /^[#@|]/.test(line) ? [] : (line.split(/\s/)[0] ?? '').split(',').map((name) => name.replace(/^\[(.*)\]:\d+$/, '$1'));
/** Hosts of ssh_config(5) without wildcards. */
const configNames = (line: string): string[] => /^\s*host\s+(\S.*)$/is.exec(line)?.[1]?.split(/\s+/) ?? [];
const hostsNames = (line: string): string[] => line.replace(/#.*/, '').trim().split(/\s+/).slice(1);

async function lines(file: string): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const buffer = Buffer.alloc(BYTES_MAX);
    const { bytesRead } = await handle.read(buffer, 0, BYTES_MAX, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n');
  } catch {
    return [];
  } finally {
    await handle.close();
  }
}

/** Names that the user's own files know and that differ from `host` by a letter or two, nearest first. */
export async function nearNames(options: SshOptions, host: string): Promise<NearName[]> {
  const known = ['userknownhostsfile', 'globalknownhostsfile'].flatMap((name) => fileList(options, name));
  const sources = [
    ...known.map((file) => ({ file: expandPath(file, options), names: knownNames })),
    { file: join(homedir(), '.ssh/config'), names: configNames },
    { file: '/etc/ssh/ssh_config', names: configNames },
    { file: '/etc/hosts', names: hostsNames },
  ];
  const typed = host.toLowerCase();
  const reach = typed.length < 4 ? 1 : 2;
  const found = new Map<string, NearName & { readonly far: number }>();
  for (const { file, names } of sources) {
    for (const name of (await lines(file)).flatMap(names)) {
      if (
        !/^[\w.-]+$/.test(name) ||
        !/[a-z]/i.test(name) ||
        found.has(name) ||
        Math.abs(name.length - typed.length) > reach
      )
        continue;
      const far = distance(typed, name.toLowerCase());
      if (far > 0 && far <= reach) found.set(name, { name, file, far });
    }
  }
  return [...found.values()]
    .sort((a, b) => a.far - b.far)
    .slice(0, NEAR_MAX)
    .map(({ name, file }) => ({ name, file }));
}
