/** Methods that clients and servers of today offer by default (myproposal.h of OpenSSH 8.4 to 10.x), strongest first. */
export const MODERN_KEX: readonly string[] = [
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
];

/** Built in still, but switched off by default since 7.0 or 8.2 (SHA-1), strongest first. */
const LEGACY_KEX: readonly string[] = [
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group-exchange-sha1',
  'diffie-hellman-group1-sha1',
];

/** The strongest method of an offer that OpenSSH still has, be it switched off. */
export function nearestKex(offer: readonly string[]): string | undefined {
  return [...MODERN_KEX, ...LEGACY_KEX].find((name) => offer.includes(name));
}
