import { section, Unparsable } from '../source.ts';
import { firstLineOf, maybe, num, object, objects, str } from './json.ts';

export interface SizeProbe {
  /** Bytes, IP header included; sent with don't-fragment. */
  readonly size: number;
  /** TOS byte, DSCP and ECN. */
  readonly tos: number;
  readonly sent: number;
  readonly answered: number;
  /** What a router says would fit, and which router; it may also be our own interface. */
  readonly mtu?: number;
  readonly local: boolean;
  readonly line?: number;
}

/** A connection of ssh that hung: bytes were sent again and again and never acknowledged. */
export interface Hang {
  readonly address: string;
  readonly afterMs: number;
  /** As ss(8) shows it. */
  readonly socket: string;
  /** Segments that were sent again in its whole life. */
  readonly resent: number;
  readonly unacked: number;
  readonly mss?: number;
  readonly tos: number;
  readonly probes: readonly SizeProbe[];
}

export const hang = section<Hang>(
  'client',
  'hang',
  'the TCP connection of an ssh that hung, and which packets its server still answers (ss(8); tcp(7), TCP_INFO)',
  (text) => {
    const from = object(text);
    const start = firstLineOf(text ?? '', 'probes');
    const socket = str(from, 'socket');
    const address = str(from, 'address');
    if (socket === undefined || address === undefined) throw new Unparsable('no connection');
    const number = (name: string): number | undefined => {
      const found = new RegExp(` ${name}:(\\d{1,9})\\b`).exec(socket)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    return {
      address,
      afterMs: num(from, 'afterMs') ?? 0,
      socket,
      resent: Number(/ retrans:\d{1,9}\/(\d{1,9})/.exec(socket)?.[1] ?? 0),
      unacked: number('unacked') ?? 0,
      ...maybe('mss', number('mss')),
      tos: Number(/ tos:(0x[0-9a-f]{1,2})\b/.exec(socket)?.[1] ?? 0),
      probes: objects(from, 'probes').map((each, index) => ({
        size: num(each, 'size') ?? 0,
        tos: num(each, 'tos') ?? 0,
        sent: num(each, 'sent') ?? 0,
        answered: num(each, 'answered') ?? 0,
        ...maybe('mtu', num(each, 'mtu')),
        local: each['local'] === true,
        ...maybe('line', start === undefined ? undefined : start + index),
      })),
    };
  },
);
