import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import { causes } from '../../src/causes/index.gen.ts';
import { type Change, commandsOf, undoOf } from '../../src/model/change.ts';
import { conclude } from '../../src/reason/conclude.ts';
import { bundles } from '../cause-test.ts';

/** Every remedy that is told of a host that the lab broke. */
const told = causes.flatMap((cause) =>
  bundles(`causes/${cause.id}`).flatMap(([name, bundle]) =>
    conclude([cause], bundle, attemptOf(bundle)).findings.flatMap(({ id, fix }) => (fix ? [{ id, name, fix }] : [])),
  ),
);
const fixes = told.flatMap(({ fix, ...rest }) => ('changes' in fix ? [{ ...rest, fix }] : []));
const refusals = told.flatMap(({ fix, ...rest }) => ('refuse' in fix ? [{ ...rest, fix }] : []));

/** Commands of which nothing is to be taken back. */
const ONE_WAY = /^(?:restorecon |kill -CONT |systemctl default$)/;

describe('remedies', () => {
  it('are told of nearly every cause', () => {
    const ids = new Set(told.map(({ id }) => id));
    const silent = causes.filter(({ id, unshown }) => !ids.has(id) && unshown === undefined).map(({ id }) => id);
    expect(silent).toEqual([]);
    expect(fixes.length).toBeGreaterThan(100);
  });

  it('that are refused have a reason and steps', () => {
    for (const { id, fix } of refusals) {
      expect(fix.refuse, id).toMatch(/^\S.{20,}[^.]$/);
      expect(fix.manual.length, id).toBeGreaterThan(0);
      for (const step of fix.manual) expect(step, id).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it('are words of a shell', () => {
    const typed = fixes.map(({ fix: { changes } }) => [...changes.flatMap(commandsOf), ...(undoOf(changes) ?? [])]);
    for (const [i, commands] of typed.entries())
      expect(commands.join('\n'), fixes[i]?.id).not.toMatch(/undefined|NaN|\[object/);
    const { status, stderr } = spawnSync('sh', ['-n'], { input: typed.flat().join('\n'), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('say how what they run is taken back', () => {
    for (const { id, fix } of fixes) {
      expect(fix.changes.length, id).toBeGreaterThan(0);
      for (const change of fix.changes)
        if (change.kind === 'command' && !ONE_WAY.test(change.run))
          expect(change.undo.length + (change.files?.length ?? 0), `${id}: ${change.run}`).toBeGreaterThan(0);
    }
  });

  it('know what the line says that they change', () => {
    // Of these only the place is known.
    const blind = new Set(['client/config-invalid', 'name/stale-address']);
    for (const { id, name, fix } of fixes)
      for (const change of fix.changes)
        if (change.kind === 'line' && !blind.has(id)) expect(change.was, `${id} ${name}`).toEqual(expect.any(String));
  });
});

describe('what a person types', () => {
  it('takes several lines of one file back', () => {
    const changes: Change[] = [
      { kind: 'line', file: '/f', line: 3, becomes: null },
      { kind: 'line', file: '/f', line: 7, becomes: "it's" },
    ];
    const script = [...changes.flatMap(commandsOf), 'cat f', ...(undoOf(changes) ?? []), 'cmp f was']
      .join('\n')
      .replaceAll('/f', 'f');
    const input = `set -e\ncd "$(mktemp -d)"\nseq 9 >f; cp f was\n${script}\nrm -r "$PWD"`;
    const { status, stdout } = spawnSync('sh', { input, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual(['1', '2', '# 3', '4', '5', '6', "it's", '8', '9', '']);
  });
});
