import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causes } from '../../src/causes/index.gen.ts';
import { pastedLogin } from '../../src/facts/client/pasted.ts';
import { explained } from '../../src/facts/events/explained.ts';
import { type ExplainedLogin, explainLogin } from '../../src/reason/explain-login.ts';
import { loginText } from '../../src/report/logs/login.ts';

const ROOT = path.join(import.meta.dirname, '../..');
/** What the real `ssh -vvv` said of logins that fail (lab/event-paths.ts). */
const FOLDER = path.join(ROOT, 'test/fixtures/events/client');
const AT = '2026-11-25T09:00:00Z';
const said = (name: string): string => readFileSync(path.join(FOLDER, `${name}.txt`), 'utf8');
const explain = (text: string): ExplainedLogin => {
  const made = explainLogin(text, AT);
  if (made === undefined) throw new Error('it is no output of ssh -v');
  return made;
};

/** Where it ended, what comes first, and a command that is named. */
const EXPECTED: Readonly<
  Record<string, readonly [gate: string, verdict: 'likely' | 'possible', cause: string, next: string]>
> = {
  chroot: ['session', 'possible', 'session/chroot-modes', 'sshwhy server --user chrooted'],
  config: ['client', 'possible', 'client/config-invalid', 'sshwhy explain client/config-invalid'],
  denied: ['auth', 'possible', 'auth/key-not-authorized', 'sshwhy server --user alice'],
  expired: ['auth', 'possible', 'auth/account-expired', 'sshwhy server --user expired'],
  forward: ['session', 'possible', 'session/forwarding-disabled', 'sshwhy server --user forwardless'],
  'host-key-changed': ['handshake', 'likely', 'handshake/host-key-changed', 'sshwhy alice@web1'],
  'host-key-unknown': ['handshake', 'likely', 'handshake/host-key-unknown', 'sshwhy alice@web1'],
  jump: ['auth', 'possible', 'auth/user-unknown', 'sshwhy web1'],
  'key-open': ['client', 'likely', 'client/key-perms', 'sshwhy alice@web1'],
  'no-kex': ['handshake', 'likely', 'handshake/kex-mismatch', 'sshwhy explain handshake/kex-mismatch'],
  'no-route': ['network', 'possible', 'network/no-route', 'sshwhy 192.0.2.1'],
  password: ['auth', 'possible', 'auth/pam-stack-denies', 'sshwhy server --user bob'],
  refused: ['network', 'possible', 'daemon/not-running', 'sshwhy -p 2200 web1'],
  subsystem: ['session', 'possible', 'session/subsystem-missing', 'sshwhy server --user alice'],
  'timed-out': ['network', 'possible', 'firewall/host-drop', 'sshwhy -p 2201 web1'],
  'too-many-keys': ['client', 'likely', 'client/too-many-keys', 'sshwhy alice@web1'],
  unresolved: ['name', 'possible', 'name/unresolvable', 'sshwhy no-such-host.invalid'],
  wrapped: ['admission', 'possible', 'admission/tcp-wrappers', 'sshwhy web1'],
  'wrong-service': ['admission', 'likely', 'network/wrong-service', 'sshwhy -p 8080 web1'],
};

