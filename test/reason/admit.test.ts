import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import { causes } from '../../src/causes/index.gen.ts';
import type { Attempt } from '../../src/model/attempt.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { admittedBy } from '../../src/reason/admit.ts';
import { conclude } from '../../src/reason/conclude.ts';
import { bundles } from '../cause-test.ts';

const CONFIG = 'file:/etc/ssh/sshd_config';
const PAM = 'file:/etc/pam.d/sshd';
const KEYS = 'file:/home/alice/.ssh/authorized_keys';
const plain = bundles('healthy').filter(([name]) => name.includes('plain'));

/** The server's half alone, with a section changed. */
function server(bundle: Bundle, name?: string, edit?: (text: string) => string): { bundle: Bundle; attempt: Attempt } {
  const attempt = attemptOf(bundle);
  const sections = Object.fromEntries(
    Object.entries(bundle.sections)
      .filter(([section]) => !['ssh-config', 'attempt', 'kexinit', 'tcp', 'dns', 'identities'].includes(section))
      .map(([section, found]) => [section, section === name && edit ? { ...found, text: edit(found.text) } : found]),
  );
  return { bundle: { ...bundle, sections }, attempt };
}

const admits = (bundle: Bundle, name?: string, edit?: (text: string) => string): string | undefined => {
  const one = server(bundle, name, edit);
  return admittedBy(one.bundle, one.attempt);
};
const inFront = (line: string) => (text: string) => `${line}\n${text}`;

// Each of these was tried with a real login on hosts of the three releases (oracle/access.ts).
describe.each(plain)('what lets a login in, on %s', (_, bundle) => {
  it('is a line of authorized_keys', () => {
    expect(admits(bundle)).toMatch(/^line 1 of \/home\/alice\/.ssh\/authorized_keys lets alice in with SHA256:/);
    const { bundle: alone, attempt } = server(bundle);
    const auth = conclude(causes, alone, attempt).gates.find(({ gate }) => gate === 'auth');
    expect(auth).toMatchObject({ outcome: 'open', detail: expect.stringMatching(/^line 1 of /) });
  });

  it.each([
    'restrict ',
    'from="10.77.*" ',
    'from="10.77.0.0/16,!10.77.9.9" ',
    'expiry-time="20400101" ',
    'expiry-time="20400101Z",no-pty ',
  ])('may carry %s', (options) => expect(admits(bundle, KEYS, (text) => options + text)).toBeDefined());

  it.each(['cert-authority ', 'from="192.0.2.1" ', 'expiry-time="20200101" ', 'bogus ', '# '])(
    'is not one with %s',
    (options) => expect(admits(bundle, KEYS, (text) => options + text)).toBeUndefined(),
  );

  it.each([
    'AuthenticationMethods publickey,password',
    'AuthorizedKeysFile /etc/ssh/keys/%u',
    'PubkeyAuthentication no',
    'RevokedKeys /etc/ssh/a-list-that-nobody-read',
    'UseDNS yes\nMatch Host *.example.net\n  AllowUsers bob\nMatch all',
    'Match LocalAddress 192.0.2.1\n  AllowUsers bob\nMatch all',
  ])('is not promised with %s', (line) => expect(admits(bundle, CONFIG, inFront(line))).toBeUndefined());

  it.each([
    ['account required pam_deny.so', false],
    ['account required pam_succeed_if.so user != alice', false],
    ['account required pam_of_the_house.so', false],
    ['account requisite pam_succeed_if.so quiet uid >= 1000', true],
    ['account optional pam_of_the_house.so', true],
  ])('asks PAM: %s', (line, lets) => expect(admits(bundle, PAM, inFront(line)) !== undefined).toBe(lets));
});
