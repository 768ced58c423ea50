/** Random keys, certificates, CAs, principals and lists of revoked keys. */
import fc from 'fast-check';
import { type State, state } from './states.ts';

export const KEYS = { ed25519: 'ed25519', ecdsa: 'ecdsa', rsa: 'rsa -b 2048', small: 'rsa -b 1024' } as const;
export const CAS = { ca: 'ed25519', rsaCa: 'rsa -b 2048', ecdsaCa: 'ecdsa', otherCa: 'ed25519' } as const;
export type Ca = keyof typeof CAS;

export interface Credential {
  readonly key: keyof typeof KEYS;
  /** Options of ssh-keygen, and the CA that signs; undefined: the plain key alone. */
  readonly certificate: { readonly ca: Ca; readonly options: readonly string[]; readonly host: boolean } | undefined;
  /** Lines of authorized_keys; `KEY` and the names of CAs stand for their lines. */
  readonly lines: readonly string[];
  /** Lines of TrustedUserCAKeys, of the same form; undefined: not set. */
  readonly trusted: readonly string[] | undefined;
  /** Where AuthorizedPrincipalsFile points, its lines, and commands that change it (`$p`); undefined: not set. */
  readonly principals:
    | { readonly path: string; readonly lines: readonly string[] | undefined; readonly modes: string }
    | undefined;
  /** RevokedKeys: lines of text, lines of a specification for `ssh-keygen -k`, or what is no list; undefined: not set. */
  readonly revoked:
    | { readonly form: 'text' | 'krl' | 'krl-by-ca' | 'broken'; readonly lines: readonly string[] }
    | undefined;
  readonly config: readonly string[];
}

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const seldom = <T>(weight: number, values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });
const mostly = <T>(weight: number, usual: T, values: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: values });

const certificate = fc.record({
  ca: fc.oneof(
    { weight: 4, arbitrary: one<Ca>('ca') },
    { weight: 3, arbitrary: one<Ca>('rsaCa', 'ecdsaCa', 'otherCa') },
  ),
  options: fc
    .tuple(
      mostly(3, '-n alice', one('-n bob', '-n root,alice', '-n admins', '-n admins,ops', '', "-n 'Alice'", '-n ali*')),
      mostly(
        6,
        '',
        one('-V 20200101:20200201', '-V 20300101:20400101', '-V -1h:+1h', '-V always:20200101', '-V always:forever'),
      ),
      mostly(
        5,
        '',
        one(
          '-O source-address=10.77.0.0/16',
          '-O source-address=192.0.2.0/24',
          '-O source-address=192.0.2.1,10.77.2.10/32',
          '-O source-address=fd77:2::/64',
          '-O force-command=true',
          '-O force-command=/bin/true',
          '-O critical:unknown@example.net=1',
          '-O extension:unknown@example.net=1',
          '-O clear',
          '-O verify-required',
        ),
      ),
      mostly(2, '-z 7', one('-z 0', '-z 9', '-z 4294967299')),
      mostly(4, '', one('-t rsa-sha2-256', '-t ssh-rsa', '-t rsa-sha2-512')),
    )
    .map((words) => words.filter((word) => word !== '')),
  host: mostly(25, false, fc.constant(true)),
});

const caWord = mostly<string>(3, 'ca', one('rsaCa', 'ecdsaCa', 'otherCa', 'KEY'));
const lineOptions = mostly(
  2,
  'cert-authority',
  one(
    'cert-authority,principals="alice"',
    'cert-authority,principals="admins"',
    'principals="ops,admins",cert-authority',
    'principals="bob",cert-authority',
    'cert-authority,from="10.77.*"',
    'cert-authority,from="192.0.2.1"',
    'cert-authority,expiry-time="20200101"',
    'cert-authority,expiry-time="20400101"',
    'cert-authority,command="true"',
    'cert-authority,restrict',
    'CERT-AUTHORITY',
    'principals="alice"',
    'cert-authority,bogus',
    'no-pty',
  ),
);
const keyLine = mostly(
  3,
  'KEY',
  one(
    'from="192.0.2.1" KEY',
    'restrict KEY',
    'expiry-time="20200101Z" KEY',
    'principals="alice" KEY',
    'command="true" KEY',
  ),
);
const lines = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string[]>([]) },
  { weight: 2, arbitrary: keyLine.map((line) => [line]) },
  {
    weight: 3,
    arbitrary: fc.array(
      fc.oneof(
        fc.tuple(lineOptions, caWord).map(([options, ca]) => `${options} ${ca}`),
        keyLine,
      ),
      { minLength: 1, maxLength: 3 },
    ),
  },
);

const trusted = fc.oneof(
  { weight: 5, arbitrary: one(['ca'], ['rsaCa', 'ca'], ['ca', 'rsaCa', 'ecdsaCa']) },
  {
    weight: 2,
    arbitrary: one(
      ['rsaCa'],
      ['ecdsaCa', 'rsaCa'],
      [],
      ['# nothing'],
      ['cert-authority ca'],
      ['rubbish', 'ca', 'rsaCa'],
      ['', '  ca', '\\trsaCa'],
      ['ca comment with words', 'restrict rsaCa'],
      ['KEY', 'CERT', 'ca'],
      ['otherCa\\r', 'ca\\r', 'rsaCa'],
      ['missing'],
      ['folder'],
      ['link', 'ca', 'rsaCa'],
    ),
  },
);

