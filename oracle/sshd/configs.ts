/** Random sshd_config(5) files: mostly such as people write, some with mistakes. */
import fc from 'fast-check';
import { keywordOf, SSHD_KEYWORD_NAMES, type ValueType } from '../../src/knowledge/sshd-keywords.ts';

export const MAIN = '/tmp/c/sshd_config';
/** The folder from which files are included. */
export const INCLUDED = ['/tmp/c/d/10-a.conf', '/tmp/c/d/20-b.conf'];

const of = (...words: string[]) => fc.constantFrom(...words);
/** One to three of them, parted by blanks or commas. */
const some = (word: fc.Arbitrary<string>, by = ' ', most = 3) =>
  fc.array(word, { minLength: 1, maxLength: most }).map((list) => list.join(by));

const NUMBERS = of('0', '1', '2', '5', '10', '100', '1024', '-1', '2147483647', '2147483648', 'many', '3x');
const TIMES = of('0', '30', '2m', '1h30m', '1d', '1w2d', 'none', '5x', '', '-3');
const USERS = of('root', 'nobody', 'alice', 'al*', '*', '!root', 'r?ot', 'daemon');
const NETS = of(
  '192.0.2.0/24',
  '192.0.2.1',
  '10.0.0.0/8',
  '!192.0.2.7',
  '2001:db8::/32',
  '*',
  '192.0.2.*',
  '192.0.2.1/24',
  '::1',
);
const PATHS = of('/etc/x', 'none', '.ssh/authorized_keys', '%h/.k', '/etc/keys/%u', '"/with blank/x"', 'a#b', '~/x');
const CIPHERS = of('aes256-ctr', 'aes128-ctr', 'chacha20-poly1305@openssh.com', 'aes*', 'none', '3des-cbc', 'rot13');
const MACS = of('hmac-sha2-256', 'hmac-sha1', 'hmac-sha2-512-etm@openssh.com', 'umac*', 'hmac-md5');
const KEX = of('curve25519-sha256', 'diffie-hellman-group14-sha256', 'ecdh*', 'sntrup761x25519-sha512@openssh.com');
const KEYS = of('ssh-ed25519', 'rsa-sha2-256', 'ssh-rsa', 'ecdsa*', 'ssh-ed25519-cert-v01@openssh.com', 'ssh-dss', 'x');

const algorithms = (name: fc.Arbitrary<string>) =>
  fc.tuple(of('', '', '+', '-', '^'), some(name, ',')).map(([mark, list]) => mark + list);

