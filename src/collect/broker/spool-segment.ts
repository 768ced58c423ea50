import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/** One file of a spool: records one after the other, each its length and its CRC-32 (4 bytes each, big endian) and its bytes. */
export interface Segment {
  readonly number: number;
  readonly file: string;
  /** Bytes of whole records. */
  size: number;
}

export const HEAD = 8;
export const RECORD_MAX = 4 << 20;

export const segmentFile = (dir: string, number: number): string =>
  path.join(dir, `${String(number).padStart(12, '0')}.spool`);

export const segmentNumber = (name: string): number | undefined => {
  const [, digits] = /^(\d{12})\.spool$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

export function framed(data: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(data.length, 0);
  head.writeUInt32BE(crc32(data), 4);
  return Buffer.concat([head, data]);
}

/** The record at a place of a segment; undefined when there is none that is whole. */
export async function recordAt(handle: FileHandle, offset: number, size: number): Promise<Buffer | undefined> {
  if (offset + HEAD > size) return undefined;
  const head = await exactly(handle, offset, HEAD);
  const length = head?.readUInt32BE(0) ?? 0;
  if (head === undefined || length > RECORD_MAX || offset + HEAD + length > size) return undefined;
  const data = await exactly(handle, offset + HEAD, length);
  return data !== undefined && crc32(data) === head.readUInt32BE(4) ? data : undefined;
}

async function exactly(handle: FileHandle, offset: number, length: number): Promise<Buffer | undefined> {
  const data = Buffer.alloc(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await handle.read(data, read, length - read, offset + read);
    if (bytesRead === 0) return undefined;
    read += bytesRead;
  }
  return data;
}

/** How far the records of a file are whole, from its beginning: what comes after was being written when the power went. */
export async function wholeUpTo(file: string, size: number): Promise<number> {
  const handle = await open(file, 'r');
  try {
    let offset = 0;
    for (;;) {
      const record = await recordAt(handle, offset, size);
      if (record === undefined) return offset;
      offset += HEAD + record.length;
    }
  } finally {
    await handle.close();
  }
}

/** The records of a segment from a place on, at least one if there is one, as long as `more` agrees. */
export async function recordsFrom(
  segment: Segment,
  from: number,
  more: (record: Buffer, taken: number) => boolean,
): Promise<readonly Buffer[]> {
  if (from >= segment.size) return [];
  const handle = await open(segment.file, 'r').catch((error: NodeJS.ErrnoException) => {
    // One that somebody took away is lost, and must not stand in the way of those behind it.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return [];
  try {
    const records: Buffer[] = [];
    for (let offset = from; ; ) {
      const record = await recordAt(handle, offset, segment.size);
      if (record === undefined || (!more(record, records.length) && records.length > 0)) return records;
      records.push(record);
      offset += HEAD + record.length;
    }
  } finally {
    await handle.close();
  }
}
