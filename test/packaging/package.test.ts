import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/model/version.ts';

const root = path.join(import.meta.dirname, '../..');
const bundle = 'test/fixtures/causes/firewall/host-drop/bookworm-firewalld-drop-zone.bundle';
let folder: string;

function run(command: string, args: readonly string[], cwd = folder): string {
  // Nothing that an earlier install has kept helps this one.
  const env = { ...process.env, npm_config_cache: path.join(folder, 'cache') };
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
}

// As somebody gets it: packed, installed into an empty folder, and no registry asked.
beforeAll(() => {
  if (!existsSync(path.join(root, 'dist/index.js'))) throw new Error('dist/ is not built: npm run build');
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-package-'));
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], root);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  run('npm', ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', '--silent', `./${tarball}`]);
  copyFileSync(path.join(root, bundle), path.join(folder, 'web1.bundle'));
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('brings no other package with it', () => {
    expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['sshwhy']);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(dependencies ?? {}).toEqual({});
    const own = new Set([...builtinModules, ...Object.keys(optionalDependencies)]);
    const dist = path.join(root, 'dist');
    for (const file of readdirSync(dist).filter((name) => name.endsWith('.js')))
      for (const [, from = ''] of readFileSync(path.join(dist, file), 'utf8').matchAll(
        /(?:^|[;}\n])(?:import|export)(?:[\w$*{}, ]*from)?"([^"]+)"/g,
      ))
        if (!from.startsWith('.')) expect(own, `${file} imports ${from}`).toContain(from.replace(/^node:/, ''));
  });

  it('has the command', () => {
    expect(run('npx', ['--offline', 'sshwhy', '--version'])).toBe(`sshwhy ${VERSION}\n`);
    expect(run('npx', ['--offline', 'sshwhy', 'explain', 'firewall/host-drop'])).toContain('firewall');
  });

  it('can be imported, and finds what it needs beside itself', () => {
    writeFileSync(
      path.join(folder, 'look.js'),
      `import { readFileSync } from 'node:fs';
import { causes, server } from 'sshwhy';
const report = await server({ bundle: readFileSync('web1.bundle', 'utf8') });
const here = await server({ on: 'local' });
console.log(JSON.stringify({ first: report.causes[0].id, causes: causes.length > 100, gates: here.gates.length }));
`,
    );
    expect(JSON.parse(run(process.execPath, ['look.js']))).toEqual({
      first: 'firewall/host-drop',
      causes: true,
      gates: 10,
    });
  });

  it('runs the example of its guide, with types that a strict program takes', () => {
    const guide = readFileSync(path.join(root, 'docs/guides/library.md'), 'utf8');
    const [, code = ''] = /<!-- code:library -->\s+```js\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(code).toContain("from 'sshwhy'");
    const here = code.replace('alice@web1', 'nobody@127.0.0.1:1');
    writeFileSync(path.join(folder, 'example.ts'), `${here}\nexport {};\n`);
    writeFileSync(path.join(folder, 'example.js'), here);
    const types = path.join(root, 'node_modules/@types');
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit'];
    const module = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--typeRoots', types];
    run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), ...strict, ...module, 'example.ts']);
    expect(run(process.execPath, ['example.js'])).toMatch(
      /^daemon\/not-running: (?:likely|confirmed)\n# nobody@127\.0\.0\.1:1/,
    );
  });
});
