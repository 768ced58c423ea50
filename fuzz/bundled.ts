import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { instrumented } from './instrument.ts';

/** The worker as one file, which starts at once; `counting`: with counters in it. Returns its path, for the caller to remove. */
export async function bundledWorker(root: string, counting: boolean): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['fuzz/worker.ts'],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@photostructure/sqlite'],
    logLevel: 'warning',
  });
  const plain = outputFiles[0]?.text ?? '';
  const { script, fileOf } = counting ? instrumented(plain) : { script: plain, fileOf: [] };
  const folder = path.join(root, 'node_modules/.cache');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `sshwhy-fuzz-${process.pid}.mjs`);
  writeFileSync(
    file,
    `import { createRequire as $cr } from 'node:module';
const require = $cr(import.meta.url);
globalThis.$fileOf = ${JSON.stringify(fileOf)};
const $ran = (globalThis.$ran = new Uint8Array(${fileOf.length}));
${script}`,
  );
  return file;
}
