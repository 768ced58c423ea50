import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryLogin } from '../../../src/collect/client/prove-login.ts';

/** In the words of `ssh -v` 9.2 (sshconnect2.c, ssh.c); the real ones are met in the lab. */
const NEW = 'SHA256:Hdw4eE+wKLNj7ZY2cFxDsSN1K+c5HxSr60co0u+wqi8';
const HEAD = 'OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.19 27 Jan 2026';
const TAKES = `debug1: Server accepts key: /root/.ssh/new ED25519 ${NEW} explicit`;
const IN = 'Authenticated to web1 ([10.77.2.20]:22) using "publickey".';
const PARTLY = 'Authenticated using "publickey" with partial success.';
const DENIED = 'alice@web1: Permission denied (publickey,password).';

let folder: string;
const before = process.env['PATH'];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-prove-'));
  process.env['PATH'] = `${folder}:${before ?? ''}`;
});
afterAll(() => {
  process.env['PATH'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** An ssh that writes a log, says something on standard error, and ends, or stays as one without a session does. */
function ssh(log: readonly string[], rest: string): void {
  writeFileSync(path.join(folder, 'log.txt'), `${log.join('\n')}\n`);
  const script = `#!/bin/sh
printf '%s\\n' "$@" >'${folder}/argv'
while [ "$1" != -E ]; do shift; done
cat '${folder}/log.txt' >"$2"
${rest}
`;
  writeFileSync(path.join(folder, 'ssh'), script);
  chmodSync(path.join(folder, 'ssh'), 0o755);
}

const login = { ssh: ['-p', '2222'], host: 'web1', user: 'alice', identity: '/root/.ssh/new' };

describe('a login that is only to show whether it works', () => {
  it('is left as soon as the server has let it in, without a session', async () => {
    ssh([HEAD, TAKES, IN], 'sleep 20');
    const started = performance.now();
    expect(await tryLogin(login)).toMatchObject({ outcome: 'in', accepted: NEW });
    expect(performance.now() - started).toBeLessThan(8000);
    const argv = readFileSync(path.join(folder, 'argv'), 'utf8').split('\n');
    for (const word of ['-N', 'BatchMode=yes', 'ControlPath=none', 'IdentitiesOnly=yes', '/root/.ssh/new', '2222'])
      expect(argv).toContain(word);
    expect(argv.slice(-5)).toEqual(['-l', 'alice', '--', 'web1', '']);
  });

  it.each<[string, readonly string[], string, string]>([
    ['partly', [HEAD, TAKES, PARTLY, DENIED], 'exit 255', DENIED],
    ['refused', [HEAD, DENIED], 'exit 255', DENIED],
    [
      'not-reached',
      [HEAD, 'ssh: connect to host web1 port 22: Connection refused'],
      'exit 255',
      'ssh: connect to host web1 port 22: Connection refused',
    ],
    ['not-reached', [], 'exit 255', ''],
    // What a server or a jump host writes to standard error proves nothing.
    ['refused', [HEAD, DENIED], `echo '${IN}' >&2; echo '${TAKES}' >&2; exit 255`, DENIED],
  ])('is %s', async (outcome, log, rest, said) => {
    ssh(log, rest);
    expect(await tryLogin(login)).toMatchObject({ outcome, said });
  });

  it('offers what ssh would offer where no key is named', async () => {
    ssh([HEAD, IN], 'exit 0');
    await tryLogin({ ssh: [], host: 'web1' });
    const argv = readFileSync(path.join(folder, 'argv'), 'utf8');
    expect(argv).not.toMatch(/IdentitiesOnly|^-i$|^-l$/m);
  });
});
