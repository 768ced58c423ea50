/** How the first line of a unit begins that is ours. */
export const MARK = '# Written by `sshwhy watch install';

/** A word of ExecStart= (systemd.service(5), COMMAND LINES): quoted, with nothing in it that systemd expands. */
export function unitWord(word: string): string {
  const plain = word.replace(/%/g, '%%').replace(/\$/g, '$$$$');
  return /^[\w/.+:@%$=-]+$/.test(plain) ? plain : `"${plain.replace(/(["\\])/g, '\\$1')}"`;
}

export interface UnitParts {
  readonly node: string;
  /** Undefined: `node` is the executable that has the program inside. */
  readonly program?: string;
  readonly groups: readonly string[];
  /** In a container of which systemd shows a service another number of the boot; see `bootHidden`. */
  readonly bootHidden: boolean;
  /** Something in the configuration talks to other machines. */
  readonly network: boolean;
  /** Where metrics are shown; undefined: nowhere. */
  readonly port?: number | undefined;
  /** Far below MemoryMax=, so that the heap is tidied up before the kernel ends the service. MiB. */
  readonly heapMb: number;
}

const ALONE = `# Nothing in its configuration talks to another machine, so nothing may.
IPAddressDeny=any
IPAddressAllow=localhost`;
const REACHING =
  '# Its configuration names other machines (a broker, a store, alerts, otlp, metrics), by names whose addresses change: IPAddressDeny= would keep them away.';

const PROC = `ProtectProc=invisible
ProtectKernelTunables=yes
ProtectControlGroups=yes`;
const NO_PROC =
  '# In this container ProtectProc=, ProtectKernelTunables= and ProtectControlGroups= would keep journalctl -f from finding the current boot.';

/**
 * Whether these settings make journalctl deaf. They give the service a fresh /proc; in a container that shows the number of the
 * boot of the machine outside, and `journalctl -f` waits for entries of that one. Seen with systemd 252; 247 and 257 are well.
 */
export const bootHidden = (container: boolean, release: number): boolean =>
  container && !(release <= 247 || release >= 257);

/** The unit from its template (`packaging/systemd/*.service`). */
export function unitText(
  template: string,
  { node, program, groups, network, bootHidden: hidden, port, heapMb }: UnitParts,
): string {
  const memory = `--max-old-space-size=${heapMb}`;
  const parts: Readonly<Record<string, string>> = {
    RUN: program === undefined ? unitWord(node) : `${unitWord(node)} ${memory} ${unitWord(program)}`,
    // The executable takes what is for Node.js from here alone.
    OPTIONS: program === undefined ? `\nEnvironment=NODE_OPTIONS=${memory}` : '',
    GROUPS: groups.join(' '),
    PROC: hidden ? NO_PROC : PROC,
    NETWORK: network ? REACHING : ALONE,
    LISTEN: port === undefined ? '# Not even that: it shows none.' : `SocketBindAllow=tcp:${port}`,
  };
  return template.replace(/@(RUN|OPTIONS|GROUPS|PROC|NETWORK|LISTEN)@/g, (_, name: string) => parts[name] ?? '');
}

/** One folder or file on the way to a program, from `/` down. */
export interface Step {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
  readonly directory: boolean;
}

/** Folders that the service does not see: ProtectHome= and PrivateTmp=. */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/;

/**
 * Why the service cannot, or must not, run the program at the end of `way`: undefined when it can. The program has to be readable
 * for everybody, and nobody but root may be able to change it, because it would then read the logs for them.
 */
export function placeProblem(way: readonly Step[]): string | undefined {
  const last = way.at(-1);
  if (last === undefined) return undefined;
  if (HIDDEN.test(last.path))
    return `${last.path} lies in a folder of users or of temporary files, which a service does not see`;
  for (const { path, uid, gid, mode, directory } of way) {
    const needed = directory ? 0o1 : 0o4;
    if ((mode & needed) === 0) return `${path} cannot be ${directory ? 'entered' : 'read'} by everybody`;
    if (uid !== 0) return `${path} belongs to another user than root, who could change what the service runs`;
    if ((mode & 0o2) !== 0) return `${path} can be changed by everybody`;
    if ((mode & 0o20) !== 0 && gid !== 0) return `${path} can be changed by a group other than root's`;
  }
  return undefined;
}

/** Sections of watch.yaml that make the watch talk to other machines. */
const REACHES = ['publish', 'otlp'] as const;

const filled = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === 'object' && value !== null
      ? Object.keys(value).length > 0
      : value !== undefined && value !== null && value !== false;

/** Whether each machine that `scheme://[user@]host[:port][,host2…]` names is this one. */
function staysHere(url: string): boolean {
  const [, hosts = ''] = /^[a-z]+:\/\/(?:[^@/?#]*@)?([^/?#]+)/.exec(url) ?? [];
  return hosts.split(',').every((one) => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/.test(one));
}

/** Whether what watch.yaml says (as it was read) needs more than this machine's own addresses. In doubt it does. */
export function needsNetwork(config: unknown, loopback: (listen: string) => boolean): boolean {
  if (typeof config !== 'object' || config === null) return false;
  const sections = config as Readonly<Record<string, unknown>>;
  if (REACHES.some((name) => filled(sections[name]))) return true;
  const alerts = sections['alerts'];
  if (filled(alerts)) {
    const channels = (alerts as Readonly<Record<string, unknown>>)['channels'];
    if (channels === undefined || filled(channels)) return true;
  }
  const store = sections['store'];
  const kept = typeof store === 'object' && store !== null ? (store as { path?: unknown }).path : store;
  for (const url of [kept, sections['from']])
    if (typeof url === 'string' && url.includes('://') && !staysHere(url)) return true;
  const listen = listenOf(config);
  return listen !== undefined && !loopback(listen);
}

/** `metrics.listen` of watch.yaml, as it was read; undefined: the default, or off. */
export function listenOf(config: unknown): string | undefined {
  const metrics = (config as Readonly<Record<string, unknown>> | null | undefined)?.['metrics'];
  const listen = (metrics as Readonly<Record<string, unknown>> | null | undefined)?.['listen'];
  return typeof listen === 'string' || typeof listen === 'number' ? String(listen) : undefined;
}
