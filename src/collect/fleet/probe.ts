import { isIP } from 'node:net';
import type { Bundle, Section } from '../../model/bundle.ts';
import { probeName } from '../client/dns.ts';
import { escapeBytes, gap, json } from '../client/layout.ts';
import type { Lookup } from '../client/lookups.ts';
import type { TcpProbe } from '../client/tcp.ts';
import { type Heard, type HelloBounds, hello } from './hello.ts';

export interface ProbeBounds extends HelloBounds {
  readonly family?: 4 | 6;
  /** Whether this address may be dialled; looked at after a name was resolved. */
  allowed(address: string): boolean;
  readonly lookup: Lookup;
}

/** What one host said when it was asked once. */
export interface Met {
  /** RFC 3339. */
  readonly at: string;
  /** All of it, for the causes; made when it is asked for, because most hosts are well. */
  bundle(): Promise<Bundle>;
  /** Set when an address greeted with its list of algorithms. */
  readonly greeting?: NonNullable<Heard['greeting']> & { readonly address: string };
  readonly address?: string;
  /** Milliseconds of each step that was taken. */
  readonly ms: { readonly dns?: number; readonly tcp?: number; readonly banner?: number; readonly kexinit?: number };
  /** The name leads to addresses that must not be dialled, and to no other. */
  readonly forbidden?: true;
}

const ADDRESSES_MAX = 4;
const NO_LOGIN = gap('not-collected', 'no login was tried');

/**
 * Resolves a name as the system does, connects, and hears the greeting: one connection to the first address that opens,
 * none that stays. Never rejects. `config`: the section `ssh-config`, waited for only by `bundle`.
 */
export async function probeHost(
  host: { readonly address: string; readonly port: number },
  config: Section | Promise<Section>,
  o: ProbeBounds,
): Promise<Met> {
  const takenAt = new Date().toISOString();
  const found = await resolve(host.address, o);
  const dialled = found.addresses.filter((address) => o.allowed(address)).slice(0, ADDRESSES_MAX);
  const probes: TcpProbe[] = [];
  let greeting: Met['greeting'];
  for (const address of dialled) {
    const heard = await hello(address, host.port, o);
    probes.push({ address, port: host.port, ...heard.reached });
    if (heard.greeting === undefined) continue;
    greeting = { address, ...heard.greeting };
    break;
  }
  const tcp = probes.at(-1);
  return {
    at: takenAt,
    bundle: async () => ({
      schema: 1,
      takenAt,
      sections: {
        'ssh-config': await config,
        dns: json(await nameRecord(host.address, found, o)),
        tcp: probes.length > 0 ? json({ probes }) : gap('not-collected', 'no address'),
        kexinit: greeting
          ? json({ probes: [{ ...greeting, first: escapeBytes(greeting.first), port: host.port }] })
          : gap('not-collected', 'no connection stood'),
        attempt: NO_LOGIN,
      },
    }),
    ...(greeting === undefined ? {} : { greeting }),
    ...(tcp === undefined ? {} : { address: tcp.address }),
    ms: msOf(found, tcp, greeting),
    ...(found.addresses.length > 0 && dialled.length === 0 ? { forbidden: true } : {}),
  };
}

function msOf(found: Found, tcp: TcpProbe | undefined, greeting: Met['greeting']): Met['ms'] {
  const ms: { -readonly [Step in keyof Met['ms']]: number } = {};
  if (found.ms !== undefined) ms.dns = found.ms;
  if (tcp !== undefined) ms.tcp = tcp.ms;
  if (greeting?.ms.banner !== undefined) ms.banner = greeting.ms.banner;
  if (greeting?.ms.kexinit !== undefined) ms.kexinit = greeting.ms.kexinit;
  return ms;
}

/** Why a name leads nowhere the nameservers tell; that costs the host nothing. */
async function nameRecord(name: string, lookup: Found, o: ProbeBounds): Promise<Readonly<Record<string, unknown>>> {
  if (lookup.error === undefined)
    return { name, ...(isIP(name) ? { literal: true } : {}), lookup: { ...lookup, ms: lookup.ms ?? 0 } };
  const bounds = { family: o.family, lookup: o.lookup, lookupMs: o.connectMs, resolverMs: o.connectMs };
  return { ...(await probeName(name, bounds).record) };
}

interface Found {
  readonly addresses: readonly string[];
  readonly error?: string;
  /** Absent for an address, which is not looked up. */
  readonly ms?: number;
}

/** getaddrinfo(3), given up after as long as a connection may take. */
async function resolve(address: string, o: ProbeBounds): Promise<Found> {
  if (isIP(address.replace(/%.*/, '')) !== 0) return { addresses: [address] };
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEOUT' })), o.connectMs * 2);
  });
  try {
    const all = await Promise.race([o.lookup(address, o.family ?? 0), late]);
    return { addresses: [...new Set(all)], ms: ms() };
  } catch (error) {
    return { addresses: [], error: (error as NodeJS.ErrnoException).code ?? String(error), ms: ms() };
  } finally {
    clearTimeout(timer);
  }
}
