import fc from 'fast-check';
import { CONTROLS } from '../src/knowledge/controls/index.ts';
import { writtenKeyword } from '../src/knowledge/sshd-keywords.ts';

/** Values that sshd takes for the keywords of the controls, sound and unsound ones. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  permitrootlogin: ['yes', 'no', 'prohibit-password', 'forced-commands-only'],
  ignorerhosts: ['yes', 'no', 'shosts-only'],
  compression: ['yes', 'no', 'delayed'],
  gatewayports: ['yes', 'no', 'clientspecified'],
  allowtcpforwarding: ['yes', 'no', 'local', 'remote'],
  permittunnel: ['yes', 'no', 'ethernet'],
  permituserenvironment: ['yes', 'no', 'LANG,LC_*'],
  maxauthtries: ['1', '4', '6', '100'],
  maxsessions: ['0', '2', '10', '500'],
  logingracetime: ['0', '30', '1m', '1h'],
  clientaliveinterval: ['0', '60', '1h'],
  clientalivecountmax: ['0', '1', '3', '99'],
  requiredrsasize: ['1024', '2048', '8192'],
  loglevel: ['QUIET', 'INFO', 'VERBOSE', 'DEBUG3'],
  banner: ['none', '/etc/issue', '/etc/motd'],
  rekeylimit: ['default none', '512M', '2G 2h', '100M 10m'],
  ciphers: ['aes128-ctr', '+aes128-cbc', '3des-cbc', '-aes*', 'chacha20-poly1305@openssh.com,aes256-ctr'],
  macs: ['hmac-md5', '+hmac-sha1-96', 'hmac-sha2-512', '-umac*'],
  kexalgorithms: [
    'diffie-hellman-group1-sha1',
    '+diffie-hellman-group14-sha1',
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
  ],
  hostkeyalgorithms: ['ssh-ed25519', '+ssh-rsa', 'rsa-sha2-512,ecdsa-sha2-nistp256'],
  pubkeyacceptedalgorithms: ['ssh-ed25519', '+ssh-rsa', 'ecdsa-sha2-nistp256'],
  casignaturealgorithms: ['ssh-ed25519', 'ecdsa-sha2-nistp256', '+ssh-rsa'],
};
const KEYWORDS = [...new Set(CONTROLS.flatMap(({ check }) => (check.kind === 'setting' ? [check.keyword] : [])))];

/** Random lines for what controls ask about, all of which sshd takes; MaxStartups apart, of which the last line counts. */
export const lines = fc
  .uniqueArray(
    fc.constantFrom(...KEYWORDS.filter((keyword) => keyword !== 'maxstartups' && keyword !== 'requiredrsasize')),
    { maxLength: 30 },
  )
  .chain((keywords) =>
    fc.tuple(
      ...keywords.map((keyword) =>
        fc
          .constantFrom(...(VALUES[keyword] ?? ['yes', 'no']))
          .map((value) => `${writtenKeyword(keyword).replace('AcceptedAlgorithms', 'AcceptedKeyTypes')} ${value}`),
      ),
    ),
  );
