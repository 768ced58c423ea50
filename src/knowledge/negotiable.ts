/** What client and server agree on when they greet each other (RFC 4253, 7.1). */
export type Kind = 'kex' | 'host-key' | 'cipher' | 'mac';

export interface Negotiable {
  /** What it is called in a sentence. */
  readonly noun: string;
  /** Its keyword in ssh_config(5) and sshd_config(5). */
  readonly keyword: string;
  /** Strongest first; what clients and servers of today take by default (myproposal.h of OpenSSH 8.4 to 10.x). */
  readonly sound: readonly string[];
  /** Built in still, or until lately, but switched off by default or on its way out; least bad first. */
  readonly weak: readonly string[];
}

export const NEGOTIABLE: Readonly<Record<Kind, Negotiable>> = {
  kex: {
    noun: 'key exchange method',
    keyword: 'KexAlgorithms',
    sound: [
      'mlkem768x25519-sha256',
      'sntrup761x25519-sha512',
      'sntrup761x25519-sha512@openssh.com',
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp521',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp256',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
    ],
    weak: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  },
  'host-key': {
    noun: 'host key algorithm',
    keyword: 'HostKeyAlgorithms',
    sound: [
      'ssh-ed25519',
      'ssh-ed25519-cert-v01@openssh.com',
      'sk-ssh-ed25519@openssh.com',
      'ecdsa-sha2-nistp521',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp521-cert-v01@openssh.com',
      'ecdsa-sha2-nistp384-cert-v01@openssh.com',
      'ecdsa-sha2-nistp256-cert-v01@openssh.com',
      'sk-ecdsa-sha2-nistp256@openssh.com',
      'rsa-sha2-512',
      'rsa-sha2-256',
      'rsa-sha2-512-cert-v01@openssh.com',
      'rsa-sha2-256-cert-v01@openssh.com',
    ],
    weak: ['ssh-rsa', 'ssh-rsa-cert-v01@openssh.com', 'ssh-dss', 'ssh-dss-cert-v01@openssh.com'],
  },
  cipher: {
    noun: 'cipher',
    keyword: 'Ciphers',
    sound: [
      'chacha20-poly1305@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-gcm@openssh.com',
      'aes256-ctr',
      'aes192-ctr',
      'aes128-ctr',
    ],
    weak: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', 'rijndael-cbc@lysator.liu.se', '3des-cbc'],
  },
  mac: {
    noun: 'MAC',
    keyword: 'MACs',
    sound: [
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256-etm@openssh.com',
      'umac-128-etm@openssh.com',
      'hmac-sha2-512',
      'hmac-sha2-256',
      'umac-128@openssh.com',
      'umac-64-etm@openssh.com',
      'umac-64@openssh.com',
    ],
    weak: [
      'hmac-sha1-etm@openssh.com',
      'hmac-sha1',
      'hmac-sha1-96-etm@openssh.com',
      'hmac-sha1-96',
      'hmac-md5-etm@openssh.com',
      'hmac-md5',
      'hmac-md5-96-etm@openssh.com',
      'hmac-md5-96',
    ],
  },
};

/** Ciphers that guard integrity themselves: with one of these the MAC is not used (PROTOCOL, 1.6; RFC 5647). */
export function isAead(cipher: string): boolean {
  return /^chacha20-poly1305|^AEAD_|-gcm(?:@|$)/.test(cipher);
}

/** Names in a list of methods that are no methods but say what a side can do (RFC 8308, 2.1; PROTOCOL, 1.10). */
export function isMarker(name: string): boolean {
  return /^(?:ext-info-[cs]|kex-strict-[cs]-v00@openssh\.com)$/.test(name);
}

/** Where a name stands: smaller is stronger; undefined for what OpenSSH does not have. */
export function rankOf(kind: Kind, name: string): number | undefined {
  const { sound, weak } = NEGOTIABLE[kind];
  const at = [...sound, ...weak].indexOf(name);
  return at < 0 ? undefined : at;
}

export function isWeak(kind: Kind, name: string): boolean {
  return !NEGOTIABLE[kind].sound.includes(name);
}
