import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import { apply, linesOf, manage, preview, remembered } from '../../src/remedy/apply.ts';
import { type ApplyScript, applyScript } from '../../src/remedy/script.ts';
import { processTransport } from '../../src/transport/process.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sshwhy-engine-'));
  mkdirSync(path.join(home, '.ssh'), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const door = () => processTransport('local', ['env', `HOME=${home}`, `XDG_STATE_HOME=${home}/state`, 'sh']);
const about = { cause: 'client/key-perms', summary: 'a trial', at: '2026-01-01T00:00:00Z' };
let count = 0;
const script = (changes: readonly Change[]): ApplyScript => ({
  id: `t${count++}`,
  where: 'client',
  about,
  changes,
  within: 20,
});

/** Every file but the program's own state: mode and text. */
function tree(folder = home): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('state'))
      .sort()
      .map((name) => {
        const full = path.join(folder, name);
        const about = lstatSync(full);
        return [name, `${about.mode.toString(8)} ${about.isFile() ? readFileSync(full, 'latin1') : ''}`];
      }),
  );
}

const FILES = ['~/.ssh/config', '~/.ssh/a key', "~/.ssh/it's", '~/new'];
const file = fc.constantFrom(...FILES);
const text = fc.stringMatching(/^[ -~]{0,30}$/);
const lines = fc.array(text, { minLength: 1, maxLength: 3 });
const mode = fc.constantFrom('600', '644', 'go-rwx', '0400');
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('prepend', 'append'), file, lines }),
  fc.record({ kind: fc.constant('write'), file, text, mode: fc.constantFrom('0600', '0644') }),
  fc.record({ kind: fc.constant('mode'), path: fc.constantFrom(...FILES.slice(0, 3)), mode }),
  fc.record({
    kind: fc.constant('line'),
    file: fc.constantFrom(...FILES.slice(0, 3)),
    line: fc.constantFrom(1, 2),
    becomes: fc.option(text),
  }),
  fc.record({ kind: fc.constant('remove'), file: fc.constantFrom(...FILES.slice(2)) }),
);

test('whatever was changed, the undo brings back', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.array(text),
      fc.boolean(),
      async (changes, had, confirm) => {
        for (const name of FILES.slice(0, 3))
          writeFileSync(path.join(home, name.slice(2)), had.join('\n'), { mode: 0o640 });
        const before = tree();
        const made = script(changes);
        const applied = await apply(door(), made);
        if (applied.state === 'applied') {
          if (confirm)
            expect(await manage(door(), { action: 'confirm', id: made.id, why: 'trial' })).toContainEqual({
              key: 'confirmed',
              text: '',
            });
          const said = await manage(door(), { action: 'undo', id: made.id, why: 'trial' });
          expect(said.at(-1)).toEqual({ key: 'restored', text: '' });
        } else expect(['refused', 'restored']).toContain(applied.state);
        expect(tree()).toEqual(before);
      },
    ),
    { numRuns: 12 },
  );
});

test('what is written is what was asked for, and the preview changes nothing', async () => {
  const config = path.join(home, '.ssh/config');
  writeFileSync(config, 'Host old\n  Port 22', { mode: 0o600 });
  const changes: readonly Change[] = [
    { kind: 'line', file: '~/.ssh/config', line: 2, was: 'Port 22', becomes: "  Port 2222 # $(id) \\n & it's" },
    { kind: 'prepend', file: '~/.ssh/config', lines: ['Host new', '  User "a b"'] },
  ];
  const before = tree();
  const { diff } = await preview(door(), script(changes));
  expect(diff).toContain("+  Port 2222 # $(id) \\n & it's");
  expect(tree()).toEqual(before);
  const made = script(changes);
  expect((await apply(door(), made)).state).toBe('applied');
  expect(readFileSync(config, 'utf8')).toBe(`Host new\n  User "a b"\nHost old\n  Port 2222 # $(id) \\n & it's\n`);
  expect((await remembered(door())).map(({ id, state }) => [id, state])).toEqual([[made.id, 'armed']]);
  await manage(door(), { action: 'undo', id: made.id, why: 'trial' });
  expect(tree()).toEqual(before);
});

