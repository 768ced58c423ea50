import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { offeredIn } from '../../src/cli/offered.ts';
import { readCertificateFile } from '../../src/collect/client/identities.ts';
import { UsageError } from '../../src/model/errors.ts';
import { key, text } from '../facts/access/keys.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures/keys');
let folder: string;
const put = (from: string, to: string) => copyFileSync(path.join(fixtures, from), path.join(folder, to));
const at = (name: string) => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-offered-'));
  put('ed25519.pub', 'id.pub');
  put('plain-cert.pub', 'id-cert.pub');
  put('ecdsa.pub', 'other.pub');
  put('plain-cert.pub', 'other-cert.pub');
  put('rsa.pub', 'alone.pub');
  writeFileSync(at('private'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
  writeFileSync(at('broken-cert.pub'), text('plain-cert.pub').slice(0, 200));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = () => ({ fingerprint: key('ed25519').fingerprint, blob: text('plain-cert.pub').split(' ')[1] });

it('a key comes with the certificate beside it, as ssh offers both', () => {
  expect(offeredIn(at('id.pub'))).toEqual({ keys: [key('ed25519').fingerprint], certificates: [plain()] });
});

it('a certificate comes alone', () => {
  expect(offeredIn(at('id-cert.pub'))).toEqual({ keys: [], certificates: [plain()] });
});

it('a key comes alone without one, or with the certificate of another key beside it', () => {
  expect(offeredIn(at('alone.pub'))).toEqual({ keys: [key('rsa').fingerprint], certificates: [] });
  expect(offeredIn(at('other.pub'))).toEqual({ keys: [key('ecdsa').fingerprint], certificates: [] });
});

it.each(['private', 'broken-cert.pub', 'missing.pub'])('%s is a usage error', (name) => {
  expect(() => offeredIn(at(name))).toThrow(UsageError);
});

it('the probe reads certificates only', () => {
  expect(readCertificateFile(at('id-cert.pub'))).toEqual({ path: at('id-cert.pub'), role: 'user', ...plain() });
  expect(readCertificateFile(path.join(fixtures, 'host-cert.pub'))).toMatchObject({ role: 'host' });
  for (const name of ['id.pub', 'private', 'broken-cert.pub', 'missing'])
    expect(readCertificateFile(at(name))).toBeUndefined();
});
