import type { Control, ProfileName, Want } from '../../model/control.ts';

/** Newer than most baselines and at least as strong as anything in them, so all but FIPS take them. */
const POST_QUANTUM = ['mlkem768x25519-sha256', 'sntrup761x25519-sha512', 'sntrup761x25519-sha512@openssh.com'] as const;
const CURVES = ['curve25519-sha256', 'curve25519-sha256@libssh.org'] as const;
const NIST = ['ecdh-sha2-nistp521', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp256'] as const;
const GROUPS = ['diffie-hellman-group18-sha512', 'diffie-hellman-group16-sha512'] as const;

const AES = ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'] as const;
const CHACHA = 'chacha20-poly1305@openssh.com';
const CBC = ['3des-cbc', 'aes128-cbc', 'aes192-cbc', 'aes256-cbc', 'rijndael-cbc@lysator.liu.se'] as const;

const SHA2_ETM = ['hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256-etm@openssh.com'] as const;
const SHA2 = ['hmac-sha2-512', 'hmac-sha2-256'] as const;
const SHORT_MACS = [
  ...['hmac-md5', 'hmac-md5-96', 'hmac-sha1-96', 'umac-64@openssh.com', 'hmac-md5-etm@openssh.com'],
  ...['hmac-md5-96-etm@openssh.com', 'hmac-sha1-96-etm@openssh.com', 'umac-64-etm@openssh.com'],
] as const;

const ED25519_AND_RSA = [
  ...['sk-ssh-ed25519-cert-v01@openssh.com', 'ssh-ed25519-cert-v01@openssh.com'],
  ...['rsa-sha2-512-cert-v01@openssh.com', 'rsa-sha2-256-cert-v01@openssh.com'],
  ...['sk-ssh-ed25519@openssh.com', 'ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'],
] as const;

const only = (...names: readonly string[]): Want => ({ only: names });
const never = (...names: readonly string[]): Want => ({ never: names });
const both = (want: Want): Partial<Record<ProfileName, Want>> => ({
  'mozilla-modern': want,
  'mozilla-intermediate': want,
});

/** Algorithms of the handshake, host keys and what signs. */
export const crypto: readonly Control[] = [
  {
    id: 'ciphers',
    title: 'No cipher in CBC mode, no 3DES',
    why: 'CBC ciphers of SSH leak plaintext to somebody on the way who can try often, and 3DES has blocks of 64 bits.',
    severity: 'medium',
    sources: [
      { by: 'CIS', section: '5.1.6' },
      { by: 'STIG', section: 'RHEL-09-255065' },
      { by: 'Mozilla', section: 'Modern' },
      { by: 'ssh-audit', section: 'hardening guides' },
      { by: 'BSI', section: 'TR-02102-4' },
    ],
    check: { kind: 'setting', keyword: 'ciphers' },
    want: never(...CBC),
    profiles: {
      sshwhy: true,
      cis: true,
      stig: only(...AES.filter((name) => name !== 'aes192-ctr')),
      'ssh-audit': only(CHACHA, ...AES),
      ...both(only(CHACHA, ...AES)),
    },
    care: 'Clients that know nothing else (devices from before 2010) no longer get in.',
  },
  {
    id: 'macs',
    title: 'No MAC with MD5, SHA-1 or a tag of 64 bits',
    why: 'Short tags and old hashes are the weakest link of a connection whose cipher does not guard integrity itself.',
    severity: 'low',
    sources: [
      { by: 'CIS', section: '5.1.15' },
      { by: 'STIG', section: 'RHEL-09-255075' },
      { by: 'Mozilla', section: 'Modern' },
      { by: 'ssh-audit', section: 'hardening guides' },
      { by: 'BSI', section: 'TR-02102-4' },
    ],
    check: { kind: 'setting', keyword: 'macs' },
    want: never(...SHORT_MACS, 'hmac-sha1', 'hmac-sha1-etm@openssh.com'),
    profiles: {
      sshwhy: true,
      cis: never(...SHORT_MACS),
      stig: only(...SHA2_ETM, ...SHA2),
      'ssh-audit': only(...SHA2_ETM, 'umac-128-etm@openssh.com'),
      ...both(only(...SHA2_ETM, 'umac-128-etm@openssh.com', ...SHA2, 'umac-128@openssh.com')),
    },
    care: 'Clients that know nothing else no longer get in, unless they share a cipher that needs no MAC.',
  },
  {
    id: 'kex',
    title: 'No key exchange with SHA-1 or small groups',
    why: 'The key exchange guards everything after it; SHA-1 and groups of 1024 bits are within reach of large attackers (RFC 9142).',
    severity: 'medium',
    sources: [
      { by: 'CIS', section: '5.1.12' },
      { by: 'Mozilla', section: 'Modern' },
      { by: 'ssh-audit', section: 'hardening guides' },
      { by: 'BSI', section: 'TR-02102-4' },
    ],
    check: { kind: 'setting', keyword: 'kexalgorithms' },
    want: never('diffie-hellman-group1-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1'),
    profiles: {
      sshwhy: true,
      cis: true,
      stig: only(...NIST, ...GROUPS, 'diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha256'),
      'ssh-audit': only(...POST_QUANTUM, ...CURVES, ...GROUPS, 'diffie-hellman-group-exchange-sha256'),
      ...both(only(...POST_QUANTUM, ...CURVES, ...NIST, 'diffie-hellman-group-exchange-sha256')),
    },
    care: 'Clients that know nothing else no longer get in.',
  },
  {
    id: 'post-quantum-kex',
    title: 'A key exchange that also holds against a quantum computer',
    why: 'Recorded connections can be read later by whoever then has a quantum computer; the hybrids cost nothing today.',
    severity: 'medium',
    sources: [{ by: 'OpenSSH', section: 'openssh.com/pq.html' }, { by: 'ssh-audit' }],
    check: { kind: 'setting', keyword: 'kexalgorithms' },
    since: [8, 5],
    want: { someOf: POST_QUANTUM },
    profiles: { sshwhy: true, 'ssh-audit': true },
  },
  {
    id: 'host-key-algorithms',
    title: 'Host keys sign with Ed25519 or RSA with SHA-2',
    why: 'ssh-rsa signs with SHA-1 and DSA is broken; some baselines leave the NIST curves of ECDSA out as well.',
    severity: 'medium',
    sources: [
      { by: 'ssh-audit', section: 'hardening guides' },
      { by: 'BSI', section: 'TR-02102-4' },
    ],
    check: { kind: 'setting', keyword: 'hostkeyalgorithms' },
    want: never('ssh-rsa', 'ssh-rsa-cert-v01@openssh.com', 'ssh-dss', 'ssh-dss-cert-v01@openssh.com'),
    profiles: { sshwhy: true, 'ssh-audit': only(...ED25519_AND_RSA) },
    care: 'A client that knows this server by another key alone asks its user to trust it again, or refuses.',
  },
  {
    id: 'host-key-types',
    title: 'An Ed25519 host key, and none of DSA',
    why: 'Ed25519 keys are small, quick and have no parameters that could be chosen badly; DSA has 160 bits.',
    severity: 'low',
    sources: [
      { by: 'Mozilla', section: 'Modern' },
      { by: 'ssh-audit', section: 'hardening guides' },
    ],
    check: { kind: 'host-keys', of: 'types' },
    want: { someOf: ['ED25519'] },
    profiles: { sshwhy: true, 'mozilla-modern': true, 'ssh-audit': true },
  },
  {
    id: 'rsa-host-key-size',
    title: 'RSA host keys of 3072 bits or more',
    why: 'Who can factor the host key can stand in for the server.',
    severity: 'medium',
    sources: [
      { by: 'ssh-audit', section: 'hardening guides' },
      { by: 'BSI', section: 'TR-02102-4' },
      { by: 'ANSSI', section: 'NT-007' },
    ],
    check: { kind: 'host-keys', of: 'rsa-size' },
    want: { atLeast: 3072 },
    profiles: { sshwhy: { atLeast: 2048 }, 'mozilla-modern': { atLeast: 2048 }, 'ssh-audit': true },
    care: 'Clients that know this server by its RSA key refuse a new one until their known_hosts is changed.',
  },
  {
    id: 'moduli',
    title: 'No small groups for the group exchange',
    why: 'diffie-hellman-group-exchange takes its groups from this file; precomputation makes small ones cheap to break.',
    severity: 'low',
    sources: [
      { by: 'Mozilla', section: 'Modern' },
      { by: 'ssh-audit', section: 'hardening guides' },
    ],
    check: { kind: 'moduli' },
    want: { atLeast: 3071 },
    profiles: { 'mozilla-modern': true, 'mozilla-intermediate': { atLeast: 2047 }, 'ssh-audit': true },
  },
  {
    id: 'required-rsa-size',
    title: 'RSA keys of users with 3072 bits or more',
    why: 'A short RSA key of one user is the way in for whoever factors it.',
    severity: 'low',
    sources: [
      { by: 'ssh-audit', section: 'hardening guides' },
      { by: 'BSI', section: 'TR-02102-4' },
    ],
    check: { kind: 'setting', keyword: 'requiredrsasize' },
    since: [9, 1],
    want: { atLeast: 3072 },
    profiles: { sshwhy: { atLeast: 2048 }, 'ssh-audit': true },
    care: 'Users whose RSA key is shorter no longer get in.',
  },
  {
    id: 'pubkey-algorithms',
    title: 'Keys of users are Ed25519 or RSA with SHA-2',
    why: 'ssh-rsa signs with SHA-1, and DSA is broken; some baselines leave the NIST curves of ECDSA out as well.',
    severity: 'low',
    sources: [{ by: 'ssh-audit', section: 'hardening guides' }],
    check: { kind: 'setting', keyword: 'pubkeyacceptedalgorithms' },
    want: never('ssh-rsa', 'ssh-rsa-cert-v01@openssh.com', 'ssh-dss', 'ssh-dss-cert-v01@openssh.com'),
    profiles: { sshwhy: true, 'ssh-audit': only(...ED25519_AND_RSA) },
    care: 'Users with keys of another type no longer get in.',
  },
  {
    id: 'ca-signature-algorithms',
    title: 'Certificates are signed with Ed25519 or RSA with SHA-2',
    why: 'A CA that signs with SHA-1 lets whoever finds a collision make certificates of their own.',
    severity: 'low',
    sources: [{ by: 'ssh-audit', section: 'hardening guides' }],
    check: { kind: 'setting', keyword: 'casignaturealgorithms' },
    want: never('ssh-rsa', 'ssh-dss'),
    profiles: {
      sshwhy: true,
      'ssh-audit': only('sk-ssh-ed25519@openssh.com', 'ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'),
    },
    care: 'Certificates of a CA with a key of another type no longer let anybody in.',
  },
  {
    id: 'rekey-limit',
    title: 'New keys after 1 GiB or an hour',
    why: 'The less is encrypted with one key, the less there is to learn about it.',
    severity: 'low',
    sources: [{ by: 'STIG', section: 'RHEL-09-255090' }],
    check: { kind: 'setting', keyword: 'rekeylimit' },
    want: { noLaxer: '1G 1h' },
    profiles: { stig: true },
  },
  {
    id: 'crypto-policy',
    title: 'The system-wide policy of cryptography holds for sshd',
    why: 'On Fedora, RHEL and their kin one policy rules all programs; a server that opts out of it, or of which the policy is LEGACY, is on its own.',
    severity: 'medium',
    sources: [{ by: 'STIG', section: 'RHEL-09-255065' }, { by: 'dev-sec' }, { by: 'CIS', section: 'RHEL 9, 1.6' }],
    check: { kind: 'crypto-policy' },
    want: { present: true },
    profiles: { sshwhy: true, cis: true, stig: true },
  },
];
