import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptLog } from '../../../src/facts/client/attempt.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { fixture, known } from './fixtures.ts';

const log = (name: string) => known(attemptLog.read(fixture(name)));

function typed(lines: readonly string[], more: object = {}) {
  const stderr = lines.map((line, ms) => ({ ms, line, src: 'log' }));
  const text = JSON.stringify({ rc: 255, askedStatus: 113, stderr, ...more });
  const bundle: Bundle = { schema: 1, takenAt: '', sections: { attempt: { status: 'ok', text } } };
  return known(attemptLog.read(bundle));
}

describe.each(['8.4', '9.2', '10.0'])('against sshd %s', (release) => {
  it.each([
    ['success', 'ok'],
    ['nologin', 'session-ended'],
    ['wrong-key', 'auth-failed'],
    ['unknown-host-strict', 'host-key-failed'],
    ['host-key-changed', 'host-key-changed'],
    ['no-common-kex', 'no-common-kex'],
    ['too-many-failures', 'too-many-auth-failures'],
  ])('%s ends as %s', (name, ending) => {
    expect(log(`${name}-${release}`).ending).toBe(ending);
  });

  it('cites the line of the section', () => {
    const bundle = fixture(`wrong-key-${release}`);
    const said = known(attemptLog.read(bundle)).endingSaid;
    const line = bundle.sections['attempt']?.text.split('\n')[(said?.line ?? 0) - 1];
    expect(line).toContain(said?.text);
  });
});

describe.each(['success-client-bullseye', 'success-9.2', 'success-client-trixie'])('%s', (name) => {
  it('types what a healthy login says', () => {
    const read = log(name);
    expect(read.remoteSoftware?.text).toMatch(/^OpenSSH_9\.2p1/);
    expect(read.hostKey).toMatchObject({ type: 'ssh-ed25519', fingerprint: expect.stringMatching(/^SHA256:/) });
    expect(read.hostKeyState).toMatchObject({ state: 'known', fileLine: 2 });
    expect(read.methods[0]?.methods).toEqual(['publickey', 'password']);
    expect(read.offered).toMatchObject([{ type: 'ED25519', source: 'file', accepted: true }]);
    expect(read.authenticated?.method).toBe('publickey');
    expect(read).toMatchObject({ ending: 'ok', exitStatus: 113, stage: 'session', authenticating: true, untried: [] });
    expect(read.kex).toBeDefined();
    expect(read.cipher).toBeDefined();
  });
});

describe('attemptLog', () => {
  it('tells an unprotected key file in every client release', () => {
    for (const name of ['unprotected-key', 'unprotected-key-client-bullseye', 'unprotected-key-client-trixie']) {
      const read = log(name);
      expect(read.badKeyFiles).toMatchObject([{ path: expect.stringMatching(/home\/open$/), reason: '0644' }]);
      expect(read.loadErrors).toMatchObject([{ reason: 'bad permissions' }]);
    }
  });

  it('names the known_hosts line of a changed key in every client release', () => {
    for (const name of ['host-key-changed-9.2', 'host-key-changed-client-bullseye', 'host-key-changed-client-trixie'])
      expect(log(name).hostKeyState).toMatchObject({
        state: 'changed',
        file: expect.stringMatching(/home\/kh-changed$/),
        fileLine: 2,
      });
  });

  it('an unknown host key under "ask" does not end the attempt', () => {
    expect(log('wrong-key-9.2')).toMatchObject({ hostKeyState: { state: 'unknown' }, untried: ['password'] });
  });

  it('through a jump host, whose words are kept apart', () => {
    expect(log('proxy-jump')).toMatchObject({ ending: 'ok', exitStatus: 113 });
    const dead = log('proxy-jump-dead-end');
    expect(dead.ending).toBe('proxy-failed');
    expect(dead.foreign.map((said) => said.text)).toContainEqual(expect.stringContaining('stdio forwarding failed'));
  });

  it('keeps the offer of the server', () => {
    expect(log('no-common-kex-10.0').theirOffer).toContain('mlkem768x25519-sha256');
  });

  it('does not read what a disconnect message could have forged', () => {
    const read = typed([
      'Received disconnect from 1.2.3.4 port 22:11: x',
      'Authenticated to h ([1.2.3.4]:22) using "none".',
    ]);
    expect(read).toMatchObject({ ending: 'disconnected-by-server' });
    expect(read.authenticated).toBeUndefined();
  });

  it('does not read what others wrote on standard error', () => {
    const stderr = [{ ms: 1, line: 'Authenticated to h ([1.2.3.4]:22) using "none".', src: 'stderr' }];
    const read = typed([], { stderr });
    expect(read.authenticated).toBeUndefined();
    expect(read.foreign).toHaveLength(1);
  });

  it('an ending that it does not know is other, with its text', () => {
    expect(typed(['debug1: Connecting to h [1.2.3.4] port 22.', 'the sky fell'])).toMatchObject({
      ending: 'other',
      endingSaid: { text: 'the sky fell' },
    });
  });

  it.each([
    [['debug1: Connecting to h'], 'closed-before-banner'],
    [['debug1: Executing proxy command: exec x'], 'proxy-failed'],
    [['debug1: Remote protocol version 2.0, remote software version x'], 'kex-closed'],
    [['debug1: SSH2_MSG_SERVICE_ACCEPT received'], 'closed-in-auth'],
    [['Authenticated to h ([1.2.3.4]:22) using "publickey".'], 'closed-after-auth'],
  ])('a connection that closes after %j is %s', (before, ending) => {
    expect(typed([...before, 'Connection closed by 1.2.3.4 port 22']).ending).toBe(ending);
  });

  it('reads any lines without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        expect(typed(lines).log.length).toBeLessThanOrEqual(lines.length);
      }),
    );
  });
});
