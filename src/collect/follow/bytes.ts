import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { packing, UNPACK } from '../logs.ts';

/** A file that is open, packed or not. */
export interface Bytes {
  /** Device and inode. */
  readonly node: string;
  readonly packed: boolean;
  /** Up to `most` bytes from `at` on; fewer only where it ends. Of a packed file `at` must not go back below what was last asked for. */
  read(at: number, most: number): Promise<Buffer>;
  /** Of a plain file its size; of a packed one unknown. */
  look(): Promise<Look>;
  close(): Promise<void>;
}

export interface Look {
  readonly size?: number;
  /** When it was last written to, in nanoseconds. */
  readonly changed: bigint;
}

export const nodeOf = (stat: { readonly dev: bigint; readonly ino: bigint }): string => `${stat.dev}:${stat.ino}`;

/** Opens a file for reading. Rejects as open(2) does, and for what is no plain file. */
export async function openBytes(path: string): Promise<Bytes> {
  const handle = await open(path, 'r');
  try {
    const stat = await handle.stat({ bigint: true });
    if (stat.isDirectory()) throw new Error('it is a directory');
    if (!stat.isFile()) throw new Error('it is no plain file');
    const head = Buffer.alloc(6);
    const { bytesRead } = await handle.read(head, 0, 6, 0);
    const kind = packing(head.subarray(0, bytesRead));
    if (kind === undefined) return plain(handle, nodeOf(stat));
    await handle.close();
    return packed(path, kind, nodeOf(stat), stat.mtimeNs);
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}

function plain(handle: FileHandle, node: string): Bytes {
  return {
    node,
    packed: false,
    async read(at, most) {
      const into = Buffer.allocUnsafe(most);
      let got = 0;
      while (got < most) {
        const { bytesRead } = await handle.read(into, got, most - got, at + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return into.subarray(0, got);
    },
    async look() {
      const { size, mtimeNs } = await handle.stat({ bigint: true });
      return { size: Number(size), changed: mtimeNs };
    },
    close: () => handle.close(),
  };
}

function packed(path: string, kind: NonNullable<ReturnType<typeof packing>>, node: string, changed: bigint): Bytes {
  const stream = unpacked(path, kind);
  const chunks = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let heldAt = 0;
  let ended = false;
  return {
    node,
    packed: true,
    async read(at, most) {
      while (!ended && heldAt + held.length < at + most) {
        const next = await chunks.next();
        ended = next.done === true;
        if (ended) break;
        // Unpacked bytes can only be passed over by reading them.
        if (heldAt + held.length <= at) {
          heldAt += held.length;
          held = next.value as Buffer;
        } else held = Buffer.concat([held, next.value as Buffer]);
      }
      const drop = Math.min(held.length, Math.max(0, at - heldAt));
      held = held.subarray(drop);
      heldAt += drop;
      return held.subarray(0, most);
    },
    look: async () => ({ changed }),
    async close() {
      stream.destroy();
    },
  };
}

function unpacked(path: string, kind: NonNullable<ReturnType<typeof packing>>): Readable {
  const file = createReadStream(path);
  if (kind === 'gzip') {
    const gunzip = createGunzip({ chunkSize: 1 << 18 });
    file.on('error', (error) => gunzip.destroy(error));
    gunzip.on('close', () => file.destroy());
    return file.pipe(gunzip);
  }
  const [program, ...words] = UNPACK[kind] as readonly [string, ...string[]];
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'] });
  // What it cannot unpack ends early, and the reader is told by its status.
  child.stdin.on('error', () => undefined);
  child.once('error', (error) => child.stdout.destroy(error));
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) child.stdout.destroy(new Error(`${program} ended with status ${code}`));
  });
  child.stdout.once('close', () => {
    file.destroy();
    child.kill();
  });
  file.pipe(child.stdin);
  return child.stdout;
}
