import { attemptLog } from '../../facts/client/attempt.ts';
import { hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly host: string;
  readonly shown: string;
  /** File that revokes it, with its line where ssh said it. */
  readonly file: string;
  readonly line?: number;
  /** Whether the server that was looked at has the key; unknown when its keys were not seen. */
  readonly own?: boolean;
}

/** sshconnect.c, verify_host_key(): a key that RevokedHostKeys lists. */
const BY_FILE = /^Host key \S+ (\S+) revoked by file (.{1,1000})$/;

export const cause = defineCause<Data>({
  id: 'handshake/host-key-revoked',
  severity: 'blocks',
  title: 'The host key that the server shows is revoked',
  why: 'A line that begins with @revoked in a known_hosts file, or a list named by RevokedHostKeys, says that this key must never be trusted again: it was stolen, or was found to be weak, or the server should long have had a new one. ssh refuses it and does not ask.',
  refs: ['sshd(8), SSH_KNOWN_HOSTS FILE FORMAT', 'ssh_config(5), RevokedHostKeys', 'sshconnect.c, verify_host_key()'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { hostKeys },
      check({ attemptLog: log, hostKeys: own }, { host = '' }) {
        const { hostKeyState: state, hostKey } = log;
        if (log.authenticated) return [];
        const [byFile, said] = log.log.flatMap((line) => {
          const found = BY_FILE.exec(line.text);
          return found ? [found, line] : [];
        }) as [RegExpExecArray?, (typeof log.log)[number]?];
        const marked = state?.state === 'revoked';
        if (!marked && !byFile) return [];
        const shown = hostKey?.fingerprint ?? byFile?.[1] ?? 'that it shows';
        const owned = ownsKey(own, shown);
        const told = said ?? state;
        const evidence: Evidence[] = [
          { side: 'client', section: 'attempt', line: told?.line, text: told?.text.replace(/^@|@$/g, '').trim() ?? '' },
          ...(hostKey
            ? [
                {
                  side: 'client',
                  section: 'attempt',
                  line: hostKey.line,
                  text: `the server shows ${hostKey.type} ${hostKey.fingerprint}`,
                } satisfies Evidence,
              ]
            : []),
          ...owned.evidence,
        ];
        const data = {
          host,
          shown,
          file: byFile?.[2] ?? state?.file ?? 'a known_hosts file',
          ...(state?.fileLine === undefined ? {} : { line: state.fileLine }),
          ...(owned.own === undefined ? {} : { own: owned.own }),
        };
        return [{ data, subject: shown, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ shown, file, line, own }) =>
    `The host key ${shown} is revoked by ${line === undefined ? '' : `line ${line} of `}${file}${own === true ? '; it is the key of the server that was looked at' : own === false ? '; it is no key of the server that was looked at' : ''}.`,
  masks: ['handshake/host-key-unknown', 'handshake/host-key-changed'],
  remedy: ({ own }) => ({
    refuse: 'a key is revoked because somebody may have stolen it',
    manual: [
      'Do not log in. Ask who revoked the key, and why.',
      own === false
        ? 'Another machine answers under that name, or somebody stands in between: compare address and routes with the server itself.'
        : 'If the server still has the old key by mistake: make new ones there (ssh-keygen -A after moving the old ones away), reload sshd, and give the new fingerprint to its users by a trusted way.',
    ],
  }),
});
