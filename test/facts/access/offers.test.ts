import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../../src/app/attempt.ts';
import { causes } from '../../../src/causes/index.gen.ts';
import { parseAuthorizedKeys } from '../../../src/facts/access/authorized-keys.ts';
import { keyFacts } from '../../../src/facts/access/keys.ts';
import { type Judgement, judgeOffers } from '../../../src/facts/access/offers.ts';
import type { Attempt } from '../../../src/model/attempt.ts';
import type { Bundle, Section } from '../../../src/model/bundle.ts';
import { admittedBy } from '../../../src/reason/admit.ts';
import { conclude } from '../../../src/reason/conclude.ts';
import { bundles } from '../../cause-test.ts';
import { text } from './keys.ts';

const CONFIG = 'file:/etc/ssh/sshd_config';
const PRINCIPALS = 'file:/etc/ssh/principals/alice';
const CAS = 'file:/etc/ssh/ca.pub';
const KEYS = 'file:/home/alice/.ssh/authorized_keys';

type Edits = Readonly<Record<string, Section | string | ((before: string) => string)>>;

/** Hosts on which alice has a certificate for `admins` and nothing else, with some sections changed. */
const hosts = bundles('healthy').filter(([name]) => name.includes('-certificate'));

function changed(bundle: Bundle, edits: Edits): Bundle {
  const sections = { ...bundle.sections };
  for (const [name, edit] of Object.entries(edits)) {
    const before = sections[name]?.status === 'ok' ? sections[name].text : '';
    sections[name] =
      typeof edit === 'object' ? edit : { status: 'ok', text: typeof edit === 'string' ? edit : edit(before) };
  }
  return { ...bundle, sections };
}

/** What becomes of the certificate. */
function judged(bundle: Bundle, edits: Edits = {}, about: Partial<Attempt> = {}): Judgement {
  const given = Object.fromEntries(
    Object.entries(keyFacts).map(([name, source]) => {
      const fact = source.read(changed(bundle, edits));
      if (!fact.known) throw new Error(`${name}: ${fact.gap}`);
      return [name, fact.value];
    }),
  );
  const all = judgeOffers(given as unknown as Parameters<typeof judgeOffers>[0], { ...attemptOf(bundle), ...about });
  const found = all.find(({ certificate }) => certificate);
  if (!found) throw new Error('no certificate was offered');
  return found;
}

const kinds = (one: Judgement): string[] => one.reasons.map(({ kind }) => kind);
const line = (words: string) => ({ [CONFIG]: (before: string) => `${words}\n${before}` });
const absent: Section = { status: 'absent', text: '' };
/** A line that the collector made of a path. */
const modes = (mode: string, owner: string) => ({
  paths: (before: string) =>
    before.replace(
      /^file\t\S+\t\d+\t\d+\t\S+\t\S+(\t\d+\t\d+\t\/etc\/ssh\/principals\/alice)$/m,
      `file\t${mode}\t${owner}\troot\troot$1`,
    ),
});

it('hosts of three releases were captured', () => expect(hosts.length).toBe(3));

