import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { jumpOptions, parseHop, withoutJump } from '../../../src/collect/client/jump.ts';
import { seenFrom } from '../../../src/collect/client/way.ts';

let folder: string | undefined;
afterEach(() => folder && rmSync(folder, { recursive: true, force: true }));

describe('jump hosts', () => {
  it.each([
    ['bastion', { host: 'bastion' }],
    ['bob@bastion:2222', { user: 'bob', host: 'bastion', port: '2222' }],
    ['ssh://bob@bastion:2222/', { user: 'bob', host: 'bastion', port: '2222' }],
    ['[fd00::1]:22', { host: 'fd00::1', port: '22' }],
    ['a@b@c', { user: 'a@b', host: 'c' }],
  ])('%s', (name, parts) => expect(parseHop(name)).toEqual(parts));

  it('takes -J out and leaves the rest', () => {
    expect(withoutJump(['-4', '-J', 'a,b', '-p', '22'])).toEqual(['-4', '-p', '22']);
    expect(withoutJump(['-4'])).toEqual(['-4']);
  });

  it('never lets a name of the configuration become a shell word or an option', () => {
    folder = mkdtempSync(join(tmpdir(), 'jump '));
    const name = "x'; touch pwned; '$(touch pwned)";
    const config = { argv: [], rc: 0, stderr: '', options: {} };
    const hops = [name, '-oProxyCommand=x'].map((host) => ({
      name: host,
      target: { argv: ['-l', name], host },
      config,
    }));
    const options = jumpOptions('echo', hops, folder, 5);
    expect(options[1]).toMatch(/^ProxyCommand=sh '.*hop-1' '\[%h\]:%p'$/);
    const said = (index: number) =>
      execFileSync('sh', [join(folder ?? '', `hop-${index}`), '[h]:22'], { encoding: 'utf8', cwd: folder }).trimEnd();
    expect(said(0)).toContain(` -l ${name} -W [h]:22 -- ${name}`);
    expect(said(1)).toMatch(/ -W \[h\]:22 -- -oProxyCommand=x$/);
    expect(said(1)).toContain(`ProxyCommand=sh '${join(folder, 'hop-0')}' '[%h]:%p'`);
    expect(readFileSync(join(folder, 'hop-1'), 'utf8').split('\n')).toHaveLength(2);
  });

  it.each([
    ['connect failed: Connection refused', 'tcp', 'refused'],
    ['connect failed: Connection timed out', 'tcp', 'timed-out'],
    ['connect failed: No route to host', 'tcp', 'host-unreachable'],
    ['connect failed: Network is unreachable', 'tcp', 'host-unreachable'],
    ['connect failed: Name or service not known', 'dns', 'Name or service not known'],
    ['administratively prohibited: open failed', undefined, ''],
    ['connect failed: the sky fell', undefined, ''],
  ])('%s', (why, section, word) => {
    const lines = [
      { ms: 100, line: 'debug1: channel_connect_stdio_fwd: web1:22', src: 'log' },
      { ms: 130, line: `channel 0: open failed: ${why}`, src: 'log' },
    ] as const;
    const seen = seenFrom('bastion', 'web1', 22, lines);
    expect(Object.keys(seen)).toEqual(section ? [section] : []);
    if (section === 'tcp') expect(JSON.parse(seen.tcp?.text ?? '').probes).toMatchObject([{ outcome: word, ms: 30 }]);
    if (section === 'dns') expect(JSON.parse(seen.dns?.text ?? '').lookup.error).toBe(word);
  });
});
