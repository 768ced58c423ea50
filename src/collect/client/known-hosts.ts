import { existsSync } from 'node:fs';
import { run } from './run.ts';
import { expandPath, fileList, option, type SshOptions } from './ssh-config.ts';

export interface KnownHostsRecord {
  readonly names: readonly string[];
  readonly files: readonly { readonly path: string; readonly exists: boolean }[];
  readonly found: readonly KnownHost[];
}

export interface KnownHost {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly marker?: string;
  readonly type: string;
  readonly fingerprint: string;
}

const ASK_MS = 3000;
const FILES_MAX = 8;

/** Name under which ssh files a host key: `[host]:port` unless the port is 22; HostKeyAlias is taken as it is. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** What the user's and the global known_hosts files hold for a host and its address (ssh-keygen(1), -F). */
export async function readKnownHosts(
  options: SshOptions,
  host: string,
  port: number,
  addresses: readonly string[],
  signal?: AbortSignal,
): Promise<KnownHostsRecord> {
  const alias = option(options, 'hostkeyalias');
  const names = [
    ...new Set([alias ?? knownHostName(host, port), ...addresses.slice(0, 4).map((each) => knownHostName(each, port))]),
  ].filter((name) => !name.startsWith('-'));
  const files = ['userknownhostsfile', 'globalknownhostsfile']
    .flatMap((name) => fileList(options, name))
    .slice(0, FILES_MAX)
    .map((file) => expandPath(file, options))
    .map((path) => ({ path, exists: existsSync(path) }));
  const asked = files
    .filter((file) => file.exists)
    .flatMap(({ path }) =>
      names.map(async (name) => {
        const ran = await run(['ssh-keygen', '-l', '-F', name, '-f', path], { timeoutMs: ASK_MS, signal });
        return parseFound(ran.stdout, name, path);
      }),
    );
  return { names, files, found: (await Promise.all(asked)).flat().slice(0, 200) };
}

/** Output of `ssh-keygen -l -F`: a `# Host … found: line N [MARKER]` before each key. */
export function parseFound(text: string, name: string, file: string): KnownHost[] {
  const found: KnownHost[] = [];
  let line = 0;
  let marker: string | undefined;
  for (const each of text.split('\n')) {
    const head = /^# Host .* found: line (\d+) ?(CA|REVOKED)?/.exec(each);
    if (head) {
      line = Number(head[1]);
      marker = head[2];
      continue;
    }
    const [, first, second] = each.split(' ');
    const [fingerprint, type] = second?.includes(':') ? [second, first] : [first, /\((\S+)\)\s*$/.exec(each)?.[1]];
    if (line > 0 && fingerprint?.includes(':') && type)
      found.push({ name, file, line, ...(marker === undefined ? {} : { marker }), type, fingerprint });
  }
  return found;
}
