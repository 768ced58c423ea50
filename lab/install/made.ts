import { readdirSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '../..');

/** What `scripts/dist/release.ts --test` made, by how its name ends. @throws Error when it did not. */
export function made(end: string): string {
  const folder = path.join(ROOT, 'release/test');
  const name = readdirSync(folder).find((one) => one.endsWith(end));
  if (name === undefined) throw new Error(`release/test has nothing that ends in ${end}: sh lab/install/test.sh`);
  return path.join(folder, name);
}
