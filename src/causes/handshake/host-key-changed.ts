import { attemptLog } from '../../facts/client/attempt.ts';
import type { AttemptLog } from '../../facts/client/attempt-model.ts';
import { knownHosts } from '../../facts/client/known-hosts.ts';
import { hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly host: string;
  readonly shown: string;
  readonly type: string;
  readonly file: string;
  readonly line: number;
  /** Fingerprint in the known_hosts file. */
  readonly known?: string;
  /** Whether the server that was looked at has the key that was shown; unknown when its keys were not seen. */
  readonly own?: boolean;
  /** Name under which the key is filed, e.g. `[web1]:2222`. */
  readonly filed: string;
}

/** `ssh-ed25519` and `ssh-rsa` as ssh-keygen(1) names host key files. */
function keyFile(type: string): string {
  const kind = /ed25519|ecdsa|rsa|dss/.exec(type)?.[0] ?? 'ed25519';
  return `/etc/ssh/ssh_host_${kind === 'dss' ? 'dsa' : kind}_key.pub`;
}

function changed(log: AttemptLog) {
  const { hostKeyState: state, hostKey } = log;
  if (state?.state !== 'changed' || !hostKey || log.authenticated) return undefined;
  return { state, hostKey };
}

export const cause = defineCause<Data>({
  id: 'handshake/host-key-changed',
  severity: 'blocks',
  title: 'The server shows another host key than the one that is known',
  why: 'The known_hosts file remembers which key the server had. Another key means one of three: the server was installed anew or got new keys, the name or address now leads to another machine, or somebody stands in between. ssh stops, because it cannot tell which.',
  refs: ['ssh(1), VERIFYING HOST KEYS', 'ssh_config(5), StrictHostKeyChecking', 'sshconnect.c, check_host_key()'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { knownHosts, hostKeys },
      check({ attemptLog: log, knownHosts: known, hostKeys: own }, { host = '' }) {
        const seen = changed(log);
        if (!seen) return [];
        const { state, hostKey } = seen;
        const entry = known?.found.find(({ file, line }) => file === state.file && line === state.fileLine);
        const owned = ownsKey(own, hostKey.fingerprint);
        const evidence: Evidence[] = [
          {
            side: 'client',
            section: 'attempt',
            line: hostKey.line,
            text: `the server shows ${hostKey.type} ${hostKey.fingerprint}`,
          },
          { side: 'client', section: 'attempt', line: state.line, text: state.text },
        ];
        if (entry)
          evidence.push({
            side: 'client',
            section: 'known-hosts',
            text: `${entry.file}:${entry.line} knows ${entry.type} ${entry.fingerprint}`,
          });
        evidence.push(...owned.evidence);
        const data = {
          host,
          shown: hostKey.fingerprint,
          type: hostKey.type,
          file: state.file ?? '~/.ssh/known_hosts',
          line: state.fileLine ?? 0,
          filed: entry?.name ?? known?.names[0] ?? host,
          ...(entry ? { known: entry.fingerprint } : {}),
          ...(owned.own === undefined ? {} : { own: owned.own }),
        };
        return [{ data, subject: `${data.file}:${data.line}`, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ shown, file, line, known, own }) => {
    const head = `The server shows the host key ${shown}, but line ${line} of ${file} knows ${known ?? 'another one'}`;
    if (own === undefined) return `${head}.`;
    return own
      ? `${head}. The server that was looked at has the shown key: it was installed anew or got new host keys.`
      : `${head}. The server that was looked at does not have the shown key: another machine answers, or somebody stands in between.`;
  },
  remedy: ({ type, shown, file, filed, own }) => ({
    refuse: 'only somebody who knows the server can tell a new key from an attacker',
    manual:
      own === false
        ? [
            'Do not log in. Find out which machine answers: compare the address, routes and port forwards with the server itself.',
          ]
        : [
            `Compare on the server, by its console or another trusted way: ssh-keygen -lf ${keyFile(type)} must print ${shown}`,
            `Only then forget the old key: ssh-keygen -R ${shellQuote(filed)} -f ${shellQuote(file)}`,
          ],
  }),
});
