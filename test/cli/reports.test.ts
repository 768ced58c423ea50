import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const bin = path.join(root, 'dist/sshwhy.js');
const bundle = path.join(root, 'test/fixtures/causes/daemon/config-invalid/bookworm.bundle');
let folder: string;

beforeAll(() => {
  if (!existsSync(bin)) throw new Error('dist/ is not built: npm run build (npm run check does it)');
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-reports-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function server(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const all = [bin, 'server', '--bundle', bundle, ...args];
  return spawnSync(process.execPath, all, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    timeout: 60_000,
  });
}

const BEGINS = {
  html: /^<!DOCTYPE html>/,
  markdown: /^# .*closed at the gate "daemon"\n/,
  junit: /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /,
  sarif: /^\{\n {2}"\$schema": /,
} as const;
const FORMATS = Object.keys(BEGINS) as (keyof typeof BEGINS)[];

describe('the reports of a diagnosis', () => {
  it('are written to files that only their owner can read, beside the answer', () => {
    const { status, stdout, stderr } = server(...FORMATS.flatMap((format) => [`--${format}`, `out.${format}`]));
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/closed at the gate "daemon"\n\n {2}/);
    for (const format of FORMATS) {
      const file = path.join(folder, `out.${format}`);
      expect(readFileSync(file, 'utf8')).toMatch(BEGINS[format]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it.each(FORMATS)('are printed alone with --%s -', (format) => {
    const { status, stdout } = server(`--${format}`, '-');
    expect(status).toBe(1);
    expect(stdout).toMatch(BEGINS[format]);
    expect(stdout).not.toContain('  ✔ client  ');
  });

  it('are printed by --markdown alone', () => {
    expect(server('--markdown').stdout).toMatch(BEGINS.markdown);
  });

  it('do not mix on standard output, and a file that cannot be written is a usage error', () => {
    const before = readdirSync(folder);
    expect(server('--json', '--markdown', '--html', 'never.html')).toMatchObject({
      status: 2,
      stderr: 'sshwhy: --json and --markdown cannot both be printed: give one a file\n',
    });
    expect(readdirSync(folder)).toEqual(before);
    expect(server('--html', '/no/such/folder/x')).toMatchObject({ status: 2, stdout: '' });
  });
});
