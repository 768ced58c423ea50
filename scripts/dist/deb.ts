import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { control, copyright, POSTINST, POSTRM, PRERM } from './deb-texts.ts';

/** `all` takes the Node.js of Debian; the others have one inside. */
export type Architecture = 'all' | 'amd64' | 'arm64';

export interface DebParts {
  /** Of the checkout; `dist` is built. */
  readonly root: string;
  readonly version: string;
  readonly architecture: Architecture;
  /** The executable, for the architectures that have one. */
  readonly executable?: string;
  /** The licences of the Node.js inside of it. */
  readonly nodeLicence?: string;
  /** Of the commit, in seconds; every file of the package has it. */
  readonly epoch: number;
  readonly out: string;
  /** Of xz, 0 to 9. */
  readonly level: number;
}

/** Files of `dist` that are elsewhere in the package, or that only the library needs. */
const ELSEWHERE = /^(?:man|completions|types|index\.js.*|bundled\.json|THIRD-PARTY\.txt|.*\.LEGAL\.txt)$/;

/** As gzip -9n: no name, no time, and the same system in its head wherever it was made. */
function gzip(text: string | Buffer): Buffer {
  const packed = gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
  packed[9] = 3;
  return packed;
}

/** Builds the package of Debian. Needs dpkg-deb, no root, and says the same bytes for the same commit. */
export function writeDeb(o: DebParts): void {
  const stage = mkdtempSync(path.join(tmpdir(), 'sshwhy-deb-'));
  try {
    const put = (file: string, content: string | Buffer, mode = 0o644): void => {
      const at = path.join(stage, file);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, content);
      chmodSync(at, mode);
    };
    const tree = (from: string, to: string): void =>
      cpSync(path.join(o.root, from), path.join(stage, to), { recursive: true });
    const read = (file: string): Buffer => readFileSync(path.join(o.root, file));
    if (o.executable === undefined) {
      const names = readdirSync(path.join(o.root, 'dist')).filter((name) => !ELSEWHERE.test(name));
      for (const name of names) tree(`dist/${name}`, `usr/share/sshwhy/dist/${name}`);
      // That of Debian, whatever else the one who types it has in the path.
      const entry = read('dist/sshwhy.js').toString('utf8').replace(/^#!.*/, '#!/usr/bin/node');
      put('usr/share/sshwhy/dist/sshwhy.js', entry, 0o755);
      put(
        'usr/share/sshwhy/package.json',
        `${JSON.stringify({ name: 'sshwhy', version: o.version, type: 'module' })}\n`,
      );
      mkdirSync(path.join(stage, 'usr/bin'), { recursive: true });
      symlinkSync('../share/sshwhy/dist/sshwhy.js', path.join(stage, 'usr/bin/sshwhy'));
    } else put('usr/bin/sshwhy', readFileSync(o.executable), 0o755);
    tree('schema', 'usr/share/sshwhy/schema');
    for (const name of ['prometheus', 'grafana']) tree(`packaging/${name}`, `usr/share/sshwhy/${name}`);
    for (const name of readdirSync(path.join(o.root, 'dist/man')))
      put(`usr/share/man/man1/${name}.gz`, gzip(read(`dist/man/${name}`)));
    put('usr/share/bash-completion/completions/sshwhy', read('dist/completions/sshwhy.bash'));
    put('usr/share/zsh/vendor-completions/_sshwhy', read('dist/completions/_sshwhy'));
    put('usr/share/fish/vendor_completions.d/sshwhy.fish', read('dist/completions/sshwhy.fish'));
    const doc = 'usr/share/doc/sshwhy';
    tree('docs/causes', `${doc}/causes`);
    put(
      `${doc}/copyright`,
      copyright(JSON.parse(read('dist/bundled.json').toString('utf8')), o.nodeLicence !== undefined),
    );
    put(`${doc}/THIRD-PARTY.txt.gz`, gzip(read('dist/THIRD-PARTY.txt')));
    if (o.nodeLicence !== undefined) put(`${doc}/nodejs-licences.txt.gz`, gzip(readFileSync(o.nodeLicence)));
    put(`${doc}/changelog.gz`, gzip(changelog(o)));
    const files = readdirSync(stage, { recursive: true, encoding: 'utf8' }).sort();
    const plain = files.filter((file) => lstatSync(path.join(stage, file)).isFile());
    const kilobytes = files.reduce((sum, file) => sum + Math.ceil(lstatSync(path.join(stage, file)).size / 1024), 0);
    const sums = plain.map(
      (file) =>
        `${createHash('md5')
          .update(readFileSync(path.join(stage, file)))
          .digest('hex')}  ${file}\n`,
    );
    put('DEBIAN/control', control({ ...o, kilobytes }));
    put('DEBIAN/md5sums', sums.join(''));
    for (const [name, text] of Object.entries({ postinst: POSTINST, prerm: PRERM, postrm: POSTRM }))
      put(`DEBIAN/${name}`, text, 0o755);
    settle(stage, o.epoch);
    mkdirSync(path.dirname(o.out), { recursive: true });
    // More threads cut the archive elsewhere.
    execFileSync(
      'dpkg-deb',
      ['--root-owner-group', '-Zxz', `-z${o.level}`, '--threads-max=1', '--build', stage, o.out],
      {
        env: { ...process.env, SOURCE_DATE_EPOCH: String(o.epoch) },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Modes that do not depend on who builds, and one time. */
function settle(folder: string, epoch: number): void {
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) lutimesSync(file, epoch, epoch);
    else {
      chmodSync(
        file,
        stat.isDirectory() || ((stat.mode & 0o100) !== 0 && /^(?:DEBIAN|usr\/bin)\/|dist\/sshwhy\.js$/.test(name))
          ? 0o755
          : 0o644,
      );
      utimesSync(file, epoch, epoch);
    }
  }
}

const changelog = ({ version, epoch }: DebParts): string =>
  `sshwhy (${version}) unstable; urgency=medium\n\n  * Built from its own repository.\n\n -- The sshwhy authors <sshwhy@sshwhy.invalid>  ${new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')}\n`;
