import { attemptLog } from '../../facts/client/attempt.ts';
import { knownHosts } from '../../facts/client/known-hosts.ts';
import { hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { defineCause, proof } from '../../model/cause.ts';
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
      helps: { hostKeys, knownHosts },
      check({ attemptLog: log, hostKeys: own, knownHosts: known }, { host = '', port = 22 }) {
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
        const data = {
          host,
          port,
          files: known?.files ?? [],
          elsewhere: [...new Set(elsewhere.map(({ names }) => names))],
          ...(hostKey ? { shown: hostKey.fingerprint } : {}),
          ...(owned.own === undefined ? {} : { own: owned.own }),
        };
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ host, shown, own, elsewhere, files }) =>
    `No known_hosts file${files.length > 0 ? ` (${files.slice(0, 4).join(', ')})` : ''} holds a key of ${host}, and strict checking does not let ssh ask${shown === undefined ? '' : `; the server shows ${shown}`}${own === true ? ', which is its own' : own === false ? ', which is not a key of the server that was looked at' : ''}${elsewhere.length > 0 ? `; that key is known as the one of ${elsewhere.slice(0, 3).join(' and ')}` : ''}.`,
  remedy: ({ host, port, shown }) => ({
    refuse: 'a key that was not compared with the server proves nothing',
    manual: [
      `Compare on the server, by a trusted way: for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done${shown === undefined ? '' : ` must print ${shown}`}`,
      `Then take it in: ssh-keyscan -p ${port} ${shellQuote(host)} >> ~/.ssh/known_hosts`,
    ],
  }),
});
