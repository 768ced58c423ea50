import { sshdBinary } from '../../facts/binary.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { meta } from '../../facts/meta.ts';
import { paths } from '../../facts/paths.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  readonly shown: string;
}

/** Distributions of OpenSSH show the release, so that two of one release look alike. */
const release = (text: string | undefined): string | undefined => /OpenSSH_\d+\.\d+(?:p\d+)?/.exec(text ?? '')?.[0];

export const cause = defineCause<Data>({
  id: 'network/nat-wrong-target',
  severity: 'blocks',
  title: 'The connection ends at another machine than the server',
  why: 'The address and port lead to an SSH server, but not to the one that is meant: a port forward or load balancer on the way that points at another machine, two machines with one address, or an interception. It shows a host key that the server does not have.',
  refs: ['RFC 4253, 8', 'RFC 3022', 'sshd_config(5), HostKey'],
  proofs: [
    proof({
      needs: { attemptLog, tcp, hostKeys, processes, paths, meta },
      helps: { sshdBinary },
      check(given) {
        const { attemptLog: log, tcp: sockets, hostKeys: keys, sshdBinary: binary } = given;
        const shown = log.hostKey;
        const opened = sockets.probes.find(({ outcome }) => outcome === 'open');
        if (!shown || !opened || ownsKey(keys, shown.fingerprint).own !== false) return [];
        // A key that is missing here may be the one.
        if (keys.some(({ fingerprint }) => fingerprint === undefined)) return undefined;
        // A daemon that was started before its keys were made anew still shows the old ones.
        const listener = sshdListener(given.processes)?.process;
        const started = listener === undefined ? undefined : given.meta.now / 1000 - listener.age;
        const files = keys.flatMap(({ path }) => given.paths.get(path) ?? []);
        const settled = started !== undefined && files.length > 0 && files.every(({ mtime }) => mtime < started);
        const [theirs, ours] = [release(log.remoteSoftware?.text), release(binary?.version)];
        const differs = theirs !== undefined && ours !== undefined && theirs !== ours;
        const evidence: Evidence[] = [
          {
            side: 'client',
            section: 'attempt',
            line: shown.line,
            text: `what answers shows ${shown.type} ${shown.fingerprint}${theirs === undefined ? '' : ` and is ${theirs}`}`,
          },
          ...keys.map(
            ({ path, fingerprint, line }): Evidence => ({
              side: 'server',
              section: 'hostkeys',
              line,
              text: `${path} ${fingerprint}`,
            }),
          ),
          ...(differs
            ? [{ side: 'server', section: 'sshd-binary', text: `the server itself has ${ours}` } as const]
            : []),
        ];
        const data = { address: opened.address, port: opened.port, shown: shown.fingerprint };
        const closes = log.authenticated ? 'session' : log.authenticating ? 'auth' : 'handshake';
        return [{ data, verdict: settled ? 'confirmed' : 'likely', evidence, closes }];
      },
    }),
  ],
  says: ({ address, port, shown }) =>
    `What answers at ${address} port ${port} is not this server: it shows the host key ${shown}, which the server does not have. A port forward on the way leads to another machine, or the address belongs to one.`,
  masks: [
    'handshake/host-key-changed',
    'handshake/host-key-unknown',
    'auth/key-not-authorized',
    'auth/user-unknown',
    'auth/method-disabled',
  ],
  remedy: ({ port }) => ({
    refuse: 'do not log in there, and do not accept the key: which machine it is has to be found out first',
    manual: [
      `Look where the router or load balancer forwards port ${port} to, and whether another machine uses the address (ip neigh; arping -D).`,
      'If nobody knows of such a forward, take it for an interception.',
    ],
  }),
});
