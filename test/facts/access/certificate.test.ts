import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateIn, nameOf, plainType, readCertificate } from '../../../src/facts/access/certificate.ts';
import { cidrList, isGoodNow } from '../../../src/facts/access/certificate-checks.ts';
import { readPublicKey } from '../../../src/facts/access/public-key.ts';
import { blobOf, certificate, key, text } from './keys.ts';

describe('certificates that ssh-keygen made', () => {
  it('of a user', () => {
    const found = certificate('plain');
    expect(found).toMatchObject({
      type: 'ssh-ed25519-cert-v01@openssh.com',
      role: 'user',
      id: 'laptop',
      serial: 7n,
      principals: ['alice', 'ops'],
      critical: [],
      signature: 'ssh-ed25519',
    });
    expect(found.key).toEqual(key('ed25519'));
    expect(found.ca).toEqual(key('ca'));
    expect(found.key.fingerprint).toBe('SHA256:WvAwDYlxvZK0punU9T0EZXn01JA3obvBjk3PpM9zSNA');
    expect(found.validBefore - found.validAfter).toBe(365n * 86_400n);
    expect(found.extensions.map(({ name }) => name)).toContain('permit-pty');
    expect(nameOf(found)).toBe('"laptop" serial 7');
  });

  it('with options', () => {
    const found = certificate('options');
    expect(found).toMatchObject({
      id: 'id with blanks',
      serial: 4294967299n,
      validAfter: 0n,
      signature: 'rsa-sha2-256',
    });
    expect(found.validBefore).toBe(2n ** 64n - 1n);
    expect(found.critical).toEqual([
      { name: 'force-command', value: 'echo hi' },
      { name: 'source-address', value: '10.77.0.0/16,192.0.2.1' },
      { name: 'unknown@example.net', value: '1' },
    ]);
    expect(found.extensions.map(({ name }) => name)).not.toContain('permit-pty');
    expect(found.key.type).toBe('ecdsa-sha2-nistp256');
    expect(found.ca.bits).toBe(2048);
  });

  it('signed with SHA-1, of a host, for nobody', () => {
    expect(certificate('sha1')).toMatchObject({
      signature: 'ssh-rsa',
      key: { type: 'ssh-rsa', bits: key('rsa').bits },
    });
    expect(certificate('host')).toMatchObject({ role: 'host', principals: ['web1.example.net'] });
    expect(certificate('nobody').principals).toEqual([]);
  });

  it('a plain key is none, nor is a certificate under the name of another type', () => {
    expect(certificateIn(text('ed25519.pub'))).toBeUndefined();
    expect(certificateIn(text('plain-cert.pub').replace('ed25519', 'rsa'))).toBeUndefined();
    expect(readPublicKey(blobOf('plain-cert.pub'))).toBeUndefined();
    expect(plainType('sk-ssh-ed25519-cert-v01@openssh.com')).toBe('sk-ssh-ed25519@openssh.com');
    expect(plainType('constructor-cert-v01@openssh.com')).toBeUndefined();
  });
});

describe('bytes of an enemy', () => {
  const real = ['plain-cert.pub', 'options-cert.pub', 'sha1-cert.pub', 'ed25519.pub'].map(blobOf);

  it('are read to an answer, cut, changed or made up', () => {
    const changed = fc
      .tuple(fc.constantFrom(...real), fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 6 }), fc.nat(3000))
      .map(([blob, edits, end]) => {
        const copy = Buffer.from(blob.subarray(0, end));
        for (const [at, byte] of edits) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    const random = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(changed, random), (blob) => {
        const read = readCertificate(blob);
        expect('value' in read || read.error.length > 0).toBe(true);
        readPublicKey(blob);
      }),
      { numRuns: 2000 },
    );
  });

  it('every cut is noticed', () => {
    const [whole = Buffer.alloc(0)] = real;
    for (let end = 0; end < whole.length; end++)
      expect(readCertificate(whole.subarray(0, end))).toHaveProperty('error');
    expect(readCertificate(Buffer.concat([whole, Buffer.from('x')]))).toHaveProperty('error');
  });
});

it.each([
  ['10.77.0.0/16', '10.77.2.10', true],
  ['192.0.2.1,10.77.2.10', '10.77.2.10', true],
  ['fd77:2::/64', 'fd77:2::10', true],
  ['fd77:2::/64', '10.77.2.10', false],
  ['10.77.2.10/16', '10.77.2.10', 'invalid'],
  ['10.77.*', '10.77.2.10', 'invalid'],
  ['10.77.0.0/16,', '10.77.2.10', 'invalid'],
  ['10.77.0.0/33', '10.77.2.10', 'invalid'],
  ['web1.example.net', '10.77.2.10', 'invalid'],
])('source-address %s and %s: %s', (list, address, answer) => expect(cidrList(list, address)).toBe(answer));

it.each([
  ['2025-12-31T23:59:00Z', 'no'],
  ['2026-01-01T00:00:01Z', 'unknown'],
  ['2026-06-01T00:00:00Z', 'yes'],
  ['2026-12-31T23:59:59Z', 'unknown'],
  ['2027-01-01T00:01:00Z', 'no'],
])('a certificate of 2026 by a clock that says %s: %s', (clock, answer) =>
  expect(isGoodNow(certificate('plain'), { now: Date.parse(clock) }).is).toBe(answer),
);
