import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const fixtures = path.join(root, 'test/fixtures');
const dropped = path.join(fixtures, 'causes/firewall/host-drop/bookworm-firewalld-drop-zone.bundle');
const hardened = path.join(fixtures, 'harden/bookworm-everything.bundle');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-automation-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sshwhy(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, NO_COLOR: '1' };
  const argv = [path.join(root, 'dist/sshwhy.js'), ...args];
  return spawnSync(process.execPath, argv, { encoding: 'utf8', env, cwd: folder, timeout: 60_000 });
}

describe('--nagios', () => {
  it.each([
    [2, 'CRITICAL', ['server', '--bundle', dropped]],
    [2, 'CRITICAL', ['harden', '--bundle', hardened]],
    [0, 'OK', ['harden', '--bundle', hardened, '--fail-on', 'critical']],
    [2, 'CRITICAL', ['fleet', 'check', '127.0.0.1:1', '--timeout', '2']],
    [2, 'CRITICAL', ['127.0.0.1:1', '-F', 'none', '--timeout', '5']],
    [3, 'UNKNOWN', ['server', '--bundle', 'missing']],
    [3, 'UNKNOWN', ['server', '--bundle', dropped, '--warning', 'nonsense=1s']],
    [3, 'UNKNOWN', ['server', '--no-such-flag']],
    [3, 'UNKNOWN', ['server', '--on', 'exec:false']],
    [3, 'UNKNOWN', ['harden', '--json', '--bundle', hardened]],
    [3, 'UNKNOWN', ['fleet', 'check', '--json', '127.0.0.1:1']],
    [3, 'UNKNOWN', ['fleet', 'check']],
  ])('ends with %i, %s: %j', (code, state, args) => {
    const { status, stdout } = sshwhy(...args, '--nagios');
    expect(stdout).toMatch(new RegExp(`^SSH ${state} - `));
    expect(status).toBe(code);
  });

  it('is help, not a state, with --help', () => {
    expect(sshwhy('server', '--nagios', '--help')).toMatchObject({ status: 0 });
  });

  it('wants limits only where it is', () => {
    expect(sshwhy('server', '--bundle', dropped, '--warning', 'total=1s')).toMatchObject({ status: 2, stdout: '' });
    expect(sshwhy('server', '--bundle', dropped, '--nagios', '--json')).toMatchObject({ status: 3 });
  });
});

describe('--prometheus', () => {
  it.each([
    ['server', ['server', '--bundle', dropped], 'sshwhy_login_open'],
    ['harden', ['harden', '--bundle', hardened], 'sshwhy_harden_results'],
    ['fleet', ['fleet', 'check', '127.0.0.1:1', '--timeout', '2'], 'sshwhy_fleet_hosts'],
  ])('writes a whole file that all may read, and leaves no other: %s', (name, args, metric) => {
    for (const _ of [1, 2]) expect(sshwhy(...args, '--prometheus', `${name}.prom`).status).toBe(1);
    expect(readFileSync(path.join(folder, `${name}.prom`), 'utf8')).toContain(`# TYPE ${metric} gauge\n`);
    expect(statSync(path.join(folder, `${name}.prom`)).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder).filter((file) => !file.endsWith('.prom'))).toEqual([]);
    const printed = sshwhy(...args, '--prometheus', '-');
    expect(printed.stdout).toMatch(/^# HELP /);
    expect(printed.status).toBe(1);
    expect(sshwhy(...args, '--prometheus', 'no/such/folder/x.prom')).toMatchObject({ status: 2 });
  });
});

describe('--github', () => {
  it.each([
    ['server', '--bundle', dropped],
    ['harden', '--bundle', hardened],
    ['fleet', 'check', '127.0.0.1:1', '--timeout', '2'],
  ])('prints the answer, and the annotations after it: %s %s', (...args) => {
    const { status, stdout } = sshwhy(...args, '--github');
    const [, token, answer, annotations = ''] =
      /^::stop-commands::([0-9a-f-]{36})\n([\s\S]+)\n::\1::\n([\s\S]+)$/.exec(stdout) ?? [];
    expect(token).toBeDefined();
    expect(answer).not.toContain('::error');
    expect(annotations).toMatch(/^(?:::(?:error|warning|notice) [^\n]+\n)+$/);
    expect(status).toBe(1);
  });
});
