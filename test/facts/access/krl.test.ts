import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeyList } from '../../../src/facts/access/key-list.ts';
import { certificateRevoked, keyRevoked, readKrl } from '../../../src/facts/access/krl.ts';
import { krls, revocation, revokes } from '../../../src/facts/access/revoked.ts';
import type { Section } from '../../../src/model/bundle.ts';
import { bytes, certificate, key, krl, text } from './keys.ts';

const NAMES = ['keys', 'serials', 'bitmap', 'ids', 'ca', 'empty'];
const serial = (n: bigint) => ({ ...certificate('plain'), serial: n });

describe('key revocation lists that ssh-keygen made', () => {
  it('keys, and their hashes', () => {
    for (const name of ['ed25519', 'ecdsa', 'rsa'])
      expect(keyRevoked(krl('keys'), key(name))).toBe(`the key ${key(name).fingerprint}`);
    expect(keyRevoked(krl('keys'), key('ca'))).toBeUndefined();
    expect(certificateRevoked(krl('keys'), certificate('plain'))).toMatch(/^the key SHA256:/);
    for (const name of NAMES.slice(1)) expect(keyRevoked(krl(name), key('ed25519'))).toBeUndefined();
  });

  it.each([
    [2n, false],
    [3n, true],
    [4n, false],
    [5n, true],
    [7n, true],
    [9n, true],
    [10n, false],
    [1000n, true],
    [4294967299n, true],
    [4294967300n, false],
    [0n, false],
  ])('serial %s: %s', (n, is) => expect(certificateRevoked(krl('serials'), serial(n)) !== undefined).toBe(is));

  it('serials as a bitmap', () => {
    const found = Array.from({ length: 30 }, (_, n) => n).filter((n) =>
      certificateRevoked(krl('bitmap'), serial(BigInt(n))),
    );
    expect(found).toEqual([1, 3, 7, 9, 11, 15, 17, 20, 23]);
  });

  it('are of one CA, or of all', () => {
    expect(certificateRevoked(krl('bitmap'), certificate('ecdsa-ca'))).toBeUndefined();
    expect(certificateRevoked(krl('ids'), certificate('ecdsa-ca'))).toBe('certificates with the identity "laptop"');
    expect(certificateRevoked(krl('ids'), certificate('options'))).toBeUndefined();
    expect(certificateRevoked(krl('ca'), certificate('plain'))).toBe(`the CA ${key('ca').fingerprint}`);
  });

  it('every cut within a section is noticed, and bytes of an enemy are read to an answer', () => {
    const whole = bytes('serials');
    for (let end = 0; end < 44; end++) expect(readKrl(whole.subarray(0, end))).toHaveProperty('error');
    for (let end = 45; end < whole.length; end++) expect(readKrl(whole.subarray(0, end))).toHaveProperty('error');
    const changed = fc
      .tuple(fc.constantFrom(...NAMES.map(bytes)), fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 6 }))
      .map(([blob, edits]) => {
        const copy = Buffer.from(blob);
        for (const [at, byte] of edits) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    fc.assert(
      fc.property(changed, (blob) => {
        const read = readKrl(blob);
        if ('value' in read) certificateRevoked(read.value, certificate('plain'));
        else expect(read.error).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('RevokedKeys', () => {
  const ok = (content: string, detail?: string): Section => ({
    status: 'ok',
    text: content,
    ...(detail ? { detail } : {}),
  });
  const about = (file?: Section, binary?: Section) => {
    const given = {
      files: new Map(file ? [['/r', file]] : []),
      krls: new Map(binary ? [['/r', binary]] : []),
    };
    return (one: string | undefined, cert?: string) => {
      const list = revocation(given, '/r');
      return revokes(
        list,
        '/r',
        one === undefined ? certificate(cert ?? '').key : key(one),
        cert ? certificate(cert) : undefined,
      );
    };
  };

  it('as text: keys, CAs, and the keys of certificates', () => {
    const ask = about(ok(`# gone\n${text('ca.pub')}\n  ${text('plain-cert.pub')}`));
    expect(ask('ed25519')).toMatchObject({ what: `the key ${key('ed25519').fingerprint}`, evidence: { line: 3 } });
    expect(ask('ecdsa')).toBeUndefined();
    expect(ask(undefined, 'plain')).toMatchObject({ what: `the CA ${key('ca').fingerprint}`, evidence: { line: 2 } });
  });

  it('with a line that is no key refuses every key that was not found before', () => {
    for (const line of ['rubbish', 'restrict ssh-ed25519 AAAA', 'serial: 7', `cert-authority ${text('ca.pub')}`]) {
      const ask = about(ok(`${text('rsa.pub')}\n${line}\n${text('ecdsa.pub')}`));
      expect(ask('ed25519')).toEqual({ evidence: expect.objectContaining({ line: 2 }) });
      expect(ask('rsa')).toHaveProperty('what');
    }
  });

  it('as a KRL, whatever the collector had to write it down', () => {
    const hex = bytes('ids')
      .toString('hex')
      .replace(/(..)/g, ' $1')
      .replace(/(.{48})/g, '$1\n');
    expect(about(undefined, ok(`# base64\n${text('ids.krl')}`))(undefined, 'plain')).toHaveProperty('what');
    expect(about(undefined, ok(`# hex\n${hex}`))(undefined, 'plain')).toHaveProperty('what');
    expect(about(undefined, ok(`# hex\n${hex.slice(0, 90)}`))('rsa')).toEqual({});
    expect(about(undefined, ok(`# base64\n${text('ids.krl')}`, 'truncated'))('rsa')).toBe('unknown');
    expect(about(undefined, { status: 'denied', text: '' })('rsa')).toBe('unknown');
  });

  it('that is not there refuses every key, and one that was not read is not known', () => {
    expect(about({ status: 'absent', text: '' })('rsa')).toEqual({});
    expect(about({ status: 'denied', text: '' })('rsa')).toBe('unknown');
    expect(about()('rsa')).toBe('unknown');
  });

  it('is found in a Bundle by its path', () => {
    const fact = krls.read({ schema: 1, takenAt: '', sections: { 'krl:/etc/a%20b': ok('# hex\n00') } });
    expect(fact.known && [...fact.value.keys()]).toEqual(['/etc/a b']);
  });
});

it('a list of keys goes on behind a small RSA key, and stops at options', () => {
  const lines = [
    `${text('rsa.pub')} more words`,
    '',
    '\t# x',
    text('ed25519.pub'),
    `restrict ${text('ca.pub')}`,
    text('ca.pub'),
  ];
  const { keys, bad } = readKeyList(lines);
  expect(keys.map(({ line }) => line)).toEqual([1, 4]);
  expect(bad).toBe(5);
});
