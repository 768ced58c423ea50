/** Random states of a host and an account, as shell that makes them. */
import fc from 'fast-check';

export interface State {
  readonly user: 'alice' | 'bob' | 'root' | 'nobody-here';
  /** Lines in front of the configuration of the distribution. */
  readonly config: readonly string[];
  /** Commands that change the account; `$u` is its name, `$h` its home. */
  readonly account: readonly string[];
  /** Options in front of the key, with the white space after them; undefined for a file without it. */
  readonly options: string | undefined;
  readonly keyFile: '.ssh/authorized_keys' | '.ssh/authorized_keys2' | 'keys';
  readonly modes: readonly string[];
  /** Changes of PAM. */
  readonly pam: readonly string[];
}

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Mostly nothing: a state with many faults only shows the first of them. */
const seldom = <T>(values: fc.Arbitrary<T>, weight = 3): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });
const some = <T>(values: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> =>
  fc.array(values, { maxLength, size: 'max' });

const users = one(
  'alice',
  'bob',
  'root',
  'alice bob',
  'ali*',
  '*',
  '!alice,*',
  'alice@10.77.*',
  'alice@192.0.2.1',
  '?ob',
  'root@10.77.2.10',
);
const groups = one('alice', 'bob', 'root', 'a*', 'users', 'sudo alice', '!alice,*');
const yesNo = one('yes', 'no');

const setting = fc.oneof(
  users.map((list) => `AllowUsers ${list}`),
  users.map((list) => `DenyUsers ${list}`),
  groups.map((list) => `AllowGroups ${list}`),
  groups.map((list) => `DenyGroups ${list}`),
  one('yes', 'no', 'prohibit-password', 'without-password', 'forced-commands-only').map((v) => `PermitRootLogin ${v}`),
  yesNo.map((v) => `PubkeyAuthentication ${v}`),
  yesNo.map((v) => `PasswordAuthentication ${v}`),
  yesNo.map((v) => `StrictModes ${v}`),
  one('publickey', 'publickey,password', 'password', 'any', 'publickey password').map(
    (v) => `AuthenticationMethods ${v}`,
  ),
  one('.ssh/authorized_keys', '.ssh/authorized_keys2', '/etc/ssh/keys/%u', '%h/.ssh/authorized_keys', 'none').map(
    (v) => `AuthorizedKeysFile ${v}`,
  ),
  one('-ssh-ed25519', 'ssh-ed25519', 'rsa-sha2-512', '+ssh-rsa', '-ssh-ed25519*').map(
    (v) => `PubkeyAcceptedKeyTypes ${v}`,
  ),
  fc.constant('MaxAuthTries 1'),
  fc.constant('RevokedKeys /etc/ssh/revoked'),
);
const global = fc.oneof(
  setting,
  yesNo.map((v) => `UsePAM ${v}`),
);
const block = fc
  .tuple(
    one(
      'User alice',
      'User bob,root',
      'Address 10.77.0.0/16',
      'Group alice',
      'User *,!alice',
      'Address 192.0.2.0/24',
      'LocalPort 22',
      'all',
    ),
    some(setting),
  )
  .map(([match, lines]) => [`Match ${match}`, ...lines.map((line) => `  ${line}`), 'Match all']);

const account = one(
  'usermod -p "*" $u',
  'usermod -p "!" $u',
  'usermod -p "!!" $u',
  'passwd -q -d $u',
  'usermod -e 1 $u',
  'usermod -e 30000 $u',
  'chage -d 0 $u',
  'chage -M 5 -d 2020-01-01 $u',
  'chage -M 5 -I 3 -d 2020-01-01 $u',
  'usermod -s /usr/sbin/nologin $u',
  'usermod -s /bin/false $u',
  'usermod -s /nowhere/sh $u',
  'usermod -s /etc/passwd $u',
  'usermod -s /bin/sh $u',
  'touch /etc/nologin',
  'mv $h $h.gone',
  'usermod -aG sudo $u',
);

const options = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: one(
      'from="10.77.0.0/16" ',
      'from="10.77.*" ',
      'from="192.0.2.1" ',
      'from="!10.77.2.10,*" ',
      'from="10.77.2.10,192.0.2.1" ',
      'expiry-time="20200101" ',
      'expiry-time="20400101" ',
      'restrict ',
      'no-pty,no-port-forwarding ',
      'restrict,pty ',
      'command="true" ',
      'bogus ',
      'from=10.77.2.10 ',
      'environment="A=b" ',
      'cert-authority ',
      '# ',
    ),
  },
);

