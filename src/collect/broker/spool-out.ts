import { type FileHandle, open, truncate } from 'node:fs/promises';
import { synced } from './spool-folder.ts';

/** The one file of a spool that is written. */
export interface SpoolOut {
  /** Makes a file, and goes on in it. @throws as open(2) and fsync(2) */
  begin(file: string): Promise<void>;
  /** Writes to the end of a file; it is on the disk when this returns. @throws as write(2) and fdatasync(2) */
  append(file: string, data: Buffer): Promise<void>;
  /** After an error: closes it and cuts off what is half written. Returns whether that could be done. */
  giveUp(file: string, size: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Never holds more than one file open, whatever fails. */
export function spoolOut(dir: string): SpoolOut {
  let handle: FileHandle | undefined;
  const close = async (): Promise<void> => {
    const was = handle;
    handle = undefined;
    await was?.close();
  };
  return {
    async begin(file) {
      await close();
      handle = await open(file, 'a', 0o600);
      await synced(dir);
    },
    async append(file, data) {
      handle ??= await open(file, 'a', 0o600);
      await handle.appendFile(data);
      await handle.datasync();
    },
    async giveUp(file, size) {
      await close().catch(() => undefined);
      return truncate(file, size).then(
        () => true,
        () => false,
      );
    },
    close,
  };
}
