import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/app/diagnose.ts';
import { type FixOptions, fixAll } from '../../src/app/fix.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Remedy } from '../../src/model/remedy.ts';
import type { Report } from '../../src/model/report.ts';
import type { Transport } from '../../src/transport/transport.ts';

const change = { kind: 'mode', path: '/home/alice/.ssh', mode: '700' } as const;
const fix: Remedy = { summary: 'tighten it', risk: 'safe', where: 'server', changes: [change] };

function finding(id: Finding['id'], more: Partial<Finding> = {}): Finding {
  const evidence = [{ side: 'server', section: 'paths', text: 'x' } as const];
  return { id, role: 'blocking', verdict: 'confirmed', text: id, evidence, fix, ...more };
}

function diagnosis(...findings: Finding[]): Diagnosis {
  const gates = [
    { gate: 'auth', outcome: findings.some(({ role }) => role === 'blocking') ? 'closed' : 'open', detail: '' },
  ];
  return { report: { causes: findings, gates } as unknown as Report, findings };
}

/** A machine that says what it is told to say, and remembers what it was asked. */
function machine(applied = '@@ armed systemd\n@@ applied 60\n'): Transport & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    name: 'exec:console',
    asked,
    async run(script) {
      const action = /^action=(\w+)/m.exec(script)?.[1] ?? /^mode=(\w+)/m.exec(script)?.[1] ?? '';
      asked.push(action);
      const answers: Record<string, string> = {
        dry: '@@ diff mode\n@@ done \n',
        apply: applied,
        confirm: '@@ confirmed \n',
        undo: '@@ restored \n',
        extend: '@@ armed \n',
      };
      return { code: 0, stdout: answers[action] ?? '', stderr: '', timedOut: false };
    },
  };
}

function run(seen: readonly (Diagnosis | Error)[], server: Transport, more: Partial<FixOptions> = {}) {
  let looks = 0;
  return fixAll({
    async look() {
      const next = seen[looks++];
      if (!next || next instanceof Error) throw next ?? new Error('looked once too often');
      return next;
    },
    doors: { client: server, server },
    within: 60,
    agree: async () => true,
    proven: async () => true,
    step: () => {},
    say: () => {},
    ...more,
  });
}

const modes = finding('auth/authorized-keys-modes');
const listen = finding('daemon/listen-loopback-only');
const refused = finding('host/disk-full', { fix: { refuse: 'what to delete is for a person to say', manual: [] } });

test('one fix that helps is confirmed', async () => {
  const server = machine();
  expect(await run([diagnosis(modes), diagnosis()], server)).toMatchObject({ outcome: 'fixed' });
  expect(server.asked).toEqual(['dry', 'apply', 'confirm']);
});

test('a second cause behind the first is fixed too, and both are confirmed only when the login works', async () => {
  const server = machine();
  const fixed = await run([diagnosis(listen), diagnosis(modes), diagnosis()], server);
  expect(fixed.made.map(({ cause }) => cause)).toEqual([listen.id, modes.id]);
  expect(server.asked).toEqual(['dry', 'apply', 'dry', 'extend', 'apply', 'confirm', 'confirm']);
});

test.each<[string, (Diagnosis | Error)[], RegExp]>([
  ['it did not help', [diagnosis(modes), diagnosis(modes)], /still there after its fix/],
  ['what is behind it is not for a machine', [diagnosis(listen), diagnosis(refused)], /what to delete/],
])('%s: all is taken back', async (_, seen, why) => {
  const server = machine();
  expect(await run(seen, server)).toMatchObject({ outcome: 'rolled-back', why: expect.stringMatching(why) });
  expect(server.asked.at(-1)).toBe('undo');
});

test('a look that fails after the change takes it back before the error is told', async () => {
  const server = machine();
  await expect(run([diagnosis(modes), new Error('the line is dead')], server)).rejects.toThrow('the line is dead');
  expect(server.asked.at(-1)).toBe('undo');
});

test('nobody who says that the login works, no confirmation', async () => {
  const server = machine();
  const fixed = await run([diagnosis(modes), diagnosis()], server, { proven: async () => false });
  expect(fixed.outcome).toBe('rolled-back');
  expect(server.asked).not.toContain('confirm');
});

test.each<[string, Finding, Partial<FixOptions>, string, string[]]>([
  ['a refusal', refused, {}, 'stuck', []],
  ['a mere possibility', finding('auth/key-not-authorized', { verdict: 'possible' }), {}, 'stuck', []],
  ['no', modes, { agree: async () => false }, 'declined', ['dry']],
  ['nothing but what is latent', finding('daemon/not-enabled', { role: 'latent' }), {}, 'nothing', []],
])('%s changes nothing', async (_, found, more, outcome, asked) => {
  const server = machine();
  expect(await run([diagnosis(found)], server, more)).toMatchObject({ outcome });
  expect(server.asked).toEqual(asked);
});

test('what was asked for by name is fixed whatever its role', async () => {
  const latent = finding('daemon/not-enabled', { role: 'latent' });
  const fixed = await run([diagnosis(latent), diagnosis()], machine(), { only: 'daemon/not-enabled' });
  expect(fixed.outcome).toBe('fixed');
});

test('what was asked for by name and is not there is no proof that nothing is wrong', async () => {
  const server = machine();
  const fixed = await run([diagnosis(modes)], server, { only: 'daemon/not-enabled' });
  expect(fixed).toMatchObject({ outcome: 'stuck', why: expect.stringContaining('daemon/not-enabled was not found') });
  expect(await run([diagnosis()], server, { only: 'daemon/not-enabled' })).toMatchObject({ outcome: 'nothing' });
  expect(server.asked).toEqual([]);
});

test('a machine that cannot be reached any more is not said to be as it was', async () => {
  const server = machine();
  const gone: Transport = {
    name: 'gone',
    run: (script, o) => (/^action=undo/m.test(script) ? Promise.reject(new Error('no route')) : server.run(script, o)),
  };
  const fixed = await run([diagnosis(modes), diagnosis(modes)], gone);
  expect(fixed).toMatchObject({ outcome: 'damaged', why: expect.stringContaining('takes everything back by itself') });
});

test.each([
  ['@@ refused no space\n', 'refused'],
  ['@@ restored sshd does not take its files\n', 'rolled-back'],
  ['@@ damaged see the log\n', 'damaged'],
])('what the machine says of itself: %j', async (said, outcome) => {
  expect(await run([diagnosis(modes)], machine(said))).toMatchObject({ outcome });
});

test('a line that was lost while it was changed is no proof of anything: it is looked at again', async () => {
  const server = machine('');
  expect(await run([diagnosis(modes), diagnosis()], server)).toMatchObject({ outcome: 'fixed' });
});