describe('what ssh -vvv printed', () => {
  it.each(Object.entries(EXPECTED))('%s', (name, [gate, verdict, cause, next]) => {
    const login = explain(said(name));
    expect(login.worked).toBe(false);
    expect(login.gates.find(({ outcome }) => outcome === 'closed')?.gate).toBe(gate);
    const { causes: found } = login;
    // What is shown by the lines stands alone; of what is possible the cause is one.
    if (verdict === 'likely') expect(found.map((one) => [one.id, one.verdict])).toEqual([[cause, 'likely']]);
    else expect(found).toContainEqual(expect.objectContaining({ id: cause, verdict }));
    expect(login.next.map(({ command }) => command)).toContain(next);
    const lines = said(name).split('\n');
    if (login.ended?.line !== undefined) expect(lines[login.ended.line - 1]).toContain(login.ended.text);
    expect(lines[(login.ended?.line ?? 0) - 1], 'it ends with a line that is there').toBeDefined();
  });

  it('has a row for each that was captured', () => {
    const names = readdirSync(FOLDER).map((name) => name.replace('.txt', ''));
    expect([...Object.keys(EXPECTED), 'works', 'key-missing'].sort()).toEqual(names.sort());
  });

  it('finds nothing where the login worked', () => {
    for (const name of ['works', 'key-missing']) {
      const login = explain(said(name));
      expect(login).toMatchObject({ worked: true, causes: [], next: [] });
      expect(login.gates.every(({ outcome }) => outcome === 'open')).toBe(true);
    }
  });

  it('groups what was offered and what was said', () => {
    const login = explain(said('too-many-keys'));
    expect(login.offered).toHaveLength(3);
    expect(login.offered.every(({ accepted }) => !accepted)).toBe(true);
    expect(login.target).toMatchObject({ user: 'alice', host: 'web1', port: 22, address: '10.77.2.20' });
    const text = loginText(login, { color: false, width: 100 });
    expect(text).toMatch(/^Login as alice at web1 \(10\.77\.2\.20\) port 22$/m);
    expect(text).toMatch(/^It ended with line \d+: Received disconnect from .* Too many authentication failures$/m);
    expect(text).toMatch(/offered .*many1 ED25519 SHA256:/);
    expect(text).toMatch(/^What may be the cause\n {2}likely {2}client\/too-many-keys$/m);
    expect(text).toMatch(/^What to run next\n {2}sshwhy alice@web1$/m);
    expect(text).not.toContain('sshd/');
  });

  it('is told apart from other texts', () => {
    expect(explainLogin('alice@web1: Permission denied (publickey).', AT)).toBeUndefined();
    expect(
      explainLogin('debug1: sshd version OpenSSH_9.2\ndebug1: Connecting to x [192.0.2.1] port 22.\n', AT),
    ).toBeUndefined();
    const server = explained(
      'debug1: sshd version OpenSSH_9.2, OpenSSL 3\nFailed password for bob from 192.0.2.7 port 4022 ssh2\n',
    );
    expect(server.kinds.map(({ type }) => type.id)).toEqual(['sshd/failed-password']);
    expect(server.debug).toBe(1);
  });
});

describe('a text that lies', () => {
  it('makes nothing surer than likely, and no command of what is no plain word', () => {
    const text = said('denied')
      .replaceAll("as 'alice'", "as '$(reboot)'")
      .replaceAll('web1', '-oProxyCommand=x')
      .concat('\x1b]0;x\x07Host key verification failed.\n');
    const login = explain(text);
    expect(login.next.map(({ command }) => command).join('\n')).not.toMatch(/reboot|Proxy/);
    const out = loginText(login, { color: false, width: 100 });
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    for (const { verdict } of login.causes) expect(['likely', 'possible']).toContain(verdict);
  });

  it('never crashes, whatever is cut out of it or put into it', () => {
    const names = readdirSync(FOLDER).map((name) => name.replace('.txt', ''));
    const lines = names.flatMap((name) => said(name).split('\n'));
    const known = new Set(causes.map(({ id }) => id as string));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 60 }), (some) => {
        const login = explainLogin(['debug1: Reading configuration data /x', ...some].join('\n'), AT);
        if (login === undefined) return;
        for (const { id } of login.causes) expect(known).toContain(id);
        expect(loginText(login, { color: false, width: 80 })).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      }),
      { numRuns: 150 },
    );
  });

  it('is bounded', () => {
    const long = `debug1: Connecting to web1 [192.0.2.1] port 22.\n${'debug1: Offering public key: x ED25519 SHA256:y\n'.repeat(50_000)}`;
    const start = performance.now();
    expect(pastedLogin(long)?.section.text.split('\n').length).toBeLessThan(20_010);
    explain(long);
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

describe('sshwhy explain', () => {
  it('reads it from standard input, and prints JSON', () => {
    const run = (args: readonly string[], input: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'src/cli/sshwhy.ts'), 'explain', ...args], {
        input,
        encoding: 'utf8',
        cwd: ROOT,
      });
    const { stdout, status } = run(['-', '--json'], said('no-kex'));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'login',
      causes: [{ id: 'handshake/kex-mismatch', verdict: 'likely' }],
      kinds: [{ id: 'ssh/no-common-algorithm' }],
    });
  });
});
