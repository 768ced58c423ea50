import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeFolder, PINNED } from './node.ts';

const { inject } = createRequire(import.meta.url)('postject') as {
  inject(file: string, name: string, data: Buffer, o: { sentinelFuse: string }): Promise<void>;
};

/** What Node.js looks for in itself (https://nodejs.org/api/single-executable-applications.html). */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
export type NodeArch = 'x64' | 'arm64';

/** Everything in `dist` that the program reads as a file, by its name there. */
function assets(dist: string): Readonly<Record<string, string>> {
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /^web\/.*\.[a-z]+$/.test(name) || /^[^/]+\.(?:sh|py|json|yaml|service)$/.test(name),
  );
  return Object.fromEntries(names.sort().map((name) => [name, path.join(dist, name)]));
}

/**
 * Writes the single executables for Linux: Node.js with the program and its files inside, one for each architecture. `dist` is built.
 * `out`: the file of each. The blob holds no code of a processor, so that one fits all of them.
 */
export async function writeExecutables(
  root: string,
  architectures: readonly NodeArch[],
  out: (arch: NodeArch) => string,
): Promise<void> {
  const work = mkdtempSync(path.join(tmpdir(), 'sshwhy-executable-'));
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['src/cli/executable.ts'],
      outfile: path.join(work, 'sshwhy.cjs'),
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: `node${PINNED.inside}`,
      minifySyntax: true,
      minifyWhitespace: true,
      // Node.js inside has SQLite of its own.
      external: ['@photostructure/sqlite'],
      legalComments: 'none',
      // Its files are inside too, found by name (src/shipped/files.ts); the address is only there to be well-formed.
      define: { 'import.meta.url': '"file:///sshwhy/"' },
    });
    const config = path.join(work, 'sea.json');
    writeFileSync(
      config,
      JSON.stringify({
        main: 'sshwhy.cjs',
        output: 'sshwhy.blob',
        disableExperimentalSEAWarning: true,
        useCodeCache: false,
        assets: assets(path.join(root, 'dist')),
      }),
    );
    // By the very release that reads it: the form of the blob belongs to it.
    const node = path.join(nodeFolder(PINNED.inside, process.arch), 'bin/node');
    execFileSync(node, ['--experimental-sea-config', config], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
    const blob = readFileSync(path.join(work, 'sshwhy.blob'));
    for (const arch of architectures) {
      const file = out(arch);
      mkdirSync(path.dirname(file), { recursive: true });
      copyFileSync(path.join(nodeFolder(PINNED.inside, arch), 'bin/node'), file);
      chmodSync(file, 0o755);
      await quietly(() => inject(file, RESOURCE, blob, { sentinelFuse: FUSE }));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The library that postject has inside warns of each name that Node.js left out of its sections. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { warn, log } = console;
  console.warn = console.log = () => {};
  try {
    await work();
  } finally {
    Object.assign(console, { warn, log });
  }
}