const principals = fc.record({
  path: one(
    '/etc/ssh/principals/%u',
    '.ssh/authorized_principals',
    '%h/.ssh/authorized_principals',
    '/etc/ssh/%%p/%U',
    '/etc/ssh/principals/al*',
    '/etc/ssh/principals/%u.d/%u',
  ),
  lines: fc.oneof(
    { weight: 4, arbitrary: one(['alice'], ['admins'], ['ops', 'admins'], ['bob', 'admins # of the house']) },
    {
      weight: 3,
      arbitrary: one<string[] | undefined>(
        undefined,
        [],
        ['bob'],
        ['from="10.77.0.0/16" alice', 'admins'],
        ['from="192.0.2.1" alice', 'alice', 'admins'],
        ['bogus alice', 'restrict admins'],
        ['expiry-time="20200101" admins', 'alice'],
        ['cert-authority alice'],
        ['command="/bin/true" alice', 'command="true" admins'],
        ['no-pty\\talice', ' \\t admins\\t'],
        ['*'],
        ['alice\\r'],
        ['alice,admins'],
      ),
    },
  ),
  modes: mostly(
    6,
    '',
    one(
      'chmod 666 $p',
      'chmod 600 $p; chown root $p',
      'chown daemon $p',
      'chmod 777 "$(dirname $p)"',
      'rm -f $p',
      'chmod 700 "$(dirname $p)"',
      'mv "$p" "$p.real"; ln -sf "$p.real" "$p"',
      'chgrp $u $p; chmod 664 $p',
      'rm $p; mkdir $p',
    ),
  ),
});

const revoked = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      form: one('text' as const),
      lines: fc.array(
        mostly(1, 'otherKey', one('KEY', 'ca', 'CERT', '# ca', 'rsaCa', 'rubbish', 'restrict ca', 'hash:x')),
        { maxLength: 2 },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      form: one('krl' as const, 'krl-by-ca' as const),
      lines: fc.array(
        one(
          'serial: 7',
          'serial: 1-8',
          'serial: 8-20',
          'serial: 3\nserial: 5\nserial: 7\nserial: 11',
          'serial: 9\nserial: 4294967299',
          'id: laptop',
          'id: somebody',
          'key: KEY',
          'key: ca',
          'key: otherKey',
          'sha1: KEY',
          'sha1: otherKey',
          'sha256: KEY',
          'sha256: ca',
          'hash: KEYHASH',
        ),
        { maxLength: 2 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ form: one('broken' as const), lines: one([], [''], ['folder'], ['link']) }) },
);

const config = fc.array(
  one(
    'PubkeyAcceptedKeyTypes -*-cert-v01@openssh.com',
    'PubkeyAcceptedKeyTypes ssh-ed25519-cert-v01@openssh.com,rsa-sha2-512-cert-v01@openssh.com',
    'PubkeyAcceptedKeyTypes -ssh-ed25519*',
    'PubkeyAcceptedKeyTypes ^rsa-sha2-512-cert-v01@openssh.com',
    'PubkeyAcceptedKeyTypes rsa-sha2-256-cert-v01@openssh.com,rsa-sha2-256',
    'CASignatureAlgorithms +ssh-rsa',
    'CASignatureAlgorithms -rsa-sha2-*',
    'CASignatureAlgorithms ssh-ed25519',
    'CASignatureAlgorithms ^ecdsa-sha2-nistp256',
    'AuthorizedKeysFile none',
    'StrictModes no',
    'RequiredRSASize 2048',
    'PubkeyAcceptedKeyTypes ssh-ed25519*',
    'PubkeyAcceptedKeyTypes ecdsa-*,rsa-sha2-512*',
    'AuthorizedKeysFile .ssh/authorized_keys2 .ssh/authorized_keys',
    'Match Address 192.0.2.0/24\n  RevokedKeys /nowhere\n  AuthorizedPrincipalsFile none\nMatch all',
    'Match Address 10.77.0.0/16\n  AuthorizedPrincipalsFile none\nMatch all',
    'Match User root,bob\n  AuthorizedPrincipalsFile /etc/ssh/principals/all\nMatch all',
    'MaxAuthTries 1',
    'MaxAuthTries 2',
    'AuthenticationMethods publickey,publickey',
    'AuthorizedPrincipalsCommand /usr/bin/printf admins\\\\n\nAuthorizedPrincipalsCommandUser nobody',
    'AuthorizedKeysCommand /bin/true\nAuthorizedKeysCommandUser nobody',
    'AuthorizedKeysCommand /var/tmp/unsafe %u\nAuthorizedKeysCommandUser nobody',
    'Match User alice\n  TrustedUserCAKeys none\nMatch all',
    'Match User bob\n  TrustedUserCAKeys none\nMatch all',
    'PermitRootLogin forced-commands-only',
    'PermitRootLogin prohibit-password',
  ),
  { maxLength: 1, size: 'max' },
);

export const credential: fc.Arbitrary<Credential> = fc.record({
  key: mostly<keyof typeof KEYS>(2, 'ed25519', one('ecdsa', 'rsa', 'small')),
  certificate: fc.oneof({ weight: 6, arbitrary: certificate }, { weight: 1, arbitrary: fc.constant(undefined) }),
  lines,
  trusted: fc.oneof({ weight: 3, arbitrary: trusted }, { weight: 1, arbitrary: fc.constant(undefined) }),
  principals: seldom(2, principals),
  revoked: seldom(3, revoked),
  config,
});

/** A state about certificates: little else is wrong with the account. */
export interface CertificateState {
  readonly base: State;
  readonly credential: Credential;
}

export const certificateState: fc.Arbitrary<CertificateState> = fc
  .record({ base: state, credential, calm: fc.integer({ min: 0, max: 3 }) })
  .map(({ base, credential: offered, calm }) => {
    const user = base.user === 'nobody-here' ? 'alice' : base.user;
    const quiet = { config: [], account: [], modes: [], pam: [] };
    const options = base.options === undefined ? undefined : '';
    return { base: { ...base, ...(calm > 0 ? quiet : {}), user, options, pam: [] }, credential: offered };
  });
