import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { question, type Reply, readReply, type Type } from './message.ts';

/**
 * One question to one nameserver. `error`: `NXDOMAIN`, `NODATA`, `SERVFAIL`, `REFUSED`, `FORMERR`, `NOTIMP`, `RCODE n`;
 * `timeout`, `unreachable`, `malformed`, `truncated` (too long for UDP and not to be had over TCP), `bad-name`,
 * `not-awaited`, or an errno.
 */
export interface Answer {
  readonly addresses: readonly string[];
  readonly error?: string;
  readonly ms: number;
  /** Names that the asked one is an alias of, in order. */
  readonly chain?: readonly string[];
  /** The answer did not fit into a datagram and was had over TCP. */
  readonly tcp?: true;
}

export interface AskBounds {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const UNREACHABLE = ['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EINVAL'];
const REPLY_MAX = 65_535 + 2;

type Outcome = Reply | string;

/** `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`, as node's getServers() writes nameservers. */
function endpoint(server: string): { host: string; port: number } {
  const [, host, port] = /^\[([^\]]*)\](?::(\d+))?$/.exec(server) ?? /^([\d.]+):(\d+)$/.exec(server) ?? [];
  return { host: host ?? server, port: Number(port ?? 53) };
}

/** Runs `start` until it settles, the time is over or nobody waits any more; what it returns ends it. */
function bounded(o: AskBounds, start: (settle: (outcome: Outcome) => void) => () => string | undefined) {
  return new Promise<Outcome>((resolve) => {
    let stop: (() => string | undefined) | undefined;
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      o.signal?.removeEventListener('abort', abort);
      resolve(outcome);
      stop?.();
      stop = undefined;
    };
    const abort = (): void => settle('not-awaited');
    const timer = setTimeout(() => settle(stop?.() ?? 'timeout'), Math.max(1, o.timeoutMs));
    o.signal?.addEventListener('abort', abort, { once: true });
    if (o.signal?.aborted) return abort();
    stop = start(settle);
  });
}

const errno = (error: NodeJS.ErrnoException): string => {
  const code = error.code ?? error.message;
  return UNREACHABLE.includes(code) ? 'unreachable' : code;
};

/** One datagram; what does not answer this question is waited over, but said when nothing better comes. */
function overUdp(server: string, id: number, name: string, type: Type, packet: Buffer, o: AskBounds) {
  return bounded(o, (settle) => {
    const { host, port } = endpoint(server);
    const socket = createSocket(isIPv6(host.replace(/%.*/, '')) ? 'udp6' : 'udp4');
    let closed = false;
    let malformed = false;
    socket.on('error', (error) => settle(errno(error)));
    socket.on('message', (message) => {
      const reply = readReply(message, id, name, type);
      if (reply === 'malformed') malformed = true;
      else if (reply !== 'foreign') settle(reply);
    });
    // Connected, so that the kernel keeps others' datagrams away and tells of an ICMP port-unreachable (udp(7)).
    socket.connect(port, host, ((error?: Error) => {
      if (error) settle(errno(error));
      else if (!closed) socket.send(packet);
    }) as () => void);
    return () => {
      if (!closed) socket.close();
      closed = true;
      return malformed ? 'malformed' : undefined;
    };
  });
}

/** RFC 1035, 4.2.2: two bytes of length stand before the message. */
function overTcp(server: string, id: number, name: string, type: Type, packet: Buffer, o: AskBounds) {
  return bounded(o, (settle) => {
    const { host, port } = endpoint(server);
    const socket = connect({ host, port });
    let got = Buffer.alloc(0);
    socket.on('error', (error) => settle(errno(error)));
    socket.on('close', () => settle('malformed'));
    socket.on('connect', () =>
      socket.write(Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet])),
    );
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      const whole = got.length >= 2 ? got.readUInt16BE(0) + 2 : REPLY_MAX;
      if (got.length < whole) return;
      const reply = readReply(got.subarray(2, whole), id, name, type);
      settle(reply === 'foreign' ? 'malformed' : reply);
    });
    return () => {
      socket.destroy();
      return undefined;
    };
  });
}

/** Asks one nameserver one question, by one datagram and, where the answer does not fit, over TCP. Never rejects. */
export async function ask(server: string, name: string, type: Type, o: AskBounds): Promise<Answer> {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  const id = randomInt(0x10000);
  const packet = question(id, name, type);
  if (!packet) return { addresses: [], error: 'bad-name', ms: 0 };
  const first = await overUdp(server, id, name, type, packet, o);
  if (typeof first === 'string') return { addresses: [], error: first, ms: ms() };
  const whole = first.truncated
    ? await overTcp(server, id, name, type, packet, { ...o, timeoutMs: o.timeoutMs - ms() })
    : first;
  if (typeof whole === 'string') {
    const error = whole === 'not-awaited' ? whole : 'truncated';
    return { addresses: first.addresses, error, ms: ms() };
  }
  const { addresses, error, chain } = whole;
  return {
    addresses,
    ...(error === undefined ? {} : { error }),
    ms: ms(),
    ...(chain.length === 0 ? {} : { chain }),
    ...(first.truncated ? { tcp: true } : {}),
  };
}
