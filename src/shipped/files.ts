import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The part of `node:sea` (Node 24.8 and later have all of it) that is used here. */
interface Inside {
  isSea(): boolean;
  getRawAsset(name: string): ArrayBuffer;
  getAssetKeys(): readonly string[];
}

/** What is inside of the executable; undefined where Node.js and the program are files of their own. */
function inside(): Inside | undefined {
  const sea = process.getBuiltinModule?.('node:sea' as 'node:fs') as unknown as Inside | undefined;
  return sea?.isSea() ? sea : undefined;
}

/** Whether this is the single executable that has Node.js inside: then it is started by itself, without the program's name. */
export const isExecutable = (): boolean => inside() !== undefined;

/**
 * A file that belongs to the program. `name`: of it in `dist` with `/` between folders, as the executable has it inside; `places`: where
 * it is elsewhere (beside the bundle, in the sources), the first that exists is taken. Undefined: nowhere.
 */
export function shippedFile(name: string, places: readonly URL[]): Buffer | undefined {
  const sea = inside();
  if (sea !== undefined) return sea.getAssetKeys().includes(name) ? Buffer.from(sea.getRawAsset(name)) : undefined;
  for (const place of places) {
    try {
      return readFileSync(place);
    } catch {
      // The next place.
    }
  }
  return undefined;
}

/** The text of a file beside the module that asks, which is always there. @throws Error when it is not. */
export function shippedText(name: string, place: URL): string {
  const file = shippedFile(name, [place]);
  if (file === undefined) throw new Error(`${name}, which belongs to sshwhy, is missing: install it anew`);
  return file.toString('utf8');
}

/** All files of a folder that belongs to the program, by their names below it with `/` between folders; see `shippedFile`. */
export function shippedFolder(name: string, places: readonly URL[]): ReadonlyMap<string, Buffer> | undefined {
  const sea = inside();
  if (sea !== undefined) {
    const names = sea.getAssetKeys().filter((key) => key.startsWith(`${name}/`));
    return new Map(names.map((key) => [key.slice(name.length + 1), Buffer.from(sea.getRawAsset(key))]));
  }
  for (const place of places) {
    const folder = decodeURIComponent(place.pathname);
    try {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      return new Map(
        files.map((entry) => {
          const file = path.join(entry.parentPath, entry.name);
          return [path.relative(folder, file).split(path.sep).join('/'), readFileSync(file)];
        }),
      );
    } catch {
      // The next place.
    }
  }
  return undefined;
}
