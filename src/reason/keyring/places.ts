import { about, accountName, graded, grantsOf, type KeyRule, keyName } from './rule.ts';

export const places: readonly KeyRule[] = [
  {
    id: 'old-file-name',
    why: 'sshd reads authorized_keys2 beside authorized_keys unless it is told otherwise, though the name is out of use since 2001: hardly anybody looks there.',
    check: (all) =>
      grantsOf(all)
        .filter(({ grant }) => grant.file.endsWith('/authorized_keys2'))
        .map((held) => ({
          ...about(held),
          severity: graded(held, 'medium'),
          text: `${keyName(held.grant)} opens ${accountName(held)} by ${held.grant.file}.`,
          action: 'Find out who put it there; move the line to authorized_keys, or take it out.',
        })),
  },
  {
    id: 'key-without-shell',
    why: 'nologin ends a session, not a login: forwarding of ports works without a shell (ssh -N -L), so the key opens the network behind the host.',
    check: (all) =>
      grantsOf(all)
        .filter(
          ({ grant }) => !grant.shell && !grant.authority && !grant.options.some(({ name }) => name === 'restrict'),
        )
        .map((held) => ({
          ...about(held),
          severity: graded(held, 'medium'),
          text: `${accountName(held)} has no login shell, and ${keyName(held.grant)} still opens it.`,
          action: `Take line ${held.grant.line} out of ${held.grant.file}, or put restrict before the key.`,
        })),
  },
  {
    id: 'stray-file',
    why: 'Keys in a file that sshd does not read open nothing today. They are copies, or left over, or wait for a line in sshd_config.',
    check: ({ hosts }) =>
      hosts.flatMap(({ name: host, strays }) =>
        strays
          // Somebody's own public key alone is no list of keys.
          .filter(({ file }) => !file.endsWith('.pub'))
          .map(({ file, account, keys }) => ({
            host,
            ...(account === undefined ? {} : { account }),
            severity: 'low' as const,
            text: `${file} holds ${keys.length} ${keys.length === 1 ? 'key' : 'keys'} and no AuthorizedKeysFile names it.`,
            evidence: keys.slice(0, 20).map((key) => ({ host, file, line: key.line, text: keyName(key) })),
            action: 'Take the file away, if nobody needs it.',
          })),
      ),
  },
  {
    id: 'malformed-line',
    why: 'sshd passes over a line that it does not understand, so the key in it, or the restriction, does not count.',
    check: ({ hosts }) =>
      hosts.flatMap(({ name: host, skipped }) =>
        skipped
          .filter(({ why }) => !why.startsWith('a private key'))
          .map(({ account, file, line, why }) => ({
            host,
            account,
            severity: 'low' as const,
            text: `Line ${line} of ${file} (${account}) counts for nothing: ${why}.`,
            evidence: [{ host, file, line, text: why }],
            action: 'Mend the line, or take it out.',
          })),
      ),
  },
  {
    id: 'private-key-there',
    why: 'Whoever can read this file can be whoever the key is; it must be taken for stolen.',
    check: ({ hosts }) =>
      hosts.flatMap(({ name: host, skipped }) =>
        [
          ...new Map(
            skipped.filter(({ why }) => why.startsWith('a private key')).map((one) => [one.file, one]),
          ).values(),
        ].map(({ account, file, line, why }) => ({
          host,
          account,
          severity: 'critical' as const,
          text: `A private key was pasted into ${file}.`,
          evidence: [{ host, file, line, text: why }],
          action: 'Take it out, and replace the key wherever it opens something.',
        })),
      ),
  },
];
