import { section, Unparsable } from './source.ts';

/** The way of the server's answers, as its kernel decides it (`ip route get`, ip-route(8)). */
export interface RouteBack {
  readonly device?: string;
  readonly via?: string;
  /** `blackhole`, `prohibit`, `unreachable`, `throw`, or the kernel's words: nothing can be sent there. */
  readonly error?: string;
  readonly line: number;
  readonly text: string;
}

export const routeToClient = section(
  'server',
  'route-to-client',
  'the route back to the client (`ip route get`, ip-route(8))',
  (text): RouteBack => {
    if (text === null) throw new Unparsable('ip is not installed');
    for (const [index, line] of text.split('\n').entries()) {
      const where = { line: index + 1, text: line.trim() };
      const error =
        /^RTNETLINK answers: (.*)/.exec(line)?.[1] ?? /^(unreachable|prohibit|blackhole|throw)\b/.exec(line)?.[1];
      if (error !== undefined) return { error, ...where };
      const device = / dev (\S+)/.exec(line)?.[1];
      const via = / via (\S+)/.exec(line)?.[1];
      if (device !== undefined) return { device, ...(via === undefined ? {} : { via }), ...where };
    }
    throw new Unparsable('ip route get gave no answer');
  },
);

/** Interfaces by address (`ip -o addr`), without prefix length. */
export const interfaces = section(
  'server',
  'addresses',
  'which interface has which address (`ip -o addr`, ip-address(8))',
  (text): ReadonlyMap<string, string> => {
    if (text === null) throw new Unparsable('ip is not installed');
    const found = text.matchAll(/^\d+: (\S{1,40})\s+inet6? ([0-9a-f.:]+)/gm);
    return new Map([...found].map(([, device = '', address = '']) => [address, device]));
  },
  'interfaces',
);

/** Packets that came in on another interface than their answers would leave by, and were dropped for it. */
export const reversePathDrops = section(
  'server',
  'nstat',
  'the counter IPReversePathFilter since boot (/proc/net/netstat)',
  (text): { readonly count: number; readonly line: number } => {
    const lines = (text ?? '').split('\n');
    for (const [i, line] of lines.entries()) {
      const at = line.startsWith('TcpExt: ') ? line.split(' ').indexOf('IPReversePathFilter') : -1;
      const value = Number(lines[i + 1]?.split(' ')[at]);
      if (at > 0 && Number.isInteger(value)) return { count: value, line: i + 2 };
    }
    throw new Unparsable('no IPReversePathFilter');
  },
  'reverse-path-drops',
);
