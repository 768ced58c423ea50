import { createHash } from 'node:crypto';
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
const NAMES_MAX = 8;
const SCAN_S = 5;

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
    const [fingerprint, type] = second?.includes(':') ? [second, first] : [first, /\(([^\s()]+)\)\s*$/.exec(each)?.[1]];
    if (line > 0 && fingerprint?.includes(':') && type)
      found.push({ name, file, line, ...(marker === undefined ? {} : { marker }), type, fingerprint });
  }
  return found;
}

/** Names that a key stands under in the known_hosts files, whoever the login is meant for; hashed ones cannot be told. */
export async function namesOfKey(
  files: KnownHostsRecord['files'],
  fingerprint: string,
  signal?: AbortSignal,
): Promise<{ readonly file: string; readonly names: string }[]> {
  const lists = files
    .filter(({ exists }) => exists)
    .map(async ({ path }) => {
      const ran = await run(['ssh-keygen', '-l', '-f', path], { timeoutMs: ASK_MS, signal });
      return ran.stdout.split('\n').flatMap((line) => {
        const [, found, names] = /^\d+ (\S+) (\S+) \(\S+\)$/.exec(line) ?? [];
        return found === fingerprint && names && !names.startsWith('|')
          ? [{ file: path, names: names.slice(0, 300) }]
          : [];
      });
    });
  return (await Promise.all(lists)).flat().slice(0, NAMES_MAX);
}

/** Every type of host key that the server shows: a connection for each (ssh-keyscan(1)). */
export async function scanHostKeys(
  address: string,
  port: number,
  signal?: AbortSignal,
): Promise<{ readonly type: string; readonly fingerprint: string }[]> {
  const argv = ['ssh-keyscan', '-T', String(SCAN_S), '-p', String(port), '--', address];
  const ran = await run(argv, { timeoutMs: 2000 * SCAN_S, signal });
  const found = ran.stdout.split('\n').flatMap((line) => {
    const [, algorithm, blob] = line.startsWith('#') ? [] : line.split(' ');
    const kind = /ed25519|ecdsa|rsa|dss/.exec(algorithm ?? '')?.[0];
    if (!kind || !blob) return [];
    const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
    return [
      { type: kind === 'dss' ? 'DSA' : kind.toUpperCase(), fingerprint: `SHA256:${digest.replace(/={1,2}$/, '')}` },
    ];
  });
  return found.slice(0, NAMES_MAX);
}
