import { randomInt } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Section } from '../../model/bundle.ts';
import type { NameRecord } from './dns.ts';
import { greet } from './greeting.ts';
import { knownHostName } from './known-hosts.ts';
import { gap, json } from './layout.ts';
import { ask } from './nameserver/ask.ts';
import { A } from './nameserver/message.ts';
import { expandPath, fileList, type SshOptions } from './ssh-config.ts';
import { connect, type TcpProbe } from './tcp.ts';

/** An address that the name might have meant and that ssh does not dial. */
export interface Alternate {
  readonly address: string;
  /** Who knows it: a nameserver, or `FILE:LINE` of a hosts or known_hosts file. */
  readonly source: string;
  readonly via: 'dns' | 'hosts' | 'known_hosts';
}

export interface AlternateProbe extends Alternate, Pick<TcpProbe, 'port' | 'errno' | 'ms'> {
  readonly outcome: TcpProbe['outcome'] | 'not-dialled';
  readonly banner?: string;
}

const ALTERNATES_MAX = 3;
/** Where the dialled addresses were not silent, nobody is made to wait long for others. */
const QUICK_MS = 1500;
const GREETING_MIN_MS = 200;
const WILDCARD_MS = 2000;
const BYTES_MAX = 512 * 1024;

async function lines(file: string): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(BYTES_MAX), 0, BYTES_MAX, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n');
  } catch {
    return [];
  } finally {
    await handle.close();
  }
}

/** Addresses under which known_hosts files have the very key that they have for the name (sshd(8)); hashed names tell nothing. */
export function sameKeyElsewhere(file: string, text: readonly string[], name: string): Alternate[] {
  const entries = text.flatMap((line, index) => {
    const [names, type, key] = line.split(/\s+/);
    return names && type && key && !/^[#@|]/.test(names) ? [{ names: names.split(','), key, line: index + 1 }] : [];
  });
  const keys = new Set(entries.filter(({ names }) => names.includes(name)).map(({ key }) => key));
  return entries
    .filter(({ key }) => keys.has(key))
    .flatMap(({ names, line }) => names.map((each) => ({ address: each.replace(/^\[(.*)\]:\d+$/, '$1'), line })))
    .filter(({ address }) => isIP(address) !== 0)
    .map(({ address, line }) => ({ address, source: `${file}:${line}`, via: 'known_hosts' }));
}

/** Addresses that nameservers, the hosts file or known_hosts know for the name and that are not dialled, each once. */
async function alternatesOf(
  record: NameRecord,
  dialled: readonly string[],
  o: { readonly options: SshOptions; readonly host: string; readonly port: number },
): Promise<readonly Alternate[]> {
  if (record.literal) return [];
  const named = (record.resolvers ?? []).flatMap(({ server, a, aaaa }) =>
    [...a.addresses, ...aaaa.addresses].map((address): Alternate => ({ address, source: server, via: 'dns' })),
  );
  const listed = (record.hosts ?? []).map(
    ({ address, line }): Alternate => ({ address, source: `/etc/hosts:${line}`, via: 'hosts' }),
  );
  const files = ['userknownhostsfile', 'globalknownhostsfile'].flatMap((name) => fileList(o.options, name));
  const filed = await Promise.all(
    files
      .map((file) => expandPath(file, o.options))
      .map(async (file) => sameKeyElsewhere(file, await lines(file), knownHostName(o.host, o.port))),
  );
  const all = [...named, ...listed, ...filed.flat()].filter(({ address }) => isIP(address) !== 0);
  return all
    .filter(({ address }, i) => !dialled.includes(address) && all.findIndex((one) => one.address === address) === i)
    .slice(0, ALTERNATES_MAX);
}

/** One connection to each, up to the server's first line. */
function probeAlternates(
  alternates: readonly Alternate[],
  port: number,
  o: { readonly local?: string | undefined; readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<AlternateProbe[]> {
  const until = performance.now() + o.timeoutMs;
  return Promise.all(
    alternates.map(async (alternate) => {
      const { socket, outcome, errno, ms } = await connect(alternate.address, port, o);
      const reached = { ...alternate, port, outcome, ...(errno === undefined ? {} : { errno }), ms };
      if (!socket) return reached;
      const timeoutMs = Math.max(GREETING_MIN_MS, until - performance.now());
      const { banner } = await greet(socket, { timeoutMs, ...(o.signal ? { signal: o.signal } : {}) });
      return { ...reached, ...(banner === undefined ? {} : { banner }) };
    }),
  );
}

/** What a nameserver that knew the name says to one that nobody has: a portal that catches everybody gives an address. */
async function askForNobody(record: NameRecord, within: number, signal?: AbortSignal) {
  const server = record.resolvers?.find(({ a }) => a.addresses.length > 0)?.server;
  if (server === undefined) return {};
  const label = Array.from({ length: 20 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  const asked = `${label}.com`;
  const { addresses, error } = await ask(server, asked, A, { timeoutMs: Math.min(WILDCARD_MS, within), signal });
  return { wildcard: { asked, server, addresses, ...(error === undefined ? {} : { error }) } };
}

/**
 * What is looked at only when the name led to addresses and none of them let us in: other addresses that it might have
 * meant, and whether its nameserver knows a name that nobody has. One connection to each other address.
 */
export async function lookAside(
  record: NameRecord,
  o: {
    readonly through: boolean;
    /** Something at the dialled addresses spoke SSH. */
    readonly spoken: boolean;
    readonly addresses: readonly string[];
    readonly options: SshOptions;
    readonly host: string;
    readonly port: number;
    readonly local: string | undefined;
    readonly signal: AbortSignal | undefined;
    /** Milliseconds. */
    readonly timeoutMs?: number;
  },
): Promise<{ readonly alternates: Section; readonly nobody: object }> {
  if (o.through) return { alternates: gap('not-collected', 'the login went through'), nobody: {} };
  const timeoutMs = o.timeoutMs ?? QUICK_MS;
  const others = await alternatesOf(record, o.addresses, o);
  const [probes, nobody] = await Promise.all([
    // They are likely the same machine then, which has had its connections.
    o.spoken
      ? others.map((other): AlternateProbe => ({ ...other, port: o.port, outcome: 'not-dialled', ms: 0 }))
      : probeAlternates(others, o.port, { ...o, timeoutMs }),
    o.addresses.length > 0 ? askForNobody(record, timeoutMs, o.signal) : {},
  ]);
  return { alternates: json({ probes }), nobody };
}
