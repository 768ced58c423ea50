/** Random lines of PAM modules, and the shell that makes what they read. */
import fc from 'fast-check';

export const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const some = <T>(values: fc.Arbitrary<T>, maxLength = 3, minLength = 0): fc.Arbitrary<T[]> =>
  fc.array(values, { maxLength, minLength, size: 'max' });
const words = (...lists: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...lists).map((all) => all.filter((word) => word !== '').join(' '));

/** Writes a file; the text must not hold a line `END`. */
export const file = (path: string, lines: readonly string[], ended = true): string =>
  ended
    ? `cat > ${path} <<'END'\n${lines.join('\n')}\nEND`
    : `mkdir -p $(dirname ${path}); cat <<'END' | head -c -1 > ${path}\n${lines.join('\n')}\nEND`;

const user = one(
  'alice',
  'bob',
  'root',
  'ALICE',
  '1000',
  '(alice)',
  '(bob)',
  '(1001)',
  '(users)',
  'users',
  'ALL',
  'daemon',
);
const userList = fc.oneof(
  {
    weight: 5,
    arbitrary: words(user, one('', '', 'bob', 'EXCEPT alice', 'EXCEPT bob', 'EXCEPT root bob', 'alice EXCEPT ALL')),
  },
  { weight: 1, arbitrary: one('alice@web1', 'alice@other', 'bob@ALL', '@admins', 'alice,bob', '()', 'EXCEPT bob') },
);
const origin = one(
  'ALL',
  'LOCAL',
  '10.77.2.10',
  '10.77.2.',
  '10.77.',
  '10.7',
  '10.',
  '10.77.2.0/24',
  '10.77.0.0/255.255.0.0',
  '10.77.2.10/0',
  '192.0.2.0/24',
  '10.77.2.10/33',
  '10.77.2.8/0x1e',
  'tty1',
  'sshd',
  'ssh',
  '.example.net',
  '.10',
  'fd77:2::/64',
  '::/0',
  '192.0.2.1',
  'localhost',
  'web1',
  'cron',
);
const originList = words(
  origin,
  one('', '', '', 'EXCEPT 10.77.2.10', 'EXCEPT LOCAL', 'EXCEPT ALL', '192.0.2.1', 'tty1 tty2'),
);
const accessLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(one('+', '-', '-'), one(':', ' : '), userList, originList)
      .map(([p, c, u, o]) => p + c + u + c + o),
  },
  {
    weight: 1,
    arbitrary: one(
      '# -:ALL:ALL',
      '-:ALL',
      ' -:ALL:ALL',
      'x:ALL:ALL',
      '',
      '-::ALL',
      '-:alice:',
      '+:root:ALL',
      '-:ALL:ALL ',
    ),
  },
);
const accessArgs = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: one(
      'nodefgroup',
      'debug',
      'noaudit',
      'fieldsep=|',
      'listsep=,',
      'accessfile=/etc/security/mine.conf',
      'accessfile=/nowhere',
    ),
  },
);
export const kinds = one('account', 'account', 'account', 'auth', 'session');
export const control = fc.oneof(
  { weight: 6, arbitrary: one('required', 'requisite') },
  { weight: 2, arbitrary: one('sufficient', 'optional', 'Required') },
  {
    weight: 2,
    arbitrary: one(
      '[success=1 default=ignore]',
      '[success=ok default=bad]',
      '[success=done new_authtok_reqd=done default=die]',
      '[default=ok]',
      '[default=ignore]',
      '[success=ok auth_err=ignore perm_denied=die default=bad]',
      '[success=9 default=ignore]',
      '[success=reset default=ignore]',
      '[success=okay]',
      'wanted',
    ),
  },
);

export interface Part {
  /** Without kind and control; then where it may stand. */
  readonly line: string;
  readonly make: readonly string[];
  readonly kinds?: fc.Arbitrary<string>;
}

const access = fc
  .tuple(some(accessLine, 4, 1), some(accessLine, 2), accessArgs, one(true, true, true, true, true, false))
  .map(([lines, more, args, ended]): Part => {
    const own = args.startsWith('accessfile=/etc');
    const spelled = args.startsWith('fieldsep') ? lines.map((line) => line.replaceAll(':', '|')) : lines;
    return {
      line: `pam_access.so ${args}`,
      make: [
        file(own ? '/etc/security/mine.conf' : '/etc/security/access.conf', spelled, ended),
        ...(more.length > 0 ? [`mkdir -p /etc/security/access.d`, file('/etc/security/access.d/20-x.conf', more)] : []),
      ],
    };
  });

