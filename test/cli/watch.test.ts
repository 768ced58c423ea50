import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundled } from '../bundled.ts';
import { freePort } from '../free-port.ts';

let program: string;
beforeAll(async () => {
  program = await bundled('src/cli/sshwhy.ts');
});
afterAll(() => rmSync(program, { force: true }));
let folder: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-watch-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const env = { ...process.env, NO_COLOR: '1', XDG_STATE_HOME: '/nonexistent' };
const sshwhy = (...words: readonly string[]) =>
  spawnSync(process.execPath, [program, 'watch', ...words], { encoding: 'utf8', env, timeout: 30_000 });

const stamp = (second: number): string => new Date(Date.UTC(2026, 10, 24) + second * 1000).toISOString();
const failed = (second: number, user = 'root', at = stamp(second)): string =>
  `${at} web1 sshd[${100 + second}]: Failed password for ${user} from 203.0.113.9 port 4022 ssh2\n`;
const attack = (count = 30): string => Array.from({ length: count }, (_, i) => failed(i)).join('');
const success = `${stamp(60)} web1 sshd[999]: Accepted password for root from 203.0.113.9 port 4023 ssh2\n`;

describe('sshwhy watch --once', () => {
  it('prints the incidents of old logs; status 1 when one is open that is worth a look', () => {
    const ran = sshwhy('--once', file('auth.log', attack() + success));
    expect(ran.stdout).toMatch(/^PAGE {2}root was let in from 203\.0\.113\.9/);
    expect(ran.stdout).toMatch(/31 lines: 1 login, 30 lines that refuse; open incidents: 1 page/);
    expect(ran.status).toBe(1);
  });

  it('is silent about a quiet log', () => {
    const quiet = sshwhy('--once', file('quiet.log', failed(1)));
    expect([quiet.status, quiet.stdout]).toEqual([0, expect.stringMatching(/^1 lines?: 0 logins/)]);
  });

  it('prints lines of JSON, and nothing that an attacker chose raw', () => {
    const evil = attack().replaceAll('for root', 'for \u001b[31mroot');
    const json = sshwhy('--once', '--json', file('auth.log', attack() + success));
    const records = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(['signal', 'incident']));
    expect(sshwhy('--once', file('evil.log', evil)).stdout).not.toContain('\u001b');
  });

  it('refuses what it cannot read', () => {
    const missing = sshwhy('--once', path.join(folder, 'none.log'));
    expect([missing.status, missing.stderr]).toEqual([3, expect.stringMatching(/cannot read .*none\.log/)]);
    const bad = sshwhy('--once', '--config', file('watch.yaml', 'keep: { days: 0 }\n'), file('auth.log', ''));
    expect([bad.status, bad.stderr]).toEqual([2, expect.stringMatching(/watch\.yaml:1: keep\.days/)]);
  });
});

async function until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('sshwhy watch', () => {
  it('follows a file, stores, alerts, counts, and ends in order', async () => {
    const port = await freePort();
    const log = file('auth.log', failed(1));
    const alerts = path.join(folder, 'alerts.json');
    const config = file(
      'watch.yaml',
      `store: ${folder}/state/events.db
metrics: { listen: 127.0.0.1:${port} }
alerts: { channels: [{ kind: command, argv: [/bin/sh, -c, 'cat >>${alerts}'] }] }
`,
    );
    const child = spawn(process.execPath, [program, 'watch', '--config', config, log], { env });
    children.push(child);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk));
    await until('it listens', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
      return answer?.ok ? true : undefined;
    });
    const now = (i: number): string => new Date(Date.now() - 40_000 + i * 1000).toISOString();
    await until('the place of the log', () => (/follows/.test(err) ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 700));
    for (let i = 0; i < 30; i++) appendFileSync(log, failed(i, 'root', now(i)));
    appendFileSync(log, success.replace(stamp(60), now(31)));
    await until(`an incident: ${out}${err}`, () => (/PAGE/.test(out) ? true : undefined));
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/sshd_auth_attempts_total\{[^}]*\} 30/);
    const told = await until('an alert', () => {
      const read = spawnSync('cat', [alerts], { encoding: 'utf8' }).stdout;
      return read === '' ? undefined : read;
    });
    expect(told).toMatch(/"subject":"PAGE web1/);
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, err.replace(/^sshwhy: follows .*\n/, '')]).toEqual([0, '']);
    const stored = sshwhy('incidents', '--config', config, '--json');
    expect(JSON.parse(stored.stdout.split('\n')[0] ?? '')).toMatchObject({ kind: 'incident', urgency: 'page' });
  });
});
