import { section } from '../source.ts';
import { firstLineOf, type Json, maybe, member, needed, num, object, objects, str, strings } from './json.ts';

export interface Answer {
  readonly addresses: readonly string[];
  /**
   * `NXDOMAIN`, `NODATA`, `SERVFAIL`, `REFUSED`, `timeout`, `unreachable`, `malformed`, `truncated`, `not-awaited`,
   * getaddrinfo's code, or another.
   */
  readonly error?: string;
  readonly ms: number;
  /** Names that the asked one is an alias of, in order. */
  readonly chain: readonly string[];
  /** The answer was had over TCP. */
  readonly tcp: boolean;
}

export interface Nameserver {
  readonly server: string;
  /** The name that `a` and `aaaa` answer for. */
  readonly asked: string;
  readonly a: Answer;
  readonly aaaa: Answer;
  /** Names that were asked before, search domain after search domain, and have no address. */
  readonly missed: readonly string[];
  readonly line?: number;
}

export interface Dns {
  readonly name: string;
  readonly literal: boolean;
  /** The one family that ssh_config(5) AddressFamily, -4 or -6 leaves. */
  readonly family?: 4 | 6;
  /** The name in DNS of one with letters beyond ASCII. */
  readonly idn?: string;
  /** What would be dialled: the literal, or getaddrinfo's answer. */
  readonly addresses: readonly string[];
  readonly hosts: readonly { readonly address: string; readonly line: number; readonly names: readonly string[] }[];
  readonly lookup?: Answer;
  /** Search domains and ndots of resolv.conf(5). */
  readonly search: { readonly domains: readonly string[]; readonly ndots: number };
  /** The name that the nameservers are asked for first. */
  readonly asked?: string;
  /** Whether a nameserver is set up at all; without one the machine itself is asked (resolv.conf(5)). */
  readonly configured: boolean;
  /** Nameservers behind the stub of systemd-resolved. */
  readonly upstream: readonly string[];
  readonly resolvers: readonly Nameserver[];
  /** What a nameserver says to a name that nobody has; asked only when the login failed. */
  readonly wildcard?: { readonly asked: string; readonly server: string; readonly addresses: readonly string[] };
  /** Names much like it that the user's own files know. */
  readonly near: readonly { readonly name: string; readonly file: string }[];
}

function answer(from: Json): Answer {
  return {
    addresses: strings(from, 'addresses'),
    ms: num(from, 'ms') ?? 0,
    ...maybe('error', str(from, 'error')),
    chain: strings(from, 'chain'),
    tcp: from['tcp'] === true,
  };
}

function wildcard(from: Json): Dns['wildcard'] {
  const asked = str(from, 'asked');
  return asked === undefined
    ? undefined
    : { asked, server: str(from, 'server') ?? '', addresses: strings(from, 'addresses') };
}

export const dns = section<Dns>(
  'client',
  'dns',
  'what hosts file, system and every nameserver say to the name',
  (text) => {
    const from = object(text);
    const start = firstLineOf(text ?? '', 'resolvers');
    const name = needed(str(from, 'name'), 'name');
    const literal = from['literal'] === true;
    const lookup = 'lookup' in from ? answer(member(from, 'lookup')) : undefined;
    const family = num(from, 'family');
    const search = member(from, 'search');
    return {
      name,
      literal,
      ...maybe('family', family === 4 || family === 6 ? family : undefined),
      ...maybe('idn', str(from, 'idn')),
      addresses: literal ? [name] : (lookup?.addresses ?? []),
      hosts: objects(from, 'hosts').map((each) => ({
        address: str(each, 'address') ?? '',
        line: num(each, 'line') ?? 0,
        names: strings(each, 'names'),
      })),
      ...maybe('lookup', lookup),
      search: { domains: strings(search, 'search'), ndots: num(search, 'ndots') ?? 1 },
      ...maybe('asked', str(from, 'asked')),
      configured: from['unconfigured'] !== true,
      upstream: strings(from, 'upstream'),
      ...maybe('wildcard', wildcard(member(from, 'wildcard'))),
      near: objects(from, 'near').map((each) => ({ name: str(each, 'name') ?? '', file: str(each, 'file') ?? '' })),
      resolvers: objects(from, 'resolvers').map((each, index) => ({
        server: str(each, 'server') ?? '',
        asked: str(each, 'asked') ?? str(from, 'asked') ?? name,
        a: answer(member(each, 'a')),
        aaaa: answer(member(each, 'aaaa')),
        missed: objects(each, 'missed').flatMap((one) => str(one, 'name') ?? []),
        ...maybe('line', start === undefined ? undefined : start + index),
      })),
    };
  },
);

/** An answer in words: its addresses by way of its aliases, or why there is none. */
export function told({ addresses, error, chain }: Answer): string {
  const last = error ?? addresses.join(' ');
  return [...chain.map((name) => `→ ${name}`), last].join(' ');
}

/** Whether a nameserver gave any answer at all, even a refusal. */
export function answers({ a, aaaa }: Pick<Nameserver, 'a' | 'aaaa'>): boolean {
  const silent = ['timeout', 'unreachable', 'not-awaited', 'malformed'];
  return [a, aaaa].some(({ error }) => error === undefined || !silent.includes(error));
}

/** What a nameserver said, as evidence. */
export function serverEvidence({ server, asked, a, aaaa, line }: Nameserver) {
  const text = `${server}: ${asked}: A ${told(a)} (${a.ms} ms), AAAA ${told(aaaa)} (${aaaa.ms} ms)`;
  return { side: 'client', section: 'dns', line, text } as const;
}
