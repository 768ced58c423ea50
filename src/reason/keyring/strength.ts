import { plainType } from '../../facts/access/certificate.ts';
import type { Grant } from '../../model/keys.ts';
import { grantsOf, type KeyRule, keyName, perKey } from './rule.ts';

const bare = ({ type }: Pick<Grant, 'type'>): string => plainType(type) ?? type;
const has = ({ options }: Grant, name: string): boolean => options.some((one) => one.name === name);
const action = 'Let its owner make a new one (ssh-keygen -t ed25519), then: sshwhy keys rotate';

/** NIST SP 800-131A: 112 bits of security at least; ssh-keygen itself makes 3072 since 8.0 (release notes). */
const RSA_WEAK = 2048;
const RSA_SHORT = 3072;

export const strength: readonly KeyRule[] = [
  {
    id: 'dsa-key',
    why: 'DSA keys have 1024 bits and no more; OpenSSH takes none by default since 7.0 and knows them no longer since 10.0.',
    check: (all) =>
      perKey(
        grantsOf(all).filter(({ grant }) => bare(grant) === 'ssh-dss'),
        'high',
        ({ fingerprint }, where) => ({ text: `${fingerprint} of ${where} is a DSA key.`, action }),
      ),
  },
  {
    id: 'rsa-weak',
    why: 'An RSA key of fewer than 2048 bits can be broken by those who can afford it (NIST SP 800-131A).',
    check: (all) =>
      perKey(
        grantsOf(all).filter(({ grant }) => bare(grant) === 'ssh-rsa' && grant.size < RSA_WEAK),
        'high',
        ({ fingerprint, size }, where) => ({
          text: `The RSA key ${fingerprint} of ${where} has ${size} bits.`,
          action,
        }),
      ),
  },
  {
    id: 'rsa-short',
    why: 'ssh-keygen has made RSA keys of 3072 bits since 8.0; 2048 are good until 2030 by NIST SP 800-57, and not beyond.',
    check: (all) =>
      perKey(
        grantsOf(all).filter(
          ({ grant }) => bare(grant) === 'ssh-rsa' && grant.size >= RSA_WEAK && grant.size < RSA_SHORT,
        ),
        'low',
        ({ fingerprint, size }, where) => ({
          text: `The RSA key ${fingerprint} of ${where} has ${size} bits.`,
          action,
        }),
      ),
  },
  {
    id: 'ecdsa-key',
    why: 'ECDSA is sound, but each signature needs a random number, and a bad one gives the key away; Ed25519 needs none.',
    check: (all) =>
      perKey(
        grantsOf(all).filter(({ grant }) => bare(grant).startsWith('ecdsa-')),
        'info',
        (key, where) => ({
          text: `${keyName(key)} of ${where} is an ECDSA key.`,
          action: 'Nothing has to be done; make the next one with ssh-keygen -t ed25519.',
        }),
      ),
  },
  {
    id: 'hardware-key-untouched',
    why: 'A key on a security key that signs without a touch can be used by anything that runs where it is plugged in.',
    check: (all) =>
      perKey(
        grantsOf(all).filter(({ host, grant }) => has(grant, 'no-touch-required') && !host.settings.touch),
        'medium',
        (key, where) => ({
          text: `${keyName(key)} may sign without a touch for ${where}.`,
          action: 'Take no-touch-required out of the line, unless a machine logs in with this key.',
        }),
      ),
  },
  {
    id: 'hardware-key-unverified',
    why: 'Without verify-required, whoever has the security key in hand needs no PIN to log in.',
    check: (all) =>
      perKey(
        grantsOf(all).filter(
          ({ host, grant }) => bare(grant).startsWith('sk-') && !has(grant, 'verify-required') && !host.settings.verify,
        ),
        'info',
        (key, where) => ({
          text: `${keyName(key)} opens ${where} without a PIN.`,
          action: 'Put verify-required in front of the key, if it was made with -O verify-required.',
        }),
      ),
  },
  {
    id: 'weak-host-key',
    why: 'Who can work out the private half of a host key can stand in for the host.',
    check: ({ hosts }) =>
      hosts.flatMap(({ name: host, hostKeys }) =>
        hostKeys
          .filter(({ type, size = RSA_WEAK }) => type === 'DSA' || (type === 'RSA' && size < RSA_WEAK))
          .map(({ file, type, size, fingerprint }) => ({
            host,
            ...(fingerprint === undefined ? {} : { fingerprint }),
            severity: 'high' as const,
            text: `The host key ${file} is ${type} with ${size} bits.`,
            evidence: [{ host, file, text: `${type} ${size} ${fingerprint ?? ''}`.trimEnd() }],
            action: 'Make a new one, tell those who log in its fingerprint, and take this one out of sshd_config.',
          })),
      ),
  },
];
