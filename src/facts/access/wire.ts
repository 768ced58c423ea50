/** Reads the data types of RFC 4251, 5, from front to back; what runs over the end is an error and reads nothing. */
export interface Wire {
  readonly left: () => number;
  u8(): number;
  u32(): number;
  u64(): bigint;
  /** A view, not a copy. */
  bytes(): Buffer;
  /** Bytes as they are, one character each; a name with a NUL in it is none (sshbuf_get_cstring()). */
  name(): string;
}

/** Thrown by a `Wire`, and by its readers for what the format does not allow. */
export class Malformed extends Error {}

export function wire(buffer: Buffer): Wire {
  let at = 0;
  const take = (size: number): number => {
    if (size > buffer.length - at) throw new Malformed('it is cut off');
    at += size;
    return at - size;
  };
  const bytes = (): Buffer => {
    const size = buffer.readUInt32BE(take(4));
    const start = take(size);
    return buffer.subarray(start, start + size);
  };
  return {
    left: () => buffer.length - at,
    u8: () => buffer.readUInt8(take(1)),
    u32: () => buffer.readUInt32BE(take(4)),
    u64: () => buffer.readBigUInt64BE(take(8)),
    bytes,
    name: () => {
      const text = bytes().toString('latin1');
      if (text.includes('\0')) throw new Malformed('a name holds a NUL');
      return text;
    },
  };
}

/** What the reader makes of the bytes, or why it cannot. */
export function tryRead<T>(read: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Malformed) return { error: error.message };
    throw error;
  }
}
