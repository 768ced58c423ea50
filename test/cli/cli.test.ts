import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/model/version.ts';

const root = path.join(import.meta.dirname, '../..');
const bin = path.join(root, 'dist/sshwhy.js');
let folder: string;

beforeAll(() => {
  if (!existsSync(bin)) throw new Error('dist/ is not built: npm run build (npm run check does it)');
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sshwhy(args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, NO_COLOR: '1' };
  return spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', input, env, cwd: folder, timeout: 60_000 });
}

describe('the command line', () => {
  it('tells its version, the one of package.json', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(VERSION).toBe(version);
    expect(sshwhy(['--version'])).toMatchObject({ status: 0, stdout: `sshwhy ${version}\n` });
  });

  it.each([
    [['--help']],
    [['server', '--help']],
    [['collect', '--help']],
    [['explain', '--help']],
    [['harden', '--help']],
    [['logs', '--help']],
    [['diagnose', '--help']],
  ])('helps with %j', (args) => {
    const { status, stdout } = sshwhy(args);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: sshwhy');
  });

  it.each([
    [['--', '-oProxyCommand=touch pwned']],
    [['$(touch pwned)']],
    [['web1;touch pwned']],
    [['--no-such-flag', 'web1']],
    [['web1:99999']],
    [['server', '--from', 'not-an-address']],
    [['server', '--on', 'nope:x']],
    [['server', '--on', 'local', '--bundle', 'x']],
    [['server', '--key', 'missing.pub']],
    [['explain', 'no/such-cause']],
    [['explain', 'no message of any kind']],
    [['logs']],
    [['logs', '/no/such/log']],
    [['logs', '/etc/hostname', '--since', 'soon']],
    [['logs', '/etc/hostname', '--json', '--csv']],
    [['collect', '--out', '/no/such/folder/x', '--on', 'exec:true']],
    [['web1', '--cloud', 'aws:--profile=x']],
    [['web1', '--cloud', '/no/such/file']],
    [['web1', '--cloud-print']],
    [['web1', '--from', '1.2.3']],
    [['server', '--cloud', '/etc/hostname']],
    [['fix', '--only', 'firewall/nonsense']],
    [['fix', '--confirm', '../x']],
    [['harden', '--profile', 'nist', '--bundle', 'x']],
    [['harden', '--profile', './missing.yaml']],
    [['harden', '--fail-on', 'info']],
    [['harden', '--apply']],
    [['harden', 'web1', '--apply', '--bundle', 'x']],
    [['harden', 'web1', '--bundle', 'x']],
    [['harden', '--json', '--sarif', '--bundle', 'x']],
    [['harden', '--baseline', 'missing.json', '--bundle', 'x']],
    [['harden', '--', '-oProxyCommand=touch pwned']],
    [['harden', '--bundle', 'missing.bundle']],
  ])('calls %j a usage error or says that it could not look, and runs nothing', (args) => {
    const { status, stderr } = sshwhy(args);
    expect(stderr).not.toContain('bug in sshwhy');
    expect(stderr).not.toBe('');
    expect([2, 3]).toContain(status);
    expect(existsSync(path.join(folder, 'pwned'))).toBe(false);
  });

  it.each([
    ['an unreachable transport', ['server', '--on', 'exec:false'], /collector gave no answer: exit status 1/],
    ['a transport that is not installed', ['server', '--on', 'exec:no-such-door'], /there is no such command here/],
    ['a transport that prints rubbish', ['server', '--on', 'exec:cat'], /collector gave no answer|no bundle/],
    ['a bundle that is not there', ['server', '--bundle', 'missing.bundle'], /cannot read missing.bundle/],
  ])('exits with 3 on %s', (_, args, message) => {
    const { status, stderr } = sshwhy(args);
    expect(stderr).toMatch(message);
    expect(status).toBe(3);
  });

  it.each([
    ['nothing', ''],
    ['binary rubbish', Buffer.from([...Array(4096).keys()].map((i) => (i * 7919) % 256)).toString('latin1')],
    ['JSON of another kind', '{"schema": 99}'],
  ])('exits with 3 on a bundle of %s', (_, input) => {
    const { status, stderr } = sshwhy(['server', '--bundle', '-'], input);
    expect(status).toBe(3);
    expect(stderr).toMatch(/standard input: /);
  });

  it('reads a bundle with a log of 100 MB in bounded time, and nothing that the log says reaches the terminal raw', () => {
    const line = '|1700000000.000000 web1 sshd[1]: Invalid user \x1b]0;owned\x07\x1b[2J from 10.0.0.1 port 22\n';
    const file = path.join(folder, 'big.bundle');
    writeFileSync(
      file,
      `=== sshwhy bundle 1 2026-01-01T00:00:00Z\n=== begin log-sshd\n|# journal\n${line.repeat(Math.ceil(1e8 / line.length))}=== end log-sshd ok\n=== end bundle\n`,
    );
    // The bound is the minute that `sshwhy` is given here; alone it takes a few seconds.
    const { status, stdout, stderr } = sshwhy(['server', '--bundle', file, '--verbose']);
    expect(stderr).toBe('');
    expect([0, 1]).toContain(status);
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it('ends with 130 on Ctrl-C, at once', async () => {
    const hang = path.join(folder, 'hang.sh');
    writeFileSync(hang, ': > "$0.started"\nsleep 60\n');
    const child = spawn(process.execPath, [bin, 'server', '--on', `exec:sh ${hang}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (!existsSync(`${hang}.started`)) await new Promise((resolve) => setTimeout(resolve, 20));
    const started = performance.now();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