const names = one('*', 'sshd', 'login', '!login', 's*', 'sshd|login', 'login&sshd', '*&!sshd', '*d');
const ttys = one('*', 'ssh', 'tty*', '!tty*', '!ssh', 's*h');
const people = one(
  'alice',
  'bob',
  '!alice',
  'alice|bob',
  '*',
  'a*',
  '!root & !bob',
  'root',
  '*&!alice',
  'al*e',
  '@admins',
);
const times = one(
  'Al0000-2400',
  '!Al0000-2400',
  'Al0000-0000',
  'Wk0900-1700',
  'Wd0000-2400',
  'Al0900-1200 | Al1200-1800',
  'MoTuWeThFrSaSu0000-2400',
  'AlSu0000-2400',
  'SuMo1800-0600',
  'Al2200-0500',
  'Al1100-2359',
  '!Wk0000-2400&!Wd0000-2400',
  'Al0600',
  'Xx0000-2400',
  '0000-2400',
  'Al6-1700',
);
const timeLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(names, ttys, people, times, one(';', ' ; ')).map(([a, b, c, d, s]) => [a, b, c, d].join(s)),
  },
  {
    weight: 1,
    arbitrary: one(
      '# *;*;*;!Al0000-2400',
      '*;*;alice',
      '*;*;alice;!Al0000-2400;x',
      '*;*;\\\n*;!Al0000-2400',
      '',
      '*;*;*;!Al0000-2400 # no',
    ),
  },
);
const time = fc
  .tuple(
    some(timeLine, 3, 1),
    one('', '', 'conffile=/etc/security/mine-time.conf', 'debug'),
    one(true, true, true, true, true, false),
  )
  .map(
    ([lines, args, ended]): Part => ({
      line: `pam_time.so ${args}`,
      make: [file(args.startsWith('conf') ? '/etc/security/mine-time.conf' : '/etc/security/time.conf', lines, ended)],
      kinds: one('account', 'account', 'account', 'account', 'auth'),
    }),
  );

const listfile = fc
  .record({
    item: one('user', 'user', 'group', 'rhost', 'shell', 'tty', 'ruser', 'nonsense'),
    sense: one('allow', 'deny'),
    onerr: one('', 'onerr=succeed', 'onerr=fail'),
    apply: one('', '', '', 'apply=alice', 'apply=@users', 'apply=bob'),
    lines: some(
      one('alice', 'bob', 'root', 'users', '10.77.2.10', '/bin/bash', 'ssh', '/dev/ssh', '', '#alice', 'alice '),
      3,
    ),
    mode: one('644', '644', '644', '600', '666'),
    gone: one(false, false, false, false, true),
  })
  .map(
    ({ item, sense, onerr, apply, lines, mode, gone }): Part => ({
      line: `pam_listfile.so item=${item} sense=${sense} file=/etc/ssh/listed ${onerr} ${apply}`,
      make: gone ? [] : [file('/etc/ssh/listed', lines), `chmod ${mode} /etc/ssh/listed`],
    }),
  );

const condition = words(
  one('user', 'uid', 'gid', 'shell', 'home', 'rhost', 'tty', 'service', 'login', 'UID', 'nothing'),
  one(
    '=',
    '!=',
    'eq',
    'ne',
    '<',
    '>=',
    'lt',
    'ge',
    'in',
    'notin',
    '=~',
    '!~',
    'ingroup',
    'notingroup',
    'glob',
    'weird',
  ),
  one(
    'alice',
    'bob',
    '1000',
    '1001',
    '0',
    '0x3e8',
    'alice:bob',
    'users:alice',
    'a*',
    '*b*',
    '/bin/*',
    '10.77.2.10',
    'ssh',
    'sshd',
    '[ab]*',
    '[!a]*',
    '?ob',
  ),
);
const succeedIf = fc
  .tuple(some(condition, 2, 1), one('', '', 'quiet', 'use_uid', 'user'))
  .map(([conditions, flag]): Part => ({ line: `pam_succeed_if.so ${flag} ${conditions.join(' ')}`, make: [] }));

