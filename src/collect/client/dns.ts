import { getServers } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Lookup, lookupHere } from './lookups.ts';
import { type Answer, ask } from './nameserver/ask.ts';
import { A, AAAA } from './nameserver/message.ts';
import { parseResolvConf, type ResolvConf, searchSteps } from './resolv-conf.ts';
import { run } from './run.ts';

/** What one nameserver says, search domain after search domain as glibc asks them. */
export interface ServerRecord {
  readonly server: string;
  /** The name that `a` and `aaaa` answer for. */
  readonly asked: string;
  readonly a: Answer;
  readonly aaaa: Answer;
  /** Names that were asked before and have no address. */
  readonly missed?: readonly { readonly name: string; readonly a: string; readonly aaaa: string }[];
}

export interface NameRecord {
  readonly name: string;
  readonly literal?: true;
  readonly family?: 4 | 6;
  /** The name in DNS of one with letters beyond ASCII, which ssh does not translate (RFC 5891). */
  readonly idn?: string;
  readonly hosts?: readonly HostsLine[];
  /** Sources of the `hosts` line of nsswitch.conf(5), in order. */
  readonly sources?: readonly string[];
  readonly lookup?: Answer;
  readonly search?: Pick<ResolvConf, 'search' | 'ndots'>;
  /** The name that the nameservers are asked for first. */
  readonly asked?: string;
  /** No nameserver is set up, so the machine itself was asked (resolv.conf(5)). */
  readonly unconfigured?: true;
  /** Nameservers behind the stub of systemd-resolved; not asked, because it alone knows which of them a name belongs to. */
  readonly upstream?: readonly string[];
  readonly resolvers?: readonly ServerRecord[];
}

export interface HostsLine {
  readonly address: string;
  readonly line: number;
  readonly names: readonly string[];
}

export interface NameProbe {
  /** What getaddrinfo(3) gives, in its order; settles well before `record` when a nameserver is silent. */
  readonly addresses: Promise<readonly string[]>;
  readonly record: Promise<NameRecord>;
  /** Stops waiting for nameservers that have not answered yet. */
  readonly enough: () => void;
}

export interface NameBounds {
  readonly family?: 4 | 6 | undefined;
  /** In place of this process, whose four threads one name holds up. */
  readonly lookup?: Lookup;
  readonly lookupMs?: number;
  readonly resolverMs?: number;
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  readonly resolvConf?: string;
}

const FILE_LIMIT = 1024 * 1024;
const SERVERS_MAX = 3;
/** How long the system is waited for when a nameserver is known to answer: it may ask dead ones first, 5 s each. */
const PATIENT_MS = 12_000;
/** systemd-resolved.service(8). */
const STUBS = ['127.0.0.53', '127.0.0.54'];

async function text(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).slice(0, FILE_LIMIT);
  } catch {
    return '';
  }
}

/** Lines of a hosts(5) file that name the host. */
export function hostsLines(file: string, name: string): HostsLine[] {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  return file.split('\n').flatMap((line, index) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const named = names.some((each) => each.toLowerCase() === wanted);
    return named ? [{ address, line: index + 1, names }] : [];
  });
}

