import { section } from '../source.ts';
import { firstLineOf, type Json, maybe, member, needed, num, object, objects, str, strings } from './json.ts';

export interface Answer {
  readonly addresses: readonly string[];
  /** `NXDOMAIN`, `NODATA`, `SERVFAIL`, `REFUSED`, `timeout`, `unreachable`, `not-awaited`, getaddrinfo's code, or another. */
  readonly error?: string;
  readonly ms: number;
}

export interface Dns {
  readonly name: string;
  readonly literal: boolean;
  /** What would be dialled: the literal, or getaddrinfo's answer. */
  readonly addresses: readonly string[];
  readonly hosts: readonly { readonly address: string; readonly line: number }[];
  readonly lookup?: Answer;
  /** The name that the nameservers were asked for. */
  readonly asked?: string;
  readonly resolvers: readonly {
    readonly server: string;
    readonly a: Answer;
    readonly aaaa: Answer;
    readonly line?: number;
  }[];
  /** Names much like it that the user's own files know. */
  readonly near: readonly { readonly name: string; readonly file: string }[];
}

function answer(from: Json): Answer {
  return { addresses: strings(from, 'addresses'), ms: num(from, 'ms') ?? 0, ...maybe('error', str(from, 'error')) };
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
    return {
      name,
      literal,
      addresses: literal ? [name] : (lookup?.addresses ?? []),
      hosts: objects(from, 'hosts').map((each) => ({
        address: str(each, 'address') ?? '',
        line: num(each, 'line') ?? 0,
      })),
      ...maybe('lookup', lookup),
      ...maybe('asked', str(from, 'asked')),
      near: objects(from, 'near').map((each) => ({ name: str(each, 'name') ?? '', file: str(each, 'file') ?? '' })),
      resolvers: objects(from, 'resolvers').map((each, index) => ({
        server: str(each, 'server') ?? '',
        a: answer(member(each, 'a')),
        aaaa: answer(member(each, 'aaaa')),
        ...maybe('line', start === undefined ? undefined : start + index),
      })),
    };
  },
);
