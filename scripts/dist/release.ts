/**
 * Makes everything that somebody can install into release/, the same bytes for the same commit. usage: release.ts [--test]
 * --test: what the tests of this machine need, packed fast: no other processor, little compression.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { writeDeb } from './deb.ts';
import { writeExecutables } from './executable.ts';
import { nodeFolder, PINNED } from './node.ts';
import { sbom } from './sbom.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const test = process.argv.includes('--test');
const OUT = path.join(ROOT, test ? 'release/test' : 'release');
const ARCHITECTURES = (['x64', 'arm64'] as const).filter((arch) => !test || arch === process.arch);
const DEBIAN = { x64: 'amd64', arm64: 'arm64' } as const;

/** Seconds: that of the commit, unless the builder says another. */
function epochOf(): number {
  const told = process.env['SOURCE_DATE_EPOCH'];
  const text = told ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' });
  if (!/^\d{1,12}\s*$/.test(text)) throw new Error('neither SOURCE_DATE_EPOCH nor a commit says of when this is');
  return Number(text);
}

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const epoch = epochOf();
process.env['SOURCE_DATE_EPOCH'] = String(epoch);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const executable = (arch: 'x64' | 'arm64'): string => path.join(OUT, `sshwhy-${VERSION}-linux-${arch}`);

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
// The tests take what is built; a release is built anew, with the time of its commit.
if (!test) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', OUT], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
});
say('the package of npm is made');
await writeExecutables(ROOT, ARCHITECTURES, executable);
say(`the executables are made, with Node.js ${PINNED.inside} inside`);
if (has('dpkg-deb')) {
  const deb = { root: ROOT, version: VERSION, epoch, level: test ? 0 : 3 };
  const file = (architecture: string): string => path.join(OUT, `sshwhy_${VERSION}_${architecture}.deb`);
  writeDeb({ ...deb, architecture: 'all', out: file('all') });
  for (const arch of ARCHITECTURES) {
    const nodeLicence = path.join(nodeFolder(PINNED.inside, arch), 'LICENSE');
    writeDeb({
      ...deb,
      architecture: DEBIAN[arch],
      executable: executable(arch),
      nodeLicence,
      out: file(DEBIAN[arch]),
    });
  }
  say('the packages of Debian are made');
} else say('no packages of Debian were made: there is no dpkg-deb here');
writeFileSync(path.join(OUT, `sshwhy-${VERSION}.cdx.json`), sbom(ROOT, VERSION, epoch));
const sums = readdirSync(OUT)
  .sort()
  .map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(path.join(OUT, name)))
        .digest('hex')}  ${name}\n`,
  );
writeFileSync(path.join(OUT, 'SHA256SUMS'), sums.join(''));
say(sums.join('').trimEnd());
