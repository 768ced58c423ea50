import { getServers, lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP, isIPv6 } from 'node:net';

/** One question to one nameserver. `error`: `NXDOMAIN`, `NODATA`, `SERVFAIL`, `REFUSED`, `timeout`, `unreachable`, `not-awaited`, or c-ares' own code. */
export interface Answer {
  readonly addresses: readonly string[];
  readonly error?: string;
  readonly ms: number;
}

export interface NameRecord {
  readonly name: string;
  readonly literal?: true;
  readonly family?: 4 | 6;
  readonly hosts?: readonly { readonly address: string; readonly line: number }[];
  readonly lookup?: Answer;
  /** The name that the nameservers were asked for: a single label gets the first search domain. */
  readonly asked?: string;
  readonly resolvers?: readonly { readonly server: string; readonly a: Answer; readonly aaaa: Answer }[];
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
  readonly lookupMs?: number;
  readonly resolverMs?: number;
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  readonly resolvConf?: string;
}

const ERRORS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'NXDOMAIN',
  ENODATA: 'NODATA',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  ETIMEOUT: 'timeout',
  ECONNREFUSED: 'unreachable',
  ECANCELLED: 'not-awaited',
};

/** resolv.conf(5): MAXNS. */
const SERVERS_MAX = 3;
const FILE_LIMIT = 1024 * 1024;

async function timed(work: Promise<readonly string[]>, codes: Readonly<Record<string, string>>): Promise<Answer> {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  try {
    return { addresses: await work, ms: ms() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { addresses: [], error: codes[code] ?? code, ms: ms() };
  }
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'timeout' })), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function text(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).slice(0, FILE_LIMIT);
  } catch {
    return '';
  }
}

/** Lines of a hosts(5) file that name the host. */
export function hostsLines(file: string, name: string): { address: string; line: number }[] {
  const wanted = name.toLowerCase();
  return file.split('\n').flatMap((line, index) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return names.some((each) => each.toLowerCase() === wanted) ? [{ address, line: index + 1 }] : [];
  });
}

function firstSearchDomain(resolvConf: string): string | undefined {
  const lines = resolvConf.split('\n').filter((line) => /^(search|domain)\s/.test(line));
  return lines.at(-1)?.trim().split(/\s+/)[1];
}

/** Asks the hosts file, the system, and every nameserver at once, so that they can be told apart. Never rejects. */
export function probeName(name: string, o: NameBounds = {}): NameProbe {
  if (isIP(name.replace(/%.*/, '')) !== 0) {
    const excluded = o.family !== undefined && (o.family === 6) !== isIPv6(name);
    const record: NameRecord = { name, literal: true, ...(o.family === undefined ? {} : { family: o.family }) };
    return {
      addresses: Promise.resolve(excluded ? [] : [name]),
      record: Promise.resolve(record),
      enough: () => {},
    };
  }
  const found = timed(
    within(lookup(name, { all: true, family: o.family ?? 0, verbatim: true }), o.lookupMs ?? 5000).then((all) => [
      ...new Set(all.map((each) => each.address)),
    ]),
    {},
  );
  const limit = o.resolverMs ?? 2000;
  const servers = (o.servers ?? getServers()).slice(0, SERVERS_MAX).map((server) => ({
    server,
    resolver: new Resolver({ timeout: limit, tries: 1 }),
  }));
  let over = false;
  const ask = async (): Promise<NameRecord> => {
    const [hosts, resolvConf] = await Promise.all([
      text(o.hostsFile ?? '/etc/hosts'),
      text(o.resolvConf ?? '/etc/resolv.conf'),
    ]);
    const domain = firstSearchDomain(resolvConf);
    const asked = name.includes('.') || domain === undefined ? name.replace(/\.$/, '') : `${name}.${domain}`;
    const resolvers = Promise.all(
      servers.map(async ({ server, resolver }) => {
        resolver.setServers([server]);
        // c-ares takes its timeout twice over; ours is the one that holds.
        const a = timed(within(resolver.resolve4(asked), limit), ERRORS);
        const aaaa = timed(within(resolver.resolve6(asked), limit), ERRORS);
        if (over) resolver.cancel();
        const answer = { server, a: await a, aaaa: await aaaa };
        resolver.cancel();
        return answer;
      }),
    );
    return {
      name,
      ...(o.family === undefined ? {} : { family: o.family }),
      hosts: hostsLines(hosts, name),
      lookup: await found,
      asked,
      resolvers: await resolvers,
    };
  };
  return {
    addresses: found.then((answer) => answer.addresses),
    record: ask(),
    enough: () => {
      over = true;
      for (const { resolver } of servers) resolver.cancel();
    },
  };
}