const limitLine = fc.oneof(
  {
    weight: 6,
    arbitrary: words(
      one(
        'alice',
        'bob',
        '*',
        '@alice',
        '@users',
        '%',
        '%alice',
        '1000:1000',
        ':1001',
        '1000:',
        '@1000:',
        'root',
        '@:1000',
        '0:999',
      ),
      one('hard', 'soft', '-', '-'),
      one('maxlogins', 'maxlogins', 'maxsyslogins'),
      one('0', '0', '1', '2', '3', '50', '-1', 'unlimited', '-', 'x'),
    ),
  },
  {
    weight: 1,
    arbitrary: one(
      'alice -',
      '@users -',
      '* -',
      '# alice - maxlogins 0',
      '* - nofile unlimited',
      'alice hard nofile 99999999999',
      '@alice - nofile 4096',
      'bob hard nofile -1',
      'alice hard maxlogins',
      ':1000 -',
      '%alice -',
    ),
  },
);
/** Somebody who is logged in: an entry of utmp, and the file that logind would have. */
const loggedIn = fc
  .tuple(one('alice', 'alice', 'bob'), fc.integer({ min: 1, max: 3 }))
  .map(([who, n]) => [
    `python3 -c "import struct;open('/run/utmp','ab').write(b''.join(struct.pack('hi32s4s32s256shhiii4i20x',7,1,b'pts/9%d'%i,b'x%d'%i,b'${who}',b'',0,0,0,0,0,0,0,0,0) for i in range(${n})))"`,
    `mkdir -p /run/systemd/sessions; for i in $(seq ${n}); do printf 'UID=1\\nUSER=${who}\\nACTIVE=1\\nSTATE=active\\nCLASS=user\\n' > /run/systemd/sessions/x$i; done`,
  ]);
const limits = fc
  .tuple(
    some(limitLine, 2, 1),
    some(limitLine, 2),
    fc.option(loggedIn),
    one('', '', '', 'utmp_early', 'conf=/etc/security/mine-limits.conf'),
  )
  .map(
    ([lines, more, present, args]): Part => ({
      line: `pam_limits.so ${args}`,
      make: [
        file(args.startsWith('conf') ? '/etc/security/mine-limits.conf' : '/etc/security/limits.conf', lines),
        ...(more.length > 0 ? [file('/etc/security/limits.d/50-x.conf', more)] : []),
        ...(present ?? []),
      ],
      kinds: fc.constant('session'),
    }),
  );

const faillock = fc
  .record({
    fails: some(fc.tuple(one(5, 60, 500, 800, 1200, 5000), one(1, 1, 1, 0)), 5),
    args: some(
      one(
        'deny=2',
        'deny=3',
        'deny=0',
        'unlock_time=0',
        'unlock_time=never',
        'unlock_time=100',
        'fail_interval=100',
        'even_deny_root',
        'root_unlock_time=60',
        'silent',
        'deny=x',
      ),
      2,
    ),
    conf: some(
      one(
        'deny = 2',
        'unlock_time=300',
        'even_deny_root',
        'fail_interval = 50',
        '# deny=1',
        'deny 1',
        'admin_group = alice',
        'nonsense',
      ),
      2,
    ),
    stage: one('preauth', 'preauth', 'authfail', 'authsucc'),
    whose: one('alice', 'bob', 'bob', 'root'),
  })
  .map(({ fails, args, conf, stage, whose }): Part => {
    const records = fails.map(([age, valid]) => `struct.pack('52sHHQ',b'192.0.2.7',0,${valid === 1 ? 3 : 2},t-${age})`);
    return {
      line: `pam_faillock.so ${stage} ${args.join(' ')}`,
      make: [
        file('/etc/security/faillock.conf', conf),
        ...(records.length > 0
          ? [
              `mkdir -p /run/faillock; python3 -c "import struct,time;t=int(time.time());open('/run/faillock/${whose}','wb').write(${records.join('+')})"; chown ${whose} /run/faillock/${whose}; chmod 600 /run/faillock/${whose}`,
            ]
          : []),
      ],
      kinds: one('auth', 'auth', 'auth', 'account'),
    };
  });

const plain = one(
  'pam_permit.so',
  'pam_deny.so',
  'pam_shells.so',
  'pam_nologin.so',
  'pam_nologin.so successok',
  'pam_nologin.so file=/etc/mine',
  'pam_localuser.so',
  'pam_rootok.so',
  'pam_unix.so',
  'pam_unix.so nullok',
  'pam_unix.so no_pass_expiry',
  'pam_faildelay.so delay=1000',
  'pam_warn.so',
  'pam_motd.so',
  'pam_env.so',
  'pam_mail.so nopen',
  'pam_umask.so',
  'pam_loginuid.so',
  'pam_keyinit.so',
  'pam_not_there.so',
  '',
).map((line): Part => ({ line, make: line.includes('/etc/mine') ? ['touch /etc/mine'] : [] }));

export const part = fc.oneof(access, time, listfile, succeedIf, limits, faillock, plain);
