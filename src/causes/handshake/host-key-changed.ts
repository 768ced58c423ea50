import { attemptLog } from '../../facts/client/attempt.ts';
import type { AttemptLog } from '../../facts/client/attempt-model.ts';
import { knownHosts } from '../../facts/client/known-hosts.ts';
import { plainType } from '../../facts/host-key-table.ts';
import { hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { paths } from '../../facts/paths.ts';
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
  /** Whether the server still has the key that is known, which no new installation would. */
  readonly keptOld?: boolean;
  /** Names of other hosts that the shown key is filed under. */
  readonly elsewhere: readonly string[];
  /** The line is about the address, and the name is right: a leftover. */
  readonly byAddress: boolean;
  /** When the server's file of the shown key was written, YYYY-MM-DD. */
  readonly madeOn?: string;
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
      helps: { knownHosts, hostKeys, paths },
      check({ attemptLog: log, knownHosts: known, hostKeys: own, paths: files }, { host = '' }) {
        const seen = changed(log);
        if (!seen) return [];
        const { state, hostKey } = seen;
        // ssh names one line of several; one about the same type of key says more.
        const ofType = known?.found.find(
          ({ name, marker, type }) => name === known.names[0] && !marker && type === plainType(hostKey.type),
        );
        const entry = ofType ?? known?.found.find(({ file, line }) => file === state.file && line === state.fileLine);
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
        const elsewhere = known?.elsewhere ?? [];
        for (const { file, names } of elsewhere.slice(0, 3))
          evidence.push({ side: 'client', section: 'known-hosts', text: `${file} files the shown key under ${names}` });
        const old = entry && ownsKey(own, entry.fingerprint);
        if (old?.own) evidence.push(...old.evidence);
        const mine = own?.find(({ fingerprint }) => fingerprint === hostKey.fingerprint);
        const made = mine && files?.get(mine.path)?.mtime;
        const data = {
          host,
          elsewhere: [...new Set(elsewhere.map(({ names }) => names))],
          byAddress: entry !== undefined && entry.name !== known?.names[0] && state.file !== undefined,
          ...(old?.own === undefined ? {} : { keptOld: old.own }),
          ...(made !== undefined && made > 0 && made < 1e11
            ? { madeOn: new Date(made * 1000).toISOString().slice(0, 10) }
            : {}),
          shown: hostKey.fingerprint,
          type: hostKey.type,
          file: entry?.file ?? state.file ?? '~/.ssh/known_hosts',
          line: entry?.line ?? state.fileLine ?? 0,
          filed: entry?.name ?? known?.names[0] ?? host,
          ...(entry ? { known: entry.fingerprint } : {}),
          ...(owned.own === undefined ? {} : { own: owned.own }),
        };
        return [{ data, subject: `${data.file}:${data.line}`, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ shown, file, line, known, own, keptOld, elsewhere, byAddress, madeOn }) => {
    const head = `The server shows the host key ${shown}, but line ${line} of ${file} knows ${known ?? 'another one'}${byAddress ? ' for its address' : ''}`;
    const other =
      elsewhere.length > 0 ? `; the shown key is known as that of ${elsewhere.slice(0, 3).join(' and ')}` : '';
    if (own === undefined) return `${head}${other}.`;
    if (!own)
      return `${head}. The server that was looked at does not have the shown key${keptOld === true ? ' and still has the known one' : ''}: another machine answers, or somebody stands in between${other}.`;
    return keptOld === true
      ? `${head}. The server that was looked at has both: it shows another key than it used to.`
      : `${head}. The server that was looked at has the shown key${madeOn === undefined ? '' : ` (written ${madeOn})`}: it was installed anew or got new host keys.`;
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