const VALUES: Record<ValueType, fc.Arbitrary<string>> = {
  flag: of('yes', 'no', 'yes', 'no', 'YES', 'true', 'off'),
  'root-login': of('yes', 'no', 'prohibit-password', 'without-password', 'forced-commands-only', 'maybe'),
  'ignore-rhosts': of('yes', 'no', 'shosts-only'),
  'address-family': of('any', 'inet', 'inet6', 'ipv4'),
  compression: of('yes', 'no', 'delayed'),
  'gateway-ports': of('yes', 'no', 'clientspecified'),
  forwarding: of('yes', 'no', 'local', 'remote', 'all', 'both'),
  port: of('22', '2222', '65535', '0', '65536', 'ssh'),
  'listen-address': of(
    ...[
      '0.0.0.0',
      '192.0.2.2',
      '::',
      '192.0.2.2:2222',
      '[::1]:22',
      '[2001:db8::1]',
      '192.0.2.2:ssh',
      '::1',
      '0.0.0.0:22',
    ],
    ...['192.0.2.2:0', '192.0.2.2/24', '192.0.2.2 more'],
  ),
  time: TIMES,
  'time-or-none': TIMES,
  integer: NUMBERS,
  mask: of('0177', '0', '777', '0888', '1777'),
  path: PATHS,
  'each-path': of('/etc/ssh/ssh_host_ed25519_key'),
  word: of('nobody', 'none', '/srv/%u', '"a b"', 'sshd', '%h'),
  rest: of('internal-sftp', '/bin/true -x  "a b" # c', 'none', 'NONE', 'echo "x'),
  addendum: of('none', 'x y', 'a # b'),
  command: of('/usr/bin/keys %u', 'none', 'keys %u', '"/usr/bin/keys"'),
  'log-level': of('INFO', 'verbose', 'DEBUG1', 'DEBUG', 'debug3', 'LOUD'),
  'log-facility': of('AUTH', 'authpriv', 'LOCAL3', 'MAIL'),
  users: some(
    fc.oneof(
      USERS,
      fc.tuple(USERS, NETS).map(([user, net]) => `${user}@${net}`),
    ),
  ),
  groups: some(of('root', 'adm', 'wheel', 'a*', '!sudo')),
  'accept-env': some(of('LANG', 'LC_*', 'X', 'A=b')),
  'set-env': some(of('A=b', 'B=c d', '"A=x y"', 'LANG=C', 'A')),
  words: some(of('kex.c:*:1000', 'auth.c:*', 'none')),
  'key-files': some(of('.ssh/authorized_keys', '.ssh/authorized_keys2', '/etc/keys/%u', 'none', '%h/k', '""')),
  methods: some(
    of(
      'publickey',
      'publickey,password',
      'publickey,keyboard-interactive:pam',
      'any',
      'password',
      'none',
      'hostbased',
      'retina',
    ),
    ' ',
    2,
  ),
  permit: some(of('any', 'none', 'db:5432', '*:80', '[::1]:22', '8080', 'host', 'host:0', 'localhost:*')),
  subsystem: of('sftp internal-sftp', 'sftp /usr/lib/openssh/sftp-server -f AUTH', 'x /bin/y "a b"', 'sftp'),
  'max-startups': of('10', '10:30:100', '3:50:5', '5:30:3', '0', '10:30', '10:0:20', 'x', '10:101:20'),
  'source-max': of('none', '3', '0', 'x', '-1'),
  'net-block': of('24', '24:56', '33', '32:129', 'x', '0:0'),
  penalties: some(
    of('yes', 'no', 'authfail:10s', 'crash:5m', 'max:1h', 'min:0', 'max-sources4:5', 'overflow:deny-all', 'rude:1'),
  ),
  'address-list': some(NETS, ','),
  tunnel: of('yes', 'no', 'point-to-point', 'ethernet', 'maybe'),
  qos: some(of('af21', 'cs1', 'lowdelay', 'throughput', 'none', '0x10', '16', 'ef', 'fast'), ' ', 3),
  rekey: of('default', '1G', '1G 1h', 'default none', '500M 30m', '1', '1.5G', 'x', '4K none', '16'),
  environment: of('yes', 'no', 'LANG,LC_*', '""'),
  'key-options': some(of('none', 'touch-required', 'verify-required', 'x')),
  hash: of('md5', 'sha256', 'SHA256', 'sha512'),
  'channel-timeout': some(of('session=5m', 'agent-connection=1h', 'none', '*=0', 'session', 'session=x', '=5m')),
  ciphers: algorithms(CIPHERS),
  macs: algorithms(MACS),
  kex: algorithms(KEX),
  'gss-kex': of('gss-group14-sha256-', 'gss-gex-sha1-'),
  keys: algorithms(KEYS),
  signatures: algorithms(KEYS),
  include: of('/tmp/c/d/*.conf', '/tmp/c/d/10-a.conf', '/tmp/c/d/none', '/tmp/c/d/2?-b.conf /tmp/c/d/10-a.conf'),
  match: of('x'),
  'routing-domain': of('none'),
  deprecated: of('yes', 'no'),
  unsupported: of('yes', 'no'),
  ignored: of('2', '1,2'),
};

/** Host keys must load, and names of listeners are looked up: those keywords are left as they are. */
const LEFT_OUT = new Set([
  'HostKey',
  'HostCertificate',
  'HostKeyAgent',
  'Match',
  'Include',
  'RDomain',
  'SecurityKeyProvider',
  'GSSAPIKexAlgorithms',
  'ModuliFile',
]);
const OLD_NAMES = [
  'PubkeyAcceptedKeyTypes',
  'ChallengeResponseAuthentication',
  'HostbasedAcceptedKeyTypes',
  'KeepAlive',
  'DSAAuthentication',
  'SkeyAuthentication',
];
const KEYWORDS = [...SSHD_KEYWORD_NAMES.filter((name) => !LEFT_OUT.has(name)), ...OLD_NAMES];
const IN_MATCH = KEYWORDS.filter((name) => keywordOf(name)?.keyword.match);

/** How the line is written: blanks, `=`, quotes, case, comments. */
const STYLES: readonly ((keyword: string, value: string) => string)[] = [
  ...Array.from({ length: 8 }, () => (k: string, v: string) => `${k} ${v}`),
  (k, v) => `${k}=${v}`,
  (k, v) => `  ${k} = ${v}  `,
  (k, v) => `${k.toLowerCase()}\t${v}`,
  (k, v) => (v.includes('"') ? `${k} ${v}` : `${k} "${v}"`),
  (k, v) => `${k.toUpperCase()} ${v} # why`,
  (k, v) => `${k} ${v} extra`,
  (k, v) => `"${k}" ${v}`,
  (k, v) => `${k} '${v}'`,
];

