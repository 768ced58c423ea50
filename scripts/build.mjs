/** Bundles the command and the library into dist/: an entry that answers `--version` at once, the rest loaded when it is needed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { build as buildPage } from 'vite';
import { writeCausesBook } from './causes-book.mjs';
import { writeDeclarations } from './declarations.mjs';
import { writeThirdParty } from './third-party.mjs';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { sshwhy: 'src/cli/sshwhy.ts', index: 'src/library/index.ts' },
  outdir: dist,
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  // Has a binary of its own, and may not be installed.
  external: ['@photostructure/sqlite'],
  legalComments: 'linked',
  // commander is CommonJS and asks for Node's own modules by require.
  banner: { js: "import { createRequire as $cr } from 'node:module'; const require = $cr(import.meta.url);" },
});
for (const name of ['boot.sh', 'collect.sh', 'rescue.sh', 'second-sshd.sh', 'vantage.sh', 'client/path.py'])
  copyFileSync(path.join(root, 'src/collect', name), path.join(dist, path.basename(name)));
for (const name of readdirSync(path.join(root, 'src/remedy')).filter((file) => file.endsWith('.sh')))
  copyFileSync(path.join(root, 'src/remedy', name), path.join(dist, name));
for (const name of ['sshwhy-watch.service', 'watch.yaml', 'sshwhy-central.service', 'central.yaml'])
  copyFileSync(path.join(root, 'packaging/systemd', name), path.join(dist, name));
writeCausesBook(root, path.join(dist, 'causes.json'));
execFileSync(process.execPath, ['--import', 'tsx', path.join(root, 'scripts/manual/write.ts'), dist], {
  cwd: root,
  stdio: 'inherit',
});
// npm takes no folder here: what is installed for all users has man pages only by this list.
const pages = readdirSync(path.join(dist, 'man'))
  .sort()
  .map((name) => `./dist/man/${name}`);
if (JSON.stringify(pages) !== JSON.stringify(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).man))
  throw new Error(`the pages in "man" of package.json should be:\n${JSON.stringify(pages, null, 4)}`);
const page = await buildPage({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' });
const ofPage = [page]
  .flat()
  .flatMap(({ output }) => output.flatMap(({ modules }) => Object.keys(modules ?? {})))
  // Beginning with a zero byte are modules that the bundler made itself.
  .flatMap((file) => (path.isAbsolute(file) ? path.relative(root, file.split('?')[0]) : []));
writeThirdParty(root, dist, [...Object.keys(metafile.inputs), ...ofPage]);
chmodSync(path.join(dist, 'sshwhy.js'), 0o755);
writeDeclarations(root);
