import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeFolder, PINNED } from '../../scripts/dist/node.ts';
import type { Report } from '../../src/model/report.ts';
import { VERSION } from '../../src/model/version.ts';
import { CLEAN_ENV } from '../command.ts';
import { bootLab, type Lab } from '../host.ts';
import { made } from './made.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await bootLab({ suite: 'trixie' });
});
afterAll(() => lab?.destroy());

it.each(PINNED.tested)('npx sshwhy, from the packed package, with Node.js %s', async (version) => {
  const node = path.join(nodeFolder(version, 'x64'), 'bin');
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-npx-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    // Its own cache, which is empty: nothing that an earlier install has kept helps this one, and no registry is asked.
    const env = {
      PATH: `${node}:${CLEAN_ENV['PATH']}`,
      npm_config_cache: path.join(folder, 'cache'),
      npm_config_offline: 'true',
    };
    const there = (script: string) => lab.client.run(`cd ${folder} && ${script}`, { env, timeoutMs: 60_000 });
    const said = await there('node --version');
    expect(said.stdout).toBe(`v${version}\n`);
    const install = await there(`npm install --omit=optional --no-audit --no-fund --loglevel=error ${made('.tgz')}`);
    expect(install.code, install.stderr).toBe(0);
    expect((await there('npx sshwhy --version')).stdout).toBe(`sshwhy ${VERSION}\n`);
    const open = await there('npx sshwhy alice@web1 --json');
    expect(open.stderr).toBe('');
    expect([open.code, (JSON.parse(open.stdout) as Report).causes.filter(({ role }) => role === 'blocking')]).toEqual([
      0,
      [],
    ]);
    const closed = await there('npx sshwhy alice@web1:1 --json');
    expect([closed.code, (JSON.parse(closed.stdout) as Report).causes[0]?.id]).toEqual([1, 'daemon/not-running']);
    const door = `exec:nsenter -t ${lab.host.pid} -a`;
    const server = await there(`npx sshwhy server --on '${door}' --user alice --json`);
    expect([server.code, server.stderr]).toEqual([0, '']);
    const { man } = JSON.parse(readFileSync(path.join(folder, 'node_modules/sshwhy/package.json'), 'utf8'));
    expect(Array.isArray(man) && man.length).toBeGreaterThan(20);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
