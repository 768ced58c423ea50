import { describe, expect, it } from 'vitest';
import * as client from '../../../src/facts/client/index.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { fixture, fixtureNames, known } from './fixtures.ts';

const greeting = (name: string) => known(client.kexinit.read(fixture(name))).probes[0];

describe('facts of the client', () => {
  it.each(fixtureNames)('%s: every section that is there can be parsed', (name) => {
    const bundle = fixture(name);
    for (const source of Object.values(client)) {
      const fact = source.read(bundle);
      if (!fact.known && name !== 'config-invalid') expect(fact.gap).not.toBe('unparsable');
    }
  });

  it('a section that is missing or garbled is a gap', () => {
    for (const source of Object.values(client)) {
      expect(source.read({ schema: 1, takenAt: '', sections: {} })).toMatchObject({
        known: false,
        gap: 'not-collected',
      });
    }
    for (const text of ['', '[]', '{"probes":[{}]}', '{"probes":[{"outcome":"open"}]}']) {
      const garbled: Bundle = { schema: 1, takenAt: '', sections: { tcp: { status: 'ok', text } } };
      expect(client.tcp.read(garbled)).toMatchObject({ known: false, gap: 'unparsable' });
    }
  });

  it('a refused configuration is a gap with its words', () => {
    const bundle = fixture('config-invalid');
    expect(client.sshConfig.read(bundle)).toMatchObject({ known: false, detail: expect.stringContaining('bogus') });
    expect(known(client.sshConfigCheck.read(bundle)).rc).toBe(255);
  });

  it('resolves the configuration', () => {
    expect(known(client.sshConfig.read(fixture('success-9.2')))).toMatchObject({
      hostname: '127.0.0.1',
      port: 2202,
      user: 'alice',
      identityFiles: ['home/id'],
      identitiesOnly: true,
      strictHostKeyChecking: 'ask',
    });
  });

  it('tells refused from filtered with a live neighbour', () => {
    expect(known(client.probes.read(fixture('refused')))).toMatchObject({ unanimous: 'refused', alive: [] });
    const filtered = known(client.probes.read(fixture('timeout')));
    expect(filtered.unanimous).toBe('timed-out');
    expect(filtered.alive[0]?.neighbour).toMatchObject({ port: 443, outcome: 'refused' });
  });

  it('names what speaks on the port', () => {
    expect(greeting('success-10.0')).toMatchObject({
      outcome: 'kexinit',
      banner: expect.stringMatching(/^SSH-2.0-OpenSSH_10/),
    });
    expect(greeting('success-10.0')?.algorithms?.kex).toContain('mlkem768x25519-sha256');
    expect(greeting('http')).toMatchObject({ outcome: 'not-ssh', service: 'http' });
    expect(greeting('endless-banner')).toMatchObject({ outcome: 'not-ssh', service: 'tarpit', ended: 'timeout' });
    expect(greeting('silent')).toMatchObject({ outcome: 'silent' });
    expect(greeting('binary-banner')).toMatchObject({ outcome: 'banner-only', banner: 'SSH-2.0-evil\\x1b[31m\\x07' });
    expect(greeting('max-startups-9.2')).toMatchObject({ outcome: 'closed', refusal: 'max-startups' });
    expect(greeting('max-startups-10.0')).toMatchObject({ outcome: 'closed', refusal: 'not-allowed-now' });
  });

  it('finds the known host and the key', () => {
    const bundle = fixture('success-9.2');
    expect(known(client.knownHosts.read(bundle)).found).toMatchObject([
      { file: 'home/kh-known', line: 2, type: 'ED25519' },
    ]);
    const hostKey = known(client.attemptLog.read(bundle)).hostKey;
    expect(known(client.knownHosts.read(bundle)).found[0]?.fingerprint).toBe(hostKey?.fingerprint);
    const offered = known(client.attemptLog.read(bundle)).offered[0];
    expect(known(client.identities.read(bundle)).files[0]).toMatchObject({
      kind: 'openssh',
      encrypted: false,
      fingerprint: offered?.fingerprint,
    });
    expect(known(client.route.read(bundle))).toMatchObject([{ address: '127.0.0.1', device: 'lo' }]);
  });
});
