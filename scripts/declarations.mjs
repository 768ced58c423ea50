import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const IMPORT = /(from\s+['"]|import\(['"])(\.[^'"]+)\.ts(['"])/g;

/**
 * Writes the types of the library to dist/types: what its entry names, and no more. TypeScript declares every file of the
 * program; the others would ask for packages that an installed sshwhy has not.
 */
export function writeDeclarations(root) {
  const from = path.join(root, 'dist/declarations');
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  const waiting = ['library/index'];
  const seen = new Set();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(path.join(from, `${file}.d.ts`), 'utf8');
    for (const [, , to] of text.matchAll(IMPORT)) waiting.push(path.join(path.dirname(file), to));
    const out = path.join(root, 'dist/types', `${file}.d.ts`);
    mkdirSync(path.dirname(out), { recursive: true });
    writeFileSync(out, text.replace(IMPORT, '$1$2.js$3'));
  }
  rmSync(from, { recursive: true });
}
