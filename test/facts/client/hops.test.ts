import { describe, expect, it } from 'vitest';
import { attemptLog } from '../../../src/facts/client/attempt.ts';
import { closedHop, hops } from '../../../src/facts/client/hops.ts';
import { keyUse } from '../../../src/facts/client/key-use.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { fixture, known } from './fixtures.ts';

const read = (name: string) => known(hops.read(fixture(name)));

describe.each(['bullseye', 'bookworm', 'trixie'])('ssh of %s', (suite) => {
  it('over a jump host that is in order', () => {
    const bundle = fixture(`jump-client-${suite}`);
    const [hop, ...more] = known(hops.read(bundle));
    expect(more).toEqual([]);
    expect(hop).toMatchObject({
      number: 1,
      name: 'alice@bastion',
      user: 'alice',
      host: 'bastion',
      port: 22,
      passed: true,
    });
    expect(hop?.refusal).toBeUndefined();
    expect(closedHop(known(hops.read(bundle)))).toBeUndefined();
    expect(known(attemptLog.read(bundle))).toMatchObject({ ending: 'ok', authenticated: { method: 'publickey' } });
  });
});

describe.each(['bullseye', 'trixie'])('ssh of %s', (suite) => {
  it('takes a key whose passphrase nobody types no further than to the offer', () => {
    const failed = closedHop(read(`jump-encrypted-key-client-${suite}`));
    const use = failed && known(keyUse.read(failed.bundle));
    expect(use).toMatchObject({ failed: true, accepted: ['/root/.ssh/id_ed25519'], judged: 1 });
  });

  it('tells that the agent does not sign', () => {
    const failed = closedHop(read(`jump-agent-refused-client-${suite}`));
    expect(failed?.log?.signErrors).toMatchObject([
      { reason: 'agent refused operation', text: expect.stringContaining('from agent') },
    ]);
  });

  it('tells a key file that it cannot load, at the target', () => {
    const bundle = fixture(`key-crlf-client-${suite}`);
    expect(closedHop(known(hops.read(bundle)))).toBeUndefined();
    expect(known(keyUse.read(bundle))).toMatchObject({
      failed: true,
      judged: 0,
      log: {
        loadErrors: [{ path: '/root/.ssh/k2', reason: suite === 'bullseye' ? 'invalid format' : 'error in libcrypto' }],
      },
    });
  });
});

describe('hops', () => {
  it('are none without a jump host', () => expect(read('success-9.2')).toEqual([]));

  it('blame who opens no way on, not the machine that was never reached for it', () => {
    const log = (lines: readonly string[]) =>
      JSON.stringify({ stderr: lines.map((line) => ({ ms: 1, line, src: 'log' })) });
    const ok = (text: string) => ({ status: 'ok', text }) as const;
    const config = JSON.stringify({ rc: 0, options: { hostname: ['h'], user: ['u'] } });
    const bundle = (refusal: string): Bundle => ({
      schema: 1,
      takenAt: '',
      sections: {
        'ssh-config': ok(config),
        'hop:1:name': ok('{"name":"one"}'),
        'hop:1:attempt': ok(log(['Authenticated to one ([1.2.3.4]:22) using "publickey".', refusal])),
        'hop:2:name': ok('{"name":"two"}'),
        'hop:2:attempt': ok(log(['kex_exchange_identification: Connection closed by remote host'])),
        'hop:99999:name': ok('{}'),
        'hop:x': ok('rubbish'),
      },
    });
    const prohibited = known(hops.read(bundle('channel 0: open failed: administratively prohibited: open failed')));
    expect(prohibited.map(({ passed, refusal }) => [passed, refusal?.prohibited])).toEqual([
      [true, true],
      [false, undefined],
    ]);
    expect(closedHop(prohibited)).toBeUndefined();
    const dead = known(hops.read(bundle('channel 0: open failed: connect failed: Connection refused')));
    expect(closedHop(dead)?.name).toBe('two');
  });
});
