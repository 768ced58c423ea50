import { attemptLog } from '../../facts/client/attempt.ts';
import type { AttemptLog } from '../../facts/client/attempt-model.ts';
import { knownHosts } from '../../facts/client/known-hosts.ts';
import { type SshConfig, sshConfig } from '../../facts/client/ssh-config.ts';
import { hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { type Change, command } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly host: string;
  readonly port: number;
  readonly shown?: string;
  /** Names of other hosts that the shown key is filed under. */
  readonly elsewhere: readonly string[];
  /** Files that were searched. */
  readonly files: readonly string[];
  /** Whether the server that was looked at has the key that was shown; unknown when its keys were not seen. */
  readonly own?: boolean;
  /** Takes the key in, for a key that is known to be the server's own. */
  readonly change?: Change;
}

const SCANNED: readonly (readonly [RegExp, string])[] = [
  [/^ssh-ed25519$/, 'ed25519'],
  [/^(?:ssh-rsa|rsa-sha2-\d+)$/, 'rsa'],
  [/^ecdsa-sha2-/, 'ecdsa'],
];

/** Files the key of that type, provided that the server still shows that very one. */
function takeIn(config: SshConfig | undefined, key: AttemptLog['hostKey']): Change | undefined {
  const type = SCANNED.find(([pattern]) => pattern.test(key?.type ?? ''))?.[1];
  const file = config?.options.get('userknownhostsfile')?.[0]?.split(' ')[0] ?? '';
  const direct = config && !config.proxyJump && !config.proxyCommand && !config.hostKeyAlias;
  if (!direct || !key || type === undefined || !/^\/[^%]+$/.test(file)) return undefined;
  const run = [
    `key=$(ssh-keyscan -T 10 -p ${config.port} -t ${type} ${shellQuote(config.hostname)} 2>/dev/null)`,
    `printf '%s\\n' "$key" | ssh-keygen -lf - | grep -qF ${shellQuote(key.fingerprint)}`,
    `printf '%s\\n' "$key" >> ${shellQuote(file)}`,
  ];
  // ssh leaves the other one when it learns further keys of the server later (UpdateHostKeys).
  return command(run.join(' && '), [], [file, `${file}.old`]);
}

export const cause = defineCause<Data>({
  id: 'handshake/host-key-unknown',
  severity: 'blocks',
  title: "The server's host key is not known, and ssh may not ask",
  why: 'With StrictHostKeyChecking yes, ssh connects only to servers whose key stands in a known_hosts file, and "Host key verification failed." is all it says. Scripts and CI jobs meet this with a fresh home directory.',
  refs: ['ssh_config(5), StrictHostKeyChecking, UserKnownHostsFile', 'ssh-keyscan(1)'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { hostKeys, knownHosts, sshConfig },
      check({ attemptLog: log, hostKeys: own, knownHosts: known, sshConfig: config }, { host = '', port = 22 }) {
        const { hostKeyState: state, hostKey } = log;
        if (state?.state !== 'unknown' || log.ending !== 'host-key-failed') return [];
        const owned = ownsKey(own, hostKey?.fingerprint);
        const evidence: Evidence[] = [{ side: 'client', section: 'attempt', line: state.line, text: state.text }];
        if (hostKey)
          evidence.push({
            side: 'client',
            section: 'attempt',
            line: hostKey.line,
            text: `the server shows ${hostKey.type} ${hostKey.fingerprint}`,
          });
        evidence.push(...owned.evidence);
        const elsewhere = known?.elsewhere ?? [];
        for (const { file, names } of elsewhere.slice(0, 3))
          evidence.push({ side: 'client', section: 'known-hosts', text: `${file} files the shown key under ${names}` });
        const change = owned.own ? takeIn(config, hostKey) : undefined;
        const data = {
          host,
          port,
          files: known?.files ?? [],
          elsewhere: [...new Set(elsewhere.map(({ names }) => names))],
          ...(hostKey ? { shown: hostKey.fingerprint } : {}),
          ...(owned.own === undefined ? {} : { own: owned.own }),
          ...(change && { change }),
        };
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ host, shown, own, elsewhere, files }) =>
    `No known_hosts file${files.length > 0 ? ` (${files.slice(0, 4).join(', ')})` : ''} holds a key of ${host}, and strict checking does not let ssh ask${shown === undefined ? '' : `; the server shows ${shown}`}${own === true ? ', which is its own' : own === false ? ', which is not a key of the server that was looked at' : ''}${elsewhere.length > 0 ? `; that key is known as the one of ${elsewhere.slice(0, 3).join(' and ')}` : ''}.`,
  remedy: ({ host, port, shown, change }) =>
    change
      ? {
          summary: `file the key ${shown}, which was compared with the server's own, and no other`,
          risk: 'safe',
          where: 'client',
          changes: [change],
        }
      : {
          refuse: 'a key that was not compared with the server proves nothing',
          manual: [
            `Compare on the server, by a trusted way: for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done${shown === undefined ? '' : ` must print ${shown}`}`,
            `Then take it in: ssh-keyscan -p ${port} ${shellQuote(host)} >> ~/.ssh/known_hosts`,
          ],
        },
});