/** Mistakes are rare, or no configuration would get as far as its values. */
const directive = (names: readonly string[], sloppy: boolean) =>
  fc.constantFrom(...names).chain((name) => {
    const type = keywordOf(name)?.keyword.type ?? keywordOf(name, [8, 4])?.keyword.type ?? 'flag';
    return fc
      .tuple(VALUES[type], fc.constantFrom(...(sloppy ? STYLES : STYLES.slice(0, 8))))
      .map(([value, style]) => style(name, value));
  });

const WRONG = of(
  'PermitRotLogin no',
  'Bananas',
  'Port',
  'Match',
  'Banner "x',
  "ForceCommand 'x",
  'X11Forwarding',
  'Include',
  'PasswordAuthentication ""',
);
const NOISE = of('', '# a comment', '   ', '\t# PermitRootLogin yes');

const criterion = fc.oneof(
  some(USERS, ',').map((list) => `User ${list}`),
  some(of('root', 'adm', 'alice', 'a*', '!daemon'), ',').map((list) => `Group ${list}`),
  some(of('*.example.com', 'web1', '!bad.example.com', '192.0.2.*', 'WEB?'), ',').map((list) => `Host ${list}`),
  some(NETS, ',', 2).map((list) => `Address ${list}`),
  of('192.0.2.2', '192.0.2.0/24', '::1', '*').map((net) => `LocalAddress ${net}`),
  of('22', '2222', 'ssh', 'x').map((port) => `LocalPort ${port}`),
  some(of('blue', 'b*', '*', '!red', 'vrf?'), ',', 2).map((list) => `RDomain ${list}`),
);
const matchLine = fc.oneof(
  { weight: 10, arbitrary: fc.array(criterion, { minLength: 1, maxLength: 2 }).map((all) => `Match ${all.join(' ')}`) },
  { weight: 2, arbitrary: of('Match all', 'match ALL', 'Match all # everybody') },
  {
    weight: 2,
    arbitrary: of(
      'Match invalid-user',
      'Match invalid-user user al*,!root',
      'Match version OpenSSH_10.0*',
      'Match version OpenSSH_9.*,*Debian*',
      'Match version=OpenSSH_10.0p2 user root',
      'Match tagged x',
      'Match command x',
      'Match user=root',
      'Match User=root',
      'Match User "root"',
      'Match user root,alice address=192.0.2.0/24',
      'Match User root # him',
      'Match all user root',
      'Match Colour red',
      'Match User',
    ),
  },
);

const block = (sloppy: boolean) =>
  fc
    .tuple(matchLine, fc.array(directive(IN_MATCH, sloppy), { minLength: 1, maxLength: 3 }))
    .map(([head, lines]) => [head, ...lines.map((line) => `  ${line}`)].join('\n'));

const include = VALUES.include.map((files) => `Include ${files}`);

const fileOf = (sloppy: boolean, includes: boolean) =>
  fc
    .tuple(
      fc.array(
        fc.oneof(
          { weight: 12, arbitrary: directive(KEYWORDS, sloppy) },
          { weight: 1, arbitrary: NOISE },
          { weight: sloppy ? 1 : 0, arbitrary: WRONG },
          { weight: includes ? 2 : 0, arbitrary: include },
        ),
        { maxLength: 6 },
      ),
      fc.array(fc.oneof({ weight: 8, arbitrary: block(sloppy) }, { weight: includes ? 1 : 0, arbitrary: include }), {
        maxLength: 3,
      }),
    )
    .map(([lines, blocks]) => `${[...lines, ...blocks].join('\n')}\n`);

/** Texts of the main file and of those that may be included, by path. */
export const configuration: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .nat(3)
  .map((n) => n === 0)
  .chain((sloppy) =>
    fc.tuple(fileOf(sloppy, true), fileOf(sloppy, false), fileOf(false, true)).map(([main, a, b]) => ({
      [MAIN]: main,
      [INCLUDED[0] as string]: a,
      // Nothing that would include itself.
      [INCLUDED[1] as string]: b.replace(/^Include.*$/gm, ''),
    })),
  );

/** Who connects; users of a fresh Debian, and one that does not exist. */
export const connection = fc.record({
  user: of('root', 'nobody', 'daemon', 'alice'),
  host: of('web1', 'db.example.com', 'bad.example.com', '192.0.2.1'),
  addr: of('192.0.2.1', '192.0.2.7', '10.9.8.7', '2001:db8::5', '::1'),
  laddr: of('192.0.2.2', '::1', '203.0.113.5'),
  lport: fc.constantFrom(22, 2222),
  rdomain: of('', 'blue', 'red'),
});
