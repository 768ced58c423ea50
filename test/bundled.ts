import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.join(import.meta.dirname, '..');

/** A program of this repository as one file, which starts as fast as the shipped one; returns its path. */
export async function bundled(entry: string): Promise<string> {
  const outfile = path.join(
    ROOT,
    'node_modules/.cache/sshwhy-test',
    `${path.basename(entry, '.ts')}-${process.pid}.mjs`,
  );
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@photostructure/sqlite'],
    logLevel: 'silent',
    banner: { js: "import { createRequire as $cr } from 'node:module'; const require = $cr(import.meta.url);" },
  });
  return outfile;
}
