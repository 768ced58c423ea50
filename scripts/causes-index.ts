import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type CauseId, GATES } from '../src/model/gate.ts';

const root = path.join(import.meta.dirname, '..');

/** Where the index of causes is written. */
export const CAUSES_INDEX = 'src/causes/index.gen.ts';

/** The causes that have a file, in the order of the gates. */
export const ids: readonly CauseId[] = GATES.flatMap((gate) => {
  const folder = path.join(root, 'src/causes', gate);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return files.sort().map((name) => `${gate}/${name.slice(0, -3)}` as const);
});

/** The text of the index. */
export function causesIndex(): string {
  const name = (id: CauseId): string => id.replace(/[/-](.)/g, (_, letter: string) => letter.toUpperCase());
  return [
    '// Made by `npm run gen` from the files in this folder.',
    "import type { Cause } from '../model/cause.ts';",
    ...ids.map((id) => `import { cause as ${name(id)} } from './${id}.ts';`),
    '',
    '/** Every cause that sshwhy knows, in the order of the gates. */',
    `export const causes: readonly Cause[] = [${ids.map(name).join(', ')}];`,
    '',
  ].join('\n');
}
