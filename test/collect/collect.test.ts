import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectScript } from '../../src/collect/script.ts';
import { parseBundle } from '../../src/facts/bundle.ts';
import { meta } from '../../src/facts/meta.ts';
import type { Bundle } from '../../src/model/bundle.ts';

/** Shells of this machine that a server may have as sh. */
const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([command = '']) =>
    spawnSync(command, ['-c', 'true'], { input: '' }).status === 0 || spawnSync(command, ['true']).status === 0,
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-collect-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function collect(
  argv: readonly string[],
  asked: Parameters<typeof collectScript>[0] = {},
): { bundle: Bundle; ms: number } {
  const started = performance.now();
  const [command = 'sh', ...args] = argv;
  const ran = spawnSync(command, args, {
    input: collectScript(asked),
    encoding: 'utf8',
    cwd: folder,
    timeout: 50_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(ran.status).toBe(0);
  expect(ran.stderr).toBe('');
  return { bundle: parseBundle(ran.stdout), ms: performance.now() - started };
}

/** Sections that every machine has, whatever is installed. */
const ALWAYS = ['meta', 'processes', 'accounts', 'paths', 'listeners', 'disk', 'log-sshd', 'file:/etc/hosts.allow'];

describe('collect.sh', () => {
  it('is tried with more than one shell', () => expect(shells.length).toBeGreaterThan(1));

  it.each(shells.map((argv) => [argv.join(' '), argv] as const))('reads keys and little else in %s', (_, argv) => {
    const { bundle, ms } = collect([...argv, '-s'], { scope: 'keys' });
    const names = Object.keys(bundle.sections);
    for (const name of ['meta', 'accounts', 'paths', 'hostkeys', 'keys-elsewhere', 'log-keys', 'known-authorities'])
      expect(names).toContain(name);
    expect(names).not.toContain('nft');
    expect(names.some((name) => name.endsWith('/.ssh/authorized_keys'))).toBe(true);
    const one = collect([...argv, '-s'], { scope: 'keys', user: 'root' }).bundle;
    const homes = Object.keys(one.sections).filter((name) => name.endsWith('/.ssh/authorized_keys'));
    expect(homes).toHaveLength(1);
    expect(ms).toBeLessThan(20_000);
  });

  it.each(shells.map((argv) => [argv.join(' '), argv] as const))('tells the same in %s', (_, argv) => {
    const { bundle, ms } = collect([...argv, '-s'], { user: 'root', from: '192.0.2.1', port: 22 });
    const reference = collect(['sh', '-s'], { user: 'root', from: '192.0.2.1', port: 22 }).bundle;
    expect(Object.keys(bundle.sections).sort()).toEqual(Object.keys(reference.sections).sort());
    expect(Object.keys(bundle.sections)).toEqual(expect.arrayContaining(ALWAYS));
    const statuses = (of: Bundle) =>
      Object.entries(of.sections)
        // A process that ends in between is no difference between shells.
        .filter(([name]) => name !== 'limits')
        .map(([name, { status }]) => `${name} ${status}`)
        .sort();
    expect(statuses(bundle)).toEqual(statuses(reference));
    expect(meta.read(bundle)).toMatchObject({ known: true, value: { user: 'root', from: '192.0.2.1', port: 22 } });
    expect(ms).toBeLessThan(20_000);
  });

  const hostile = [
    '$(touch pwned)',
    '`touch pwned`',
    "'; touch pwned; '",
    '-x',
    'a,b',
    '../../etc',
    'alice\n=== begin meta',
    '\x1b[2J',
  ];
  it.each(hostile.map((user) => [JSON.stringify(user), user] as const))(
    'is asked about %s and runs nothing of it',
    (_, user) => {
      const { bundle } = collect(['sh', '-s'], { user, from: user });
      expect(readdirSync(folder)).toEqual([]);
      expect(bundle.sections['accounts']?.status).toBe('ok');
      expect(bundle.sections['meta']?.text.split('\n')[0]).toBe('collector=1');
    },
  );

  it.runIf(process.getuid?.() === 0 && existsSync('/usr/bin/setpriv'))(
    'says what it may not read when it is not root',
    () => {
      const { bundle } = collect(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-s']);
      expect(meta.read(bundle)).toMatchObject({ known: true, value: { isRoot: false } });
      expect(bundle.sections['shadow']?.status).toBe('denied');
      for (const name of ['nft', 'nft-json', 'iptables', 'sshd-test'])
        expect(['denied', 'absent'], name).toContain(bundle.sections[name]?.status);
    },
  );

  it('writes nothing: no file appears where it runs', () => {
    collect(['sh', '-s']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never shows a password hash', () => {
    const { bundle } = collect(['sh', '-s']);
    for (const { text } of Object.values(bundle.sections)) expect(text).not.toMatch(/\$(?:6|y|5|2b)\$[^\s:]{8,}/);
  });
});
