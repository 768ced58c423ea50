import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const LICENCE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** `node_modules/@scope/name` of a file below it, nested packages too; undefined for a file of our own. */
export function packageOf(file) {
  const at = file.lastIndexOf('node_modules/');
  if (at === -1) return undefined;
  const [scope, name] = file.slice(at + 'node_modules/'.length).split('/');
  return file.slice(0, at + 'node_modules/'.length) + (scope?.startsWith('@') ? `${scope}/${name}` : scope);
}

/**
 * Of the files that went into bundles, the packages that they belong to: folder from `root`, name, version, licence (SPDX), and the text of
 * the licence as the package has it. @throws Error when one has no licence.
 */
export function packagesOf(root, files) {
  const folders = [...new Set(files.flatMap((file) => packageOf(file) ?? []))].sort();
  return folders.map((folder) => {
    const { name, version, license, author, homepage } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    const texts = readdirSync(path.join(root, folder))
      .filter((one) => LICENCE.test(one))
      .sort();
    if (typeof license !== 'string') throw new Error(`${folder} does not say what its licence is`);
    const text = texts.map((one) => readFileSync(path.join(root, folder, one), 'utf8').trim()).join('\n\n');
    return {
      folder,
      name,
      version,
      license,
      author: typeof author === 'string' ? author : author?.name,
      homepage,
      text,
    };
  });
}

/** Writes dist/THIRD-PARTY.txt, with the licence of each package inside of the bundles, and dist/bundled.json, which lists them. */
export function writeThirdParty(root, dist, files) {
  const packages = packagesOf(root, files);
  const parts = packages.map(
    ({ name, version, license, author, text }) =>
      `${'='.repeat(78)}\n${name} ${version} (${license})\n\n${text || `The package brings no text of its licence, which is ${license}.${author ? ` Author: ${author}.` : ''}`}\n`,
  );
  writeFileSync(
    path.join(dist, 'THIRD-PARTY.txt'),
    `The programs of sshwhy have these packages inside, each under its own licence. sshwhy itself is under Apache-2.0.\n\n${parts.join('\n')}`,
  );
  const listed = packages.map(({ folder, name, version, license }) => ({ folder, name, version, license }));
  writeFileSync(path.join(dist, 'bundled.json'), `${JSON.stringify(listed, null, 2)}\n`);
}
