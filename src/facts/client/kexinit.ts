import { FOREIGN_SERVICES, SSHD_REFUSALS } from '../../knowledge/client-messages.ts';
import { section, Unparsable } from '../source.ts';
import { firstLineOf, maybe, member, needed, num, object, objects, str, strings } from './json.ts';

const OUTCOMES = ['kexinit', 'banner-only', 'silent', 'closed', 'reset', 'not-ssh'] as const;
const LISTS = [
  'kex',
  'hostKey',
  'ciphersC2S',
  'ciphersS2C',
  'macsC2S',
  'macsS2C',
  'compressionC2S',
  'compressionS2C',
] as const;

export type Algorithms = Readonly<Record<(typeof LISTS)[number], readonly string[]>>;

export interface Greeting {
  readonly address: string;
  readonly port: number;
  readonly outcome: (typeof OUTCOMES)[number];
  /** `closed`, `reset`, `timeout`, `limit`, `disconnect`, `bad-packet`. */
  readonly ended?: string;
  /** Identification string, e.g. `SSH-2.0-OpenSSH_9.2p1`, escaped. */
  readonly banner?: string;
  readonly preBanner: readonly string[];
  readonly first: string;
  /** sshd said that it will not take this connection now; the outcome is then `closed`, for it is sshd that speaks. */
  readonly refusal?: 'max-startups' | 'not-allowed-now';
  /** What speaks there instead: `http`, `tls`, `smtp`, …; `tarpit` for lines without end before an identification. */
  readonly service?: string;
  readonly disconnect?: { readonly code: number; readonly text: string };
  readonly algorithms?: Algorithms;
  /** A packet of the key exchange that the server guesses follows its KEXINIT (RFC 4253, 7.1). */
  readonly follows?: boolean;
  readonly ms: { readonly banner?: number; readonly kexinit?: number; readonly end?: number };
  /** Line of the section. */
  readonly line?: number;
}

export interface Kexinit {
  readonly probes: readonly Greeting[];
}

function serviceOf(first: string, lines: readonly string[], ended: string | undefined): string | undefined {
  const known = FOREIGN_SERVICES.find(({ pattern }) => pattern.test(first));
  if (known) return known.service;
  return lines.length > 1 && (ended === 'timeout' || ended === 'limit') ? 'tarpit' : undefined;
}

function refusalOf(lines: readonly string[]): Greeting['refusal'] {
  const said = Object.entries(SSHD_REFUSALS).find(([text]) => lines.some((line) => line.trim() === text));
  return said?.[1];
}

export const kexinit = section<Kexinit>(
  'client',
  'kexinit',
  'identification string and KEXINIT of the server per address (RFC 4253, 4.2 and 7.1)',
  (text) => {
    const start = firstLineOf(text ?? '', 'probes');
    return {
      probes: objects(object(text), 'probes').map((from, index) => {
        const said = str(from, 'outcome');
        const seen = OUTCOMES.find((each) => each === said);
        if (!seen) throw new Unparsable(`outcome "${said}" is not known`);
        const preBanner = strings(from, 'preBanner');
        const refusal = seen === 'not-ssh' ? refusalOf(preBanner) : undefined;
        const outcome = refusal === undefined ? seen : 'closed';
        const first = str(from, 'first') ?? '';
        const lists = member(from, 'algorithms');
        const ms = member(from, 'ms');
        const ended = str(from, 'ended');
        const goodbye = member(from, 'disconnect');
        return {
          address: needed(str(from, 'address'), 'address'),
          port: needed(num(from, 'port'), 'port'),
          outcome,
          ...maybe('ended', ended),
          ...maybe('banner', str(from, 'banner')),
          preBanner,
          first,
          ...maybe('refusal', refusal),
          ...maybe('service', outcome === 'not-ssh' ? serviceOf(first, preBanner, ended) : undefined),
          ...maybe(
            'disconnect',
            'disconnect' in from ? { code: num(goodbye, 'code') ?? 0, text: str(goodbye, 'text') ?? '' } : undefined,
          ),
          ...maybe(
            'algorithms',
            outcome === 'kexinit'
              ? (Object.fromEntries(LISTS.map((name) => [name, strings(lists, name)])) as unknown as Algorithms)
              : undefined,
          ),
          ...maybe('follows', typeof from['follows'] === 'boolean' ? from['follows'] : undefined),
          ms: {
            ...maybe('banner', num(ms, 'banner')),
            ...maybe('kexinit', num(ms, 'kexinit')),
            ...maybe('end', num(ms, 'end')),
          },
          ...maybe('line', start === undefined ? undefined : start + index),
        };
      }),
    };
  },
);
