import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyAuditSchema, keyGraphSchema, keyringSchema } from '../../src/model/keys.ts';

const root = path.join(import.meta.dirname, '../..');
const bin = path.join(root, 'dist/sshwhy.js');
const fixture = (name: string): string => path.join(root, 'test/fixtures/keyring', name);
const BUNDLE = ['--bundle', fixture('bookworm.bundle')];
let folder: string;

beforeAll(() => {
  if (!existsSync(bin)) throw new Error('dist/ is not built: npm run build (npm run check does it)');
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keys(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, NO_COLOR: '1', HOME: folder };
  return spawnSync(process.execPath, [bin, 'keys', ...args], { encoding: 'utf8', env, cwd: folder, timeout: 60_000 });
}

describe('sshwhy keys', () => {
  it('lists this machine as the schema says', () => {
    const { status, stdout } = keys('list', '--json', '--on', 'local');
    expect(status).toBe(0);
    expect(keyringSchema.parse(JSON.parse(stdout)).hosts).toHaveLength(1);
  });

  it('lists several hosts, and tells those that it cannot look at', () => {
    const { status, stdout } = keys(
      'list',
      '--json',
      ...BUNDLE,
      '--bundle',
      fixture('trixie.bundle'),
      '--on',
      'exec:false',
    );
    expect(status).toBe(3);
    const { hosts, failed } = keyringSchema.parse(JSON.parse(stdout));
    expect(hosts.map(({ release }) => release)).toEqual(['OpenSSH 9.2', 'OpenSSH 10.0']);
    expect(failed).toMatchObject([{ door: 'exec:false' }]);
  });

  it('tells of one account alone', () => {
    const { stdout } = keys('list', '--json', ...BUNDLE, '--user', 'carol');
    const [host] = keyringSchema.parse(JSON.parse(stdout)).hosts;
    expect(new Set(host?.grants.map(({ account }) => account))).toEqual(new Set(['carol']));
  });

  it.each([
    [[], 1],
    [['--fail-on', 'critical'], 0],
    [['--fail-on', 'high'], 1],
    [['--user', 'deploy'], 0],
  ])('audits with %j and exits with %i', (args, expected) => {
    const { status, stdout } = keys('audit', '--json', ...BUNDLE, ...args);
    expect(status).toBe(expected);
    keyAuditSchema.parse(JSON.parse(stdout));
  });

  it('exports rows and a graph', () => {
    const rows = keys('export', ...BUNDLE).stdout.split('\r\n');
    expect(rows[0]).toBe(
      'principal,fingerprint,type,size,account,host,standing,options,file,line,lastLogin,lastFrom,logSince',
    );
    expect(rows.length).toBeGreaterThan(12);
    keyGraphSchema.parse(JSON.parse(keys('export', '--format', 'json', ...BUNDLE).stdout));
  });

  it("tells the user's own keys by their headers, and prints nothing of what lies behind", () => {
    mkdirSync(path.join(folder, '.ssh'), { recursive: true });
    const make = (name: string, phrase: string, type = 'ed25519') =>
      spawnSync('ssh-keygen', ['-q', '-t', type, '-N', phrase, '-C', name, '-f', path.join(folder, '.ssh', name)]);
    make('id_plain', '');
    make('id_guarded', 'a passphrase');
    make('id_alone', '', 'ecdsa');
    rmSync(path.join(folder, '.ssh/id_alone.pub'));
    writeFileSync(path.join(folder, '.ssh/away.pub'), readFileSync(path.join(folder, '.ssh/id_plain.pub')));
    const { stdout } = keys('list', '--own', '--json', ...BUNDLE);
    const { own = [] } = keyringSchema.parse(JSON.parse(stdout));
    expect(own.map(({ file, privateHalf, comment }) => [path.basename(file), privateHalf, comment])).toEqual([
      ['away', 'none', 'id_plain'],
      ['id_alone', 'plain', 'id_alone'],
      ['id_guarded', 'encrypted', 'id_guarded'],
      ['id_plain', 'plain', 'id_plain'],
    ]);
    for (const { file, fingerprint, size } of own.filter(({ privateHalf }) => privateHalf !== 'none')) {
      const said = spawnSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).stdout;
      expect(said).toContain(`${size} ${fingerprint} `);
    }
    expect(stdout).not.toMatch(/PRIVATE KEY|b3BlbnNzaC1rZXk/);
    const audit = keyAuditSchema.parse(JSON.parse(keys('audit', '--own', '--json', ...BUNDLE).stdout));
    expect(audit.findings.filter(({ id }) => id === 'own-key-unprotected')).toHaveLength(2);
  });

  it.each([
    [['--help'], 0],
    [['list', '--help'], 0],
    [['audit', '--help'], 0],
    [['export', '--help'], 0],
    [['rotate', '--help'], 0],
    [['revoke', '--help'], 0],
    [['rotate', 'web1'], 2],
    [['rotate', '--user', 'alice', '--old', 'missing', '--new', 'missing.pub', 'web1'], 2],
    [['rotate', '--user', '-oProxyCommand=x', '--old', 'SHA256:x', '--new', 'x.pub', 'web1'], 2],
    [['revoke', 'missing.pub', 'web1'], 2],
    [['revoke', 'web1'], 2],
    [['revoke', `SHA256:${'A'.repeat(43)}`, '-oProxyCommand=touch pwned'], 2],
    [['revoke', `SHA256:${'A'.repeat(43)}`, 'web1', 'web2', '--on', 'local'], 2],
    [['revoke', `SHA256:${'A'.repeat(43)}`, 'web1', '--on', 'exec:false', '--yes'], 3],
    [['audit', '--fail-on', 'sometimes'], 2],
    [['audit', '--unused', 'soon'], 2],
    [['list', '--user', '-x'], 2],
    [['list', '--on', 'nope:x'], 2],
    [['list', '--bundle', 'missing'], 3],
  ])('%j exits with %i', (args, expected) => {
    const { status, stderr } = keys(...args);
    expect(stderr).not.toContain('bug in sshwhy');
    expect(status).toBe(expected);
  });
});