// Each of these was tried with a real login on hosts of the three releases (oracle/access.ts --certificates).
describe.each(hosts)('the certificate of alice on %s', (_, bundle) => {
  it('lets her in, and the line of its CA is named', () => {
    expect(judged(bundle)).toMatchObject({ outcome: 'accepted', by: 'line 1 of /etc/ssh/ca.pub', certain: true });
    const said = /^line 1 of \/etc\/ssh\/ca.pub lets alice in with the certificate "alice-laptop" serial 7 of SHA256:/;
    expect(admittedBy(bundle, attemptOf(bundle))).toMatch(said);
  });

  it.each<[string, Edits, string]>([
    ['its name is not in the file of principals', { [PRINCIPALS]: 'ops\nalice' }, 'principal'],
    ['there is no file of principals', { [PRINCIPALS]: absent }, 'principal'],
    ['the first line with its name is for others', { [PRINCIPALS]: 'from="192.0.2.1" admins\nadmins' }, 'from'],
    ['the line with its name is over', { [PRINCIPALS]: 'expiry-time="20200101Z" admins' }, 'line-expired'],
    ['the line with its name is a CA', { [PRINCIPALS]: 'cert-authority admins' }, 'option'],
    ['a carriage return follows its name', { [PRINCIPALS]: 'admins\\r' }, 'principal'],
    ['others may write the file of principals', modes('0666', '0\t0'), 'principal'],
    ['she may not read the file of principals', modes('0600', '0\t0'), 'principal'],
    ['the user name counts', line('AuthorizedPrincipalsFile none'), 'principal'],
    ['the CA is another', { [CAS]: text('ca.pub') }, 'unknown-ca'],
    ['the list of CAs is not there', { [CAS]: absent }, 'unknown-ca'],
    ['the list of CAs has options', { [CAS]: (before) => `cert-authority ${before}` }, 'unknown-ca'],
    ['a line before its CA is no key', { [CAS]: (before) => `rubbish\n${before}` }, 'unknown-ca'],
    ['no CA is trusted', line('TrustedUserCAKeys none'), 'no-ca'],
    ['its type is not taken', line('PubkeyAcceptedKeyTypes -*-cert-v01@openssh.com'), 'type'],
    ['the signature of its CA is not taken', line('CASignatureAlgorithms rsa-sha2-512'), 'ca-algorithm'],
  ])('is refused when %s', (_what, edits, kind) => {
    const one = judged(bundle, edits);
    expect(one.outcome).toBe('refused');
    expect(kinds(one)).toEqual([kind]);
  });

  it.each<[string, Edits]>([
    ['options that restrict nothing about it', { [PRINCIPALS]: 'no-pty,from="10.77.0.0/16" admins # x' }],
    ['StrictModes off', { ...modes('0666', '0\t0'), ...line('StrictModes no') }],
    ['other CAs beside its own', { [CAS]: (before) => `${text('rsa-ca.pub')}\n# x\n${before}\nrubbish` }],
    ['a longer list of types', line('PubkeyAcceptedKeyTypes +ssh-rsa')],
    ['a KRL of other serials', { 'krl:/etc/ssh/krl': `# base64\n${text('serials.krl')}` }],
  ])('is taken with %s', (_what, edits) => expect(judged(bundle, edits).outcome).toBe('accepted'));

  it.each<[string, Edits, string]>([
    [
      'what a command says',
      line(
        'AuthorizedPrincipalsFile none\nAuthorizedPrincipalsCommand /bin/true\nAuthorizedPrincipalsCommandUser nobody',
      ),
      'AuthorizedPrincipalsCommand',
    ],
    [
      'a file of principals that was not read',
      { [PRINCIPALS]: { status: 'denied', text: '' } },
      '/etc/ssh/principals/alice',
    ],
    ['a list of CAs that was not read', { [CAS]: { status: 'denied', text: '' } }, '/etc/ssh/ca.pub'],
    [
      'a KRL that was cut',
      { 'krl:/etc/ssh/krl': { status: 'ok', text: '# base64', detail: 'truncated' } },
      '/etc/ssh/krl',
    ],
  ])('is not decided by %s', (_what, edits, doubt) => {
    expect(judged(bundle, edits)).toMatchObject({ outcome: 'unknown', doubts: [expect.stringContaining(doubt)] });
    expect(admittedBy(changed(bundle, edits), attemptOf(bundle))).toBeUndefined();
  });

  it('is refused from elsewhere, by a clock that is wrong, and when it is revoked', () => {
    expect(kinds(judged(bundle, {}, { from: '192.0.2.1' }))).toEqual(['source-address']);
    expect(kinds(judged(bundle, { meta: (before) => before.replace(/^now=.*$/m, 'now=1000000000') }))).toEqual([
      'not-yet-valid',
    ]);
    expect(kinds(judged(bundle, { meta: (before) => before.replace(/^now=.*$/m, 'now=4000000000') }))).toEqual([
      'expired',
    ]);
    const serials = `# base64\n${Buffer.concat([header(), section(7n)]).toString('base64')}`;
    expect(judged(bundle, { 'krl:/etc/ssh/krl': serials })).toMatchObject({
      outcome: 'refused',
      revoked: { what: 'the certificate with the serial 7' },
    });
    expect(judged(bundle, { 'krl:/etc/ssh/krl': '# hex\n5353484b524c0a00' })).toMatchObject({
      outcome: 'refused',
      revoked: {},
    });
  });

  it('is also taken by lines of authorized_keys, each of which is tried', () => {
    const ca = (bundle.sections[CAS]?.text ?? '').trim();
    const lines = (...options: string[]): Edits => ({
      ...line('TrustedUserCAKeys none'),
      [KEYS]: options.map((words) => `${words} ${ca}`).join('\n'),
      paths: (before) =>
        before.replace(
          /^missing\t.*(\/home\/alice\/\.ssh\/authorized_keys)$/m,
          'file\t0600\t1000\t1000\talice\talice\t9\t9\t$1',
        ),
    });
    const admins = 'cert-authority,principals="ops,admins"';
    expect(judged(bundle, lines('no-pty', 'cert-authority', admins))).toMatchObject({
      outcome: 'accepted',
      by: expect.stringMatching(/^line 3 /),
    });
    expect(kinds(judged(bundle, lines('cert-authority')))).toEqual(['principal']);
    expect(kinds(judged(bundle, lines(`${admins},from="192.0.2.1"`)))).toEqual(['from']);
    expect(kinds(judged(bundle, lines('no-pty')))).toEqual(['no-ca']);
  });

  it('keeps the causes about keys silent while it lets her in', () => {
    const { findings } = conclude(causes, bundle, { ...attemptOf(bundle), at: bundle.takenAt });
    expect(findings.filter(({ role }) => role === 'blocking')).toEqual([]);
  });
});

