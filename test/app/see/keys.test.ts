import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeKeys } from '../../../src/app/fleet/keys.ts';
import { readKeyring } from '../../../src/app/see/keys.ts';
import { reachOf } from '../../../src/reason/keyring/reach.ts';
import { bundles } from '../../cause-test.ts';
import { line } from '../../reason/fleet/hosts.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-see-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string): string => {
  writeFileSync(path.join(folder, 'run.jsonl'), text);
  return path.join(folder, 'run.jsonl');
};
const [first] = bundles('keyring');
if (!first) throw new Error('no host was captured');
const judge = judgeKeys({ failOn: 'medium', now: Date.parse(first[1].takenAt) });
const host = (name: string) => ({
  ...line(name),
  ...judge({ name, address: '192.0.2.1', groups: [], tags: [] }, first[1]),
});
const down = line('web2', { asked: 'keys', outcome: 'unknown', says: 'no route', gates: [] });

describe('a run of fleet keys', () => {
  it('is looks at keys, also while it is written', async () => {
    const ring = await readKeyring(
      file(`${JSON.stringify(host('web1'))}\n${JSON.stringify(down)}\n{"kind":"host","na`),
    );
    expect(ring.hosts.map(({ name }) => name)).toEqual(['web1']);
    expect(ring.failed).toEqual([{ door: 'web2', error: 'no route' }]);
    expect(reachOf([ring]).ways.some(({ to, standing }) => to === 'alice@web1' && standing === 'open')).toBe(true);
  });

  it('counts a host as it was last', async () => {
    const again = { ...down, name: 'web1' };
    const ring = await readKeyring(file(`${JSON.stringify(host('web1'))}\n${JSON.stringify(again)}\n`));
    expect([ring.hosts.length, ring.failed.length]).toEqual([0, 1]);
  });

  it('is no other run', async () => {
    await expect(readKeyring(file(`${JSON.stringify(line('web1'))}\n`))).rejects.toThrow('not of fleet keys');
    await expect(readKeyring(file('{"schema":1}'))).rejects.toThrow(
      'is no output of sshwhy keys list --json, nor a run',
    );
  });
});
