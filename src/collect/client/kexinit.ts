/** Algorithm lists of one side, in its order of preference (RFC 4253, 7.1). */
export interface Algorithms {
  readonly kex: readonly string[];
  readonly hostKey: readonly string[];
  readonly ciphersC2S: readonly string[];
  readonly ciphersS2C: readonly string[];
  readonly macsC2S: readonly string[];
  readonly macsS2C: readonly string[];
  readonly compressionC2S: readonly string[];
  readonly compressionS2C: readonly string[];
}

/** What a KEXINIT says besides its cookie. */
export interface Lists {
  readonly algorithms: Algorithms;
  /** A packet of the key exchange that the server guesses follows. */
  readonly follows: boolean;
}

/** Lists that were read before, by the bytes that they were read from. */
export interface KnownLists {
  get(text: string): Lists | undefined;
  set(text: string, lists: Lists): void;
}

/** `more`: the packet is not complete yet. `bad`: these bytes are no unencrypted SSH packet. */
export type Packet =
  | { readonly kind: 'more' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'kexinit'; readonly lists: Lists; readonly bytes: number }
  | { readonly kind: 'disconnect'; readonly code: number; readonly text: string }
  | { readonly kind: 'skip'; readonly bytes: number };

export const PACKET_MAX = 256 * 1024;
const COOKIE = 16;
const NAMES_MAX = 200;
/** RFC 4251, 6 allows 64; one more shows that it was too long. */
const NAME_MAX = 65;
const [DISCONNECT, IGNORE, DEBUG, KEXINIT] = [1, 2, 4, 20];

/**
 * Reads the packet at the head of what the server sent after its identification string (RFC 4253, 6). Never throws.
 * `known` saves reading the same lists again.
 */
export function readPacket(bytes: Buffer, known?: KnownLists): Packet {
  if (bytes.length < 6) return { kind: 'more' };
  const length = bytes.readUInt32BE(0);
  const padding = bytes[4] ?? 0;
  if (length < 2 + padding || length > PACKET_MAX) return { kind: 'bad' };
  const type = bytes[5];
  if (type !== DISCONNECT && type !== IGNORE && type !== DEBUG && type !== KEXINIT) return { kind: 'bad' };
  if (bytes.length < 4 + length) return { kind: 'more' };
  const payload = bytes.subarray(5, 4 + length - padding);
  if (type === DISCONNECT) {
    if (payload.length < 9) return { kind: 'bad' };
    const size = Math.min(payload.readUInt32BE(5), 1024);
    return { kind: 'disconnect', code: payload.readUInt32BE(1), text: payload.toString('utf8', 9, 9 + size) };
  }
  if (type !== KEXINIT) return { kind: 'skip', bytes: 4 + length };
  if (payload.length < 1 + COOKIE) return { kind: 'bad' };
  const text = known && payload.toString('latin1', 1 + COOKIE);
  const before = text === undefined ? undefined : known?.get(text);
  if (before !== undefined) return { kind: 'kexinit', lists: before, bytes: 4 + length };
  const lists = readLists(payload);
  if (lists === undefined) return { kind: 'bad' };
  if (text !== undefined) known?.set(text, lists);
  return { kind: 'kexinit', lists, bytes: 4 + length };
}

function readLists(payload: Buffer): Lists | undefined {
  const lists: string[][] = [];
  let at = 1 + COOKIE;
  for (let i = 0; i < 10; i += 1) {
    if (at + 4 > payload.length) return undefined;
    const size = payload.readUInt32BE(at);
    if (at + 4 + size > payload.length) return undefined;
    const names = payload.toString('latin1', at + 4, at + 4 + size);
    lists.push(names === '' ? [] : names.split(',', NAMES_MAX).map((name) => name.slice(0, NAME_MAX)));
    at += 4 + size;
  }
  const [kex = [], hostKey = [], ciphersC2S = [], ciphersS2C = [], macsC2S = [], macsS2C = []] = lists;
  const [compressionC2S = [], compressionS2C = []] = lists.slice(6);
  return {
    algorithms: { kex, hostKey, ciphersC2S, ciphersS2C, macsC2S, macsS2C, compressionC2S, compressionS2C },
    follows: (payload[at] ?? 0) !== 0,
  };
}