/** What is said to close the gate, with its verdict. */
const blocking = (bundle: Bundle, edits: Edits, about: Partial<Attempt> = {}): string[] =>
  conclude(causes, changed(bundle, edits), { ...attemptOf(bundle), ...about }).findings.flatMap(
    ({ id, role, verdict }) => (role === 'blocking' ? [`${id} ${verdict}`] : []),
  );

/** The server's half alone: nothing was tried from the client. */
const serverOnly = (bundle: Bundle): Bundle => ({
  ...bundle,
  sections: Object.fromEntries(Object.entries(bundle.sections).filter(([name]) => name !== 'attempt')),
});

// Each was a wrong answer once.
describe.each(hosts)('what real logins taught, on %s', (_, bundle) => {
  const asked = attemptOf(bundle);
  const server = serverOnly(bundle);
  const said = (edits: Edits, about: Partial<Attempt> = {}) => blocking(server, edits, { ...asked, ...about });

  it('no cause about keys is sure beside a certificate that is not known', () => {
    const glob = line('AuthorizedPrincipalsFile /etc/ssh/principals/al*');
    expect(said(glob)).toEqual(['auth/authorized-keys-missing possible']);
    const closed = {
      ...glob,
      [KEYS]: text('rsa.pub'),
      paths: (before: string) =>
        before.replace(
          /^dir\t0700\t1000\t1000\talice\talice(\t\S+\t\S+\t\/home\/alice\/\.ssh)$/m,
          'dir\t0700\t0\t0\troot\troot$1',
        ),
    };
    for (const one of said(closed)) expect(one).toMatch(/ possible$/);
  });

  it('AuthorizedKeysFile none leaves no file in which a key could be', () => {
    const edits = line('AuthorizedKeysFile none\nTrustedUserCAKeys none');
    expect(said(edits)).toEqual(['auth/key-not-authorized confirmed']);
  });
});

const clock = (bundle: Bundle): string => /^now=(\d+)$/m.exec(bundle.sections['meta']?.text ?? '')?.[1] ?? '';

it.each(bundles('healthy').filter(([name]) => name.includes('-plain')))(
  'what the log says of a certificate is nothing to a key that lets the login in, on %s',
  (_, bundle) => {
    const line = `${clock(bundle)}.000001 web1 sshd[77]: error: Certificate lacks principal list`;
    const edits = { 'log-sshd': (before: string) => `${before.split('\n')[0]}\n${line}` };
    expect(blocking(serverOnly(bundle), edits, attemptOf(bundle))).toEqual([]);
    expect(blocking(serverOnly(bundle), { ...edits, [KEYS]: '' }, attemptOf(bundle))).toContain(
      'auth/certificate-refused likely',
    );
  },
);

it('principals= in front of a plain key is a line that sshd passes over', () => {
  const { keys, skipped } = parseAuthorizedKeys([
    `principals="alice" ${text('rsa.pub')}`,
    `cert-authority,principals="a" ${text('ca.pub')}`,
  ]);
  expect(skipped).toEqual([{ line: 1, why: 'principals= without cert-authority' }]);
  expect(keys.map(({ line: at }) => at)).toEqual([2]);
});

/** A KRL without anything in it, and a section that revokes one serial of every CA (PROTOCOL.krl). */
function header(): Buffer {
  const fixed = Buffer.alloc(8 + 4 + 8 + 8 + 8 + 4 + 4);
  fixed.write('SSHKRL\n\0', 'latin1');
  fixed.writeUInt32BE(1, 8);
  return fixed;
}
function section(serial: bigint): Buffer {
  const inner = Buffer.alloc(4 + 4 + 1 + 4 + 8);
  inner.writeUInt8(0x20, 8);
  inner.writeUInt32BE(8, 9);
  inner.writeBigUInt64BE(serial, 13);
  const size = Buffer.alloc(5);
  size.writeUInt8(1, 0);
  size.writeUInt32BE(inner.length, 1);
  return Buffer.concat([size, inner]);
}
