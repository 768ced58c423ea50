import { grantsOf, type KeyRule, keyName } from './rule.ts';

export const own: readonly KeyRule[] = [
  {
    id: 'own-key-unprotected',
    why: 'A private key without a passphrase is whoever copies the file.',
    check: (all) =>
      (all.own ?? [])
        .filter(({ privateHalf, type }) => privateHalf === 'plain' && !type.startsWith('sk-'))
        .map((one) => {
          const opens = [
            ...new Set(
              grantsOf(all)
                .filter(({ grant }) => grant.fingerprint === one.fingerprint)
                .map(({ host, grant }) => `${grant.account}@${host.name}`),
            ),
          ];
          const where =
            opens.length === 0 ? '' : `, and it opens ${opens.slice(0, 8).join(', ')}${opens.length > 8 ? ' …' : ''}`;
          return {
            fingerprint: one.fingerprint,
            severity: 'medium' as const,
            text: `Your private key ${one.file} has no passphrase${where}.`,
            evidence: [{ host: '', file: one.file, text: keyName(one) }],
            action: `Give it one: ssh-keygen -p -f ${one.file}`,
          };
        }),
  },
];