const modes = one(
  'chmod 775 $h',
  'chmod 777 $h',
  'chmod 700 $h',
  'chmod 750 $h',
  'chmod 777 $h/.ssh',
  'chmod 755 $h/.ssh',
  'chmod 770 $h/.ssh',
  'chmod 666 $f',
  'chmod 664 $f',
  'chmod 000 $f',
  'chmod 644 $f',
  'chown root $f',
  'chown daemon $f',
  'chown daemon $h',
  'chown root $h/.ssh',
  'chgrp daemon $h; chmod 775 $h',
  'rm -r $h/.ssh',
);

const pam = one(
  "sed -i '1i account required pam_deny.so' /etc/pam.d/sshd",
  "sed -i '1i account sufficient pam_permit.so' /etc/pam.d/sshd",
  "sed -i '1i account required pam_succeed_if.so user != alice' /etc/pam.d/sshd",
  "sed -i '1i account requisite pam_succeed_if.so quiet uid >= 1000' /etc/pam.d/sshd",
  "sed -i '1i account required pam_succeed_if.so user ingroup sudo' /etc/pam.d/sshd",
  "sed -i '1i account [success=1 default=ignore] pam_succeed_if.so uid = 1000\\naccount requisite pam_deny.so' /etc/pam.d/sshd",
  "sed -i '1i account required pam_shells.so' /etc/pam.d/sshd",
  "sed -i '1i account optional pam_deny.so' /etc/pam.d/sshd",
  "sed -i '/pam_nologin/d' /etc/pam.d/sshd",
);

export const state: fc.Arbitrary<State> = fc.record({
  user: fc.oneof(
    { weight: 6, arbitrary: fc.constant('alice' as const) },
    { weight: 3, arbitrary: one('bob' as const, 'root' as const) },
    { weight: 1, arbitrary: fc.constant('nobody-here' as const) },
  ),
  config: fc.tuple(some(global), seldom(block, 2)).map(([lines, inside]) => [...lines, ...(inside ?? [])]),
  account: seldom(account, 1).map((line) => (line === undefined ? [] : [line])),
  options: fc.oneof({ weight: 9, arbitrary: options }, { weight: 1, arbitrary: fc.constant(undefined) }),
  keyFile: fc.oneof(
    { weight: 8, arbitrary: fc.constant('.ssh/authorized_keys' as const) },
    { weight: 1, arbitrary: one('.ssh/authorized_keys2' as const, 'keys' as const) },
  ),
  modes: seldom(modes).map((line) => (line === undefined ? [] : [line])),
  pam: seldom(pam, 5).map((line) => (line === undefined ? [] : [line])),
});

/** Run once on a fresh host: keeps what every state begins with. */
export const KEEP = `
  mkdir -p /keep/ssh /keep/pam && cp -p /etc/passwd /etc/shadow /etc/group /etc/gshadow /keep/
  cp -p /etc/ssh/sshd_config /keep/ssh/; cp -p /etc/pam.d/sshd /keep/pam/
  ! sshd -T | grep -qi persourcepenalties || sed -i '1i PerSourcePenalties no' /keep/ssh/sshd_config
  mkdir -p /etc/systemd/system/ssh.service.d
  printf '[Unit]\\nStartLimitIntervalSec=0\\n' > /etc/systemd/system/ssh.service.d/many.conf; systemctl daemon-reload`;

/** Shell that brings a host that KEEP has prepared into a state. */
export function script({
  user,
  config,
  account: changes,
  options: before,
  keyFile,
  modes: rights,
  pam: stack,
}: State): string {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const file = keyFile === 'keys' ? '/etc/ssh/keys/$u' : `$h/${keyFile}`;
  const key = before === undefined ? ': > $f' : `printf '%s%s\\n' '${before}' "$PUBKEY" > $f`;
  const own =
    user === 'nobody-here'
      ? ''
      : `
    rm -rf $h $h.gone /etc/ssh/keys; mkdir -p $h/.ssh /etc/ssh/keys; chmod 755 $h; chmod 700 $h/.ssh
    ${key}; chmod 600 $f; chown -R $u: $h; ${keyFile === 'keys' ? 'chmod 644 $f' : ':'}
    ${rights.join('; ') || ':'}
    ${changes.join('; ') || ':'}`;
  const lines = config.map((line) => `'${line}'`).join(' ');
  return `
    u=${user}; h=${home}; f=${file}
    cp -p /keep/passwd /keep/shadow /keep/group /keep/gshadow /etc/; cp -p /keep/pam/sshd /etc/pam.d/sshd; rm -f /etc/nologin
    printf '%s\\n' "$PUBKEY" > /etc/ssh/revoked
    { ${lines === '' ? ':' : `printf '%s\\n' ${lines}`}; cat /keep/ssh/sshd_config; } > /etc/ssh/sshd_config
    ${own}
    ${stack.join('; ') || ':'}
    systemctl restart ssh || true`;
}
