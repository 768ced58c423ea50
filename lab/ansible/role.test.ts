/** The role and the module of packaging/ansible, played by Debian's ansible-core. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
const BROKEN = path.join(ROOT, 'test/fixtures/causes/auth/authorized-keys-modes/bookworm-home.bundle');
const HEALTHY = path.join(ROOT, 'test/fixtures/healthy/bookworm-plain.bundle');

const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-ansible-'));
const program = path.join(dir, 'sshwhy');
let ansible: string;
beforeAll(() => {
  ansible = execFileSync('sh', [path.join(ROOT, 'scripts/debian-packages.sh'), 'ansible-core'], {
    encoding: 'utf8',
  }).trim();
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/dist/sshwhy.js' "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Played {
  readonly status: number;
  readonly said: string;
  /** What the task registered as `answer`. */
  readonly answer: Readonly<Record<string, unknown>> | undefined;
}

/** Plays tasks on this machine, with the role's module in reach. JSON is YAML. */
async function play(tasks: readonly object[], words: readonly string[] = [], vars: object = {}): Promise<Played> {
  const file = path.join(dir, 'play.yml');
  const kept = path.join(dir, 'answer.json');
  rmSync(kept, { force: true });
  const keep = {
    copy: { content: '{{ answer | to_json }}', dest: kept },
    check_mode: false,
    when: 'answer is defined',
  };
  const whole = { hosts: 'localhost', gather_facts: false, vars, tasks: [{ block: tasks, always: [keep] }] };
  writeFileSync(file, JSON.stringify([whole]));
  const argv = [path.join(ansible, 'usr/bin/ansible-playbook'), '-c', 'local', '-i', 'localhost,', ...words, file];
  const env = {
    ...process.env,
    PYTHONPATH: path.join(ansible, 'usr/lib/python3/dist-packages'),
    ANSIBLE_LIBRARY: path.join(ROOT, 'packaging/ansible/sshwhy/library'),
    ANSIBLE_ROLES_PATH: path.join(ROOT, 'packaging/ansible'),
    ANSIBLE_LOCALHOST_WARNING: 'False',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_PYTHON_INTERPRETER: 'python3',
    HOME: dir,
  };
  const ran = await new Promise<{ status: number; said: string }>((resolve) => {
    const child = execFile('python3', argv, { env, encoding: 'utf8' }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, said: `${stdout}${stderr}` }),
    );
  });
  const answer = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : undefined;
  return { ...ran, answer };
}
const asked = (o: object): object => ({ sshwhy: { executable: program, ...o }, register: 'answer' });

it.each([[[]], [['--check']]])('says why a login is kept out, and fails (%s)', async (words) => {
  const { status, answer, said } = await play([asked({ args: ['--bundle', BROKEN] })], words);
  expect(answer, said).toMatchObject({ outcome: 'closed', gate: 'auth', changed: false, status: 1, failed: true });
  expect(answer?.['msg']).toMatch(/^closed at the gate "auth": .*alice/);
  expect(answer?.['causes']).toContainEqual(
    expect.objectContaining({ id: 'auth/authorized-keys-modes', verdict: 'confirmed', role: 'blocking' }),
  );
  expect(status).toBe(2);
});

it('reports and goes on with fail: false, and on a host that is well', async () => {
  const broken = await play([asked({ args: ['--bundle', BROKEN], fail: false })]);
  expect([broken.status, broken.answer?.['outcome']], broken.said).toEqual([0, 'closed']);
  const well = await play([asked({ args: ['--bundle', HEALTHY] })]);
  expect([well.status, well.answer?.['outcome'], well.answer?.['causes']], well.said).toEqual([0, 'open', []]);
});

it('holds a host against a profile', async () => {
  const strict = await play([asked({ look: 'harden', profile: 'cis', fail_on: 'low', args: ['--bundle', HEALTHY] })]);
  expect(strict.status, strict.said).toBe(2);
  expect(strict.answer).toMatchObject({ outcome: 'fail' });
  expect(strict.answer?.['failing']).not.toEqual([]);
  const mild = await play([asked({ look: 'harden', fail_on: 'critical', args: ['--bundle', HEALTHY] })]);
  expect([mild.status, mild.answer?.['outcome']], mild.said).toEqual([0, 'pass']);
});

it('says that it could not look', async () => {
  const { status, answer } = await play([asked({ args: ['--bundle', '/nonexistent'] })]);
  expect(status).toBe(2);
  expect(answer?.['msg']).toMatch(/^sshwhy could not look: .*nonexistent/);
});

it.each(['-oProxyCommand=touch canary', '$(touch canary)', '{{ 7 * 7 }}'])('takes %s for a name', async (target) => {
  const { answer } = await play([asked({ look: 'login', target, args: ['-F', 'none', '--timeout', '3'] })], [], {});
  expect(answer?.['outcome'] ?? answer?.['msg']).toMatch(/^closed$|hyphen|could not look/);
  expect(existsSync(path.join(dir, 'canary')) || existsSync('canary')).toBe(false);
});

it('shows nothing that a terminal obeys, whatever a server says', async () => {
  const server: Server = createServer((socket) => socket.end('SSH-2.0-\u009b2J\x1b]0;x\x07{{ 7*7 }}\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const target = `x@127.0.0.1:${port}`;
  const { said, answer } = await play(
    [asked({ look: 'login', target, args: ['-F', 'none', '--timeout', '3'] })],
    ['-vvv'],
  );
  server.close();
  expect(JSON.stringify(answer), said).toContain('\\\\x9b2J');
  expect(said).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
});

it('as a role: put there, logins, a profile', async () => {
  const seeing = (name: string, bundle: string): string => {
    const file = path.join(dir, name);
    writeFileSync(file, `#!/bin/sh\nexec '${program}' "$@" --bundle '${bundle}'\n`);
    return file;
  };
  const role = [{ import_role: { name: 'sshwhy' } }];
  const vars = {
    ...{ sshwhy_path: path.join(dir, 'there'), sshwhy_profile: 'cis', sshwhy_fail_on: 'critical' },
    sshwhy_logins: [{ user: 'alice', from_address: '10.77.2.10' }],
  };
  const refused = await play(role, [], { ...vars, sshwhy_source: seeing('broken', BROKEN) });
  expect(refused.status, refused.said).toBe(2);
  expect(refused.said).toContain('auth/authorized-keys-modes');
  const well = await play(role, [], { ...vars, sshwhy_source: seeing('well', HEALTHY) });
  expect(well.status, well.said).toBe(0);
  expect(well.said).toMatch(/The host stands against the profile\] \*+\nok: \[localhost\]/);
});
