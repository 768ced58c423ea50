import { type Algorithms, type KnownLists, PACKET_MAX, readPacket } from './kexinit.ts';
import { escapeBytes } from './layout.ts';

/** What a server said first. */
export interface Said {
  readonly outcome: 'kexinit' | 'banner-only' | 'silent' | 'closed' | 'reset' | 'not-ssh';
  /** What ended the reading when no KEXINIT came. */
  readonly ended?: Ended;
  readonly banner?: string;
  readonly preBanner: readonly string[];
  /** First 256 bytes. */
  readonly first: Uint8Array;
  readonly disconnect?: { readonly code: number; readonly text: string };
  readonly algorithms?: Algorithms;
  /** A packet of the key exchange that the server guesses follows its KEXINIT. */
  readonly follows?: boolean;
}
export type Ended = 'closed' | 'reset' | 'timeout' | 'limit' | 'disconnect' | 'bad-packet';

export interface GreetingReader {
  /** Takes what came; the answer once there is one, and then no more may be handed in. The bytes are not kept. */
  push(chunk: Uint8Array): Said | undefined;
  /** What it came to when nothing more comes. */
  end(ended: Ended): Said;
  /** Whether the identification string was there. */
  readonly greeted: boolean;
  /** Whether more came behind the KEXINIT. */
  readonly more: boolean;
}

const PREAMBLE_LINES = 100;
const PREAMBLE_BYTES = 64 * 1024;
const FIRST_BYTES = 256;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Reads what a server says first: up to 100 lines, its identification string (RFC 4253, 4.2), its KEXINIT (7.1). Pure.
 * `known`: lists that were read before, so that servers that say the same share one value.
 */
export function greetingReader(known?: KnownLists): GreetingReader {
  const preBanner: string[] = [];
  let seen = NOTHING;
  let first = NOTHING;
  let preamble = 0;
  let banner: string | undefined;
  let more = false;

  const outcome = (ended: Ended | undefined): Said['outcome'] => {
    if (ended === undefined) return 'kexinit';
    if (banner !== undefined) return 'banner-only';
    if (preBanner.length > 0 || seen.length > 0) return 'not-ssh';
    return ended === 'closed' || ended === 'reset' ? ended : 'silent';
  };
  const said = (ended: Ended | undefined, rest?: Pick<Said, 'disconnect' | 'algorithms' | 'follows'>): Said => {
    if (banner === undefined && seen.length > 0) preBanner.push(escapeBytes(seen.subarray(0, 1024)));
    if (ended === undefined && banner !== undefined) return { outcome: 'kexinit', banner, preBanner, first, ...rest };
    return {
      outcome: outcome(ended),
      ...(ended === undefined ? {} : { ended }),
      ...(banner === undefined ? {} : { banner }),
      preBanner,
      first,
      ...rest,
    };
  };
  /** Whether the lines before the packets went too far. */
  const readLines = (): boolean => {
    while (banner === undefined) {
      const end = seen.indexOf(0x0a);
      if (end < 0) return seen.length + preamble > PREAMBLE_BYTES;
      const line = seen.subarray(0, end > 0 && seen[end - 1] === 0x0d ? end - 1 : end);
      preamble += end + 1;
      seen = seen.subarray(end + 1);
      if (line.subarray(0, 4).toString('latin1') === 'SSH-') banner = escapeBytes(line.subarray(0, 1024));
      else {
        preBanner.push(escapeBytes(line.subarray(0, 1024)));
        if (preBanner.length >= PREAMBLE_LINES || preamble > PREAMBLE_BYTES) return true;
      }
    }
    return false;
  };
  return {
    get greeted() {
      return banner !== undefined;
    },
    get more() {
      return more;
    },
    push(chunk) {
      seen = Buffer.concat([seen, chunk]);
      // What was seen before is a copy already; only what comes in small pieces is put together again.
      if (first.length === 0) first = seen.subarray(0, FIRST_BYTES);
      else if (first.length < FIRST_BYTES)
        first = Buffer.concat([first, chunk.subarray(0, FIRST_BYTES - first.length)]);
      if (readLines()) return said('limit');
      while (banner !== undefined) {
        const packet = readPacket(seen, known);
        if (packet.kind === 'skip') {
          seen = seen.subarray(packet.bytes);
          continue;
        }
        if (packet.kind === 'bad') return said('bad-packet');
        if (packet.kind === 'disconnect')
          return said('disconnect', { disconnect: { code: packet.code, text: packet.text } });
        if (packet.kind === 'kexinit') {
          more = seen.length > packet.bytes;
          return said(undefined, packet.lists);
        }
        return seen.length > PACKET_MAX ? said('limit') : undefined;
      }
      return undefined;
    },
    end: (ended) => said(ended),
  };
}
