import type { KeyRule, Occurrence } from './rule.ts';
import { dayOf } from './rule.ts';

/** A certificate of a user that is good for longer is a key that cannot be taken back. */
const LONG_DAYS = 366;
const DAY_MS = 86_400_000;

export const certificates: readonly KeyRule[] = [
  {
    id: 'certificate-long',
    why: 'Certificates are short-lived so that nobody has to revoke them. One that is good for years, or for ever, is a key that can only be revoked.',
    check: ({ hosts }) =>
      hosts.flatMap((host) =>
        host.certificates.flatMap((one): Occurrence[] => {
          if (one.source !== 'file' || one.role !== 'user' || one.file === undefined) return [];
          const { validAfter, validBefore } = one;
          const days =
            validBefore === undefined
              ? Number.POSITIVE_INFINITY
              : (Date.parse(validBefore) - Date.parse(validAfter ?? '1970-01-01T00:00:00Z')) / DAY_MS;
          if (days <= LONG_DAYS) return [];
          return [
            {
              host: host.name,
              ...(one.account === undefined ? {} : { account: one.account }),
              fingerprint: one.fingerprint,
              severity: 'medium',
              text: `The certificate "${one.id}" (serial ${one.serial}) is good ${validBefore === undefined ? 'for ever' : `until ${dayOf(validBefore)}`}.`,
              evidence: [
                { host: host.name, file: one.file, text: `${one.type} "${one.id}" of the CA ${one.authority}` },
              ],
              action: 'Sign it anew with an end: ssh-keygen -s CA -I ID -n NAME -V +1d FILE.pub',
            },
          ];
        }),
      ),
  },
  {
    id: 'host-certificate-expired',
    why: 'Clients that trust the CA fall back to the plain host key, and ask their users about it or refuse.',
    check: ({ hosts }, { now }) =>
      hosts.flatMap((host) =>
        host.certificates.flatMap((one): Occurrence[] => {
          if (one.role !== 'host' || one.validBefore === undefined || Date.parse(one.validBefore) > now) return [];
          return [
            {
              host: host.name,
              fingerprint: one.fingerprint,
              severity: 'medium',
              text: `The host certificate "${one.id}" has run out on ${dayOf(one.validBefore)}.`,
              evidence: [{ host: host.name, file: one.file ?? '', text: `${one.type} "${one.id}"` }],
              action: 'Sign it anew: ssh-keygen -s CA -h -I ID -n NAMES -V +52w KEY.pub',
            },
          ];
        }),
      ),
  },
];