test('a line that is no longer what was seen is not touched', async () => {
  writeFileSync(path.join(home, '.ssh/config'), 'Host other\n');
  const before = tree();
  const changes: readonly Change[] = [{ kind: 'line', file: '~/.ssh/config', line: 1, was: 'Host old', becomes: null }];
  expect(await apply(door(), script(changes))).toMatchObject({
    state: 'refused',
    why: expect.stringContaining('no longer what was seen'),
  });
  expect(tree()).toEqual(before);
});

test('an undo is refused while a later change of the file would be lost', async () => {
  const made = script([{ kind: 'write', file: '~/new', text: 'one\n', mode: '0600' }]);
  await apply(door(), made);
  await manage(door(), { action: 'confirm', id: made.id, why: 'trial' });
  writeFileSync(path.join(home, 'new'), 'two\n');
  const said = await manage(door(), { action: 'undo', id: made.id, why: 'trial' });
  expect(said).toEqual([{ key: 'changed', text: path.join(home, 'new') }]);
  const forced = await manage(door(), { action: 'undo', id: made.id, why: 'trial', force: true });
  expect(forced.at(-1)?.key).toBe('restored');
  expect(tree()).toEqual({ '.ssh': '40700 ' });
});

test('what a fix itself wrote and removed again does not stand in the way of its undo', async () => {
  const made = script([
    { kind: 'write', file: '~/new', text: 'one\n', mode: '0600' },
    { kind: 'remove', file: '~/new' },
  ]);
  expect((await apply(door(), made)).state).toBe('applied');
  await manage(door(), { action: 'confirm', id: made.id, why: 'trial' });
  expect((await manage(door(), { action: 'undo', id: made.id, why: 'trial' })).at(-1)?.key).toBe('restored');
  expect(tree()).toEqual({ '.ssh': '40700 ' });
});

test('what is half made cannot be confirmed', async () => {
  const made = script([{ kind: 'write', file: '~/new', text: 'one\n', mode: '0600' }]);
  await apply(door(), made);
  rmSync(path.join(home, 'state/sshwhy/undo', made.id, 'applied'));
  expect(await manage(door(), { action: 'confirm', id: made.id, why: 'trial' })).toEqual([{ key: 'armed', text: '' }]);
  await manage(door(), { action: 'undo', id: made.id, why: 'trial' });
  expect(tree()).toEqual({ '.ssh': '40700 ' });
});

test('a script that arrives in part does nothing', () => {
  const whole = applyScript(script([{ kind: 'write', file: '~/new', text: 'x\n', mode: '0600' }]));
  for (const share of [0.3, 0.6, 0.9, 0.999]) {
    const part = whole.slice(0, Math.floor(whole.length * share));
    try {
      execFileSync('sh', { input: part, env: { ...process.env, HOME: home }, stdio: ['pipe', 'pipe', 'pipe'] });
    } catch {
      // A shell that has read half of a command says so.
    }
    expect(tree()).toEqual({ '.ssh': '40700 ' });
  }
});

test('a failing change takes back those before it', async () => {
  chmodSync(home, 0o700);
  const made = script([
    { kind: 'write', file: '~/new', text: 'x\n', mode: '0600' },
    { kind: 'command', run: 'echo no space >&2; false', undo: [] },
  ]);
  expect(await apply(door(), made)).toMatchObject({ state: 'restored', why: expect.stringContaining('no space') });
  expect(tree()).toEqual({ '.ssh': '40700 ' });
});

test('what a machine calls its fixes cannot become a part of a script or reach the terminal', async () => {
  const said = (text: string) => ({
    name: 'hostile',
    run: async () => ({ code: 0, stdout: text, stderr: '', timedOut: false }),
  });
  const listed = (id: string) => remembered(said(`@@ fix ${id}\n@@ state armed\n@@ about cause=x\n`));
  for (const id of ['$(id)', '`id`', '../../etc', '\x1b[31m', '-rf', 'a b', "a'b", ''])
    expect(await listed(id)).toEqual([]);
  expect(await listed('20261125-030000-abcdef')).toHaveLength(1);
  expect(await manage(said('@@ \x1b[31mred \n@@ restored \n'), { action: 'list' })).toEqual([
    { key: 'restored', text: '' },
  ]);
});

test('only lines of the engine are read', () => {
  expect(linesOf('motd\n@@ applied 6\n x @@ refused no\n')).toEqual([{ key: 'applied', text: '6' }]);
});
