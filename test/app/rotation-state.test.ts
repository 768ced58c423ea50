import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotationState } from '../../src/app/rotation-state.ts';

let folder: string;
const before = process.env['XDG_STATE_HOME'];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-state-'));
  process.env['XDG_STATE_HOME'] = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = before;
  rmSync(folder, { recursive: true, force: true });
});

describe('the state of a rotation', () => {
  it('remembers which hosts are done, for this user and these keys alone', () => {
    const first = rotationState('alice', 'SHA256:a', 'SHA256:b');
    first.finish('web1');
    first.finish('web2');
    expect([...rotationState('alice', 'SHA256:a', 'SHA256:b').done.keys()]).toEqual(['web1', 'web2']);
    for (const other of [rotationState('bob', 'SHA256:a', 'SHA256:b'), rotationState('alice', 'SHA256:b', 'SHA256:a')])
      expect(other.done.size).toBe(0);
    expect(statSync(first.file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(first.file, 'utf8'))).toMatchObject({
      user: 'alice',
      old: 'SHA256:a',
      new: 'SHA256:b',
    });
  });

  it.each(['', 'null', '[]', '{"hosts": {"web1": 1}}', '{"hosts": null}', '{'])(
    'takes nothing from a file of %j',
    (text) => {
      const { file } = rotationState('carol', 'SHA256:a', 'SHA256:b');
      writeFileSync(file, text);
      expect(rotationState('carol', 'SHA256:a', 'SHA256:b').done.size).toBe(0);
    },
  );
});