/** Sources of the `hosts` line of nsswitch.conf(5), without the actions in brackets. */
export function hostsSources(nsswitch: string): string[] {
  const line = nsswitch.split('\n').find((each) => /^\s*hosts:/.test(each)) ?? '';
  return line
    .replace(/#.*|^\s*hosts:|\[[^\]]*\]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/**
 * getaddrinfo(3), as ssh calls it: without AI_IDN. Node translates letters beyond ASCII by itself, so getent(1) is asked for
 * such a name.
 */
async function system(name: string, { family, lookup = lookupHere }: NameBounds): Promise<readonly string[]> {
  if (/^[\0-\x7f]*$/.test(name)) return [...new Set(await lookup(name, family ?? 0))];
  const database = family === undefined ? 'ahosts' : `ahostsv${family}`;
  const ran = await run(['getent', '--no-idn', database, '--', name], { timeoutMs: PATIENT_MS, limit: 8192 });
  const found = ran.stdout.split('\n').flatMap((line) => line.split(/\s+/, 1)[0] || []);
  if (found.length === 0) throw Object.assign(new Error(), { code: ran.error ?? 'ENOTFOUND' });
  return [...new Set(found)];
}

async function timed(work: Promise<readonly string[]>): Promise<Answer> {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  try {
    return { addresses: await work, ms: ms() };
  } catch (error) {
    return { addresses: [], error: (error as NodeJS.ErrnoException).code ?? String(error), ms: ms() };
  }
}

/** Waits for `ms`, and on to PATIENT_MS where `patient` says so by then. */
function within<T>(work: Promise<T>, ms: number, patient: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = (): void => reject(Object.assign(new Error('timeout'), { code: 'timeout' }));
    let timer = setTimeout(() => {
      if (patient()) timer = setTimeout(over, Math.max(0, PATIENT_MS - ms));
      else over();
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** One question of each type a step, and no further step once one has an address or the server gives no answer. */
async function askServer(server: string, steps: readonly string[], o: { timeoutMs: number; signal: AbortSignal }) {
  const missed: { name: string; a: string; aaaa: string }[] = [];
  for (const asked of steps) {
    const [a, aaaa] = await Promise.all([ask(server, asked, A, o), ask(server, asked, AAAA, o)]);
    const said = { name: asked, a: a.error ?? '', aaaa: aaaa.error ?? '' };
    const goesOn = [said.a, said.aaaa].every((error) => ['NXDOMAIN', 'NODATA', 'SERVFAIL'].includes(error));
    if (goesOn && asked !== steps.at(-1)) missed.push(said);
    else return { server, asked, a, aaaa, ...(missed.length > 0 ? { missed } : {}) };
  }
  throw new Error('there is a step');
}

/** Asks the hosts file, the system, and every nameserver at once, so that they can be told apart. Never rejects. */
export function probeName(name: string, o: NameBounds = {}): NameProbe {
  const family = o.family === undefined ? {} : { family: o.family };
  if (isIP(name.replace(/%.*/, '')) !== 0) {
    const excluded = o.family !== undefined && (o.family === 6) !== isIPv6(name);
    return {
      addresses: Promise.resolve(excluded ? [] : [name]),
      record: Promise.resolve({ name, literal: true, ...family }),
      enough: () => {},
    };
  }
  let answered = false;
  const found = timed(within(system(name, o), o.lookupMs ?? 5000, () => answered));
  const stop = new AbortController();
  const bounds = { timeoutMs: o.resolverMs ?? 2000, signal: stop.signal };
  const askAll = async (): Promise<NameRecord> => {
    const [hosts, conf, nsswitch, upstream] = await Promise.all([
      text(o.hostsFile ?? '/etc/hosts'),
      text(o.resolvConf ?? '/etc/resolv.conf').then((said) => parseResolvConf(said, process.env)),
      text('/etc/nsswitch.conf'),
      text('/run/systemd/resolve/resolv.conf').then((said) => parseResolvConf(said).servers),
    ]);
    const { search, ndots } = conf;
    const servers = (o.servers ?? (conf.servers.length > 0 ? conf.servers : getServers())).slice(0, SERVERS_MAX);
    const ascii = /^[\0-\x7f]*$/.test(name) ? name : domainToASCII(name);
    const steps = searchSteps(ascii, conf);
    const resolvers = Promise.all(
      servers.map(async (server) => {
        const record = await askServer(server, steps, bounds);
        if (record.a.addresses.length + record.aaaa.addresses.length > 0) answered = true;
        return record;
      }),
    );
    return {
      name,
      ...family,
      ...(ascii === name ? {} : { idn: ascii }),
      hosts: hostsLines(hosts, name),
      sources: hostsSources(nsswitch),
      lookup: await found,
      search: { search, ndots },
      ...(steps[0] === undefined ? {} : { asked: steps[0] }),
      ...(o.servers === undefined && conf.servers.length === 0 ? { unconfigured: true } : {}),
      ...(servers.some((server) => STUBS.includes(server)) && upstream.length > 0 ? { upstream } : {}),
      resolvers: await resolvers,
    };
  };
  return { addresses: found.then((answer) => answer.addresses), record: askAll(), enough: () => stop.abort() };
}
