import { attemptLog } from '../../facts/client/attempt.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly host: string;
  /** RequiredRSASize of the client, bits. */
  readonly required?: number;
  /** Size of the server's RSA key, where it was looked at. */
  readonly bits?: number;
  readonly path?: string;
  /** Types of host key that the server offers beside it. */
  readonly others: readonly string[];
}

export const cause = defineCause<Data>({
  id: 'handshake/rsa-too-small',
  severity: 'blocks',
  title: "The server's RSA host key is shorter than the client accepts",
  why: 'A client refuses RSA keys below RequiredRSASize: 1024 bits by default, 2048 where the system-wide policy says so (RHEL 9 and newer). An appliance that made its key years ago is then turned away in the middle of the key exchange, with a message that names neither size.',
  refs: ['ssh_config(5), RequiredRSASize', 'sshkey.c, sshkey_check_rsa_length()', 'sshconnect2.c'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { sshConfig, hostKeys },
      check({ attemptLog: log, sshConfig: config, hostKeys: own }, { host = '' }) {
        const said = log.endingSaid;
        if (log.ending !== 'host-key-invalid' || !said || !/: Invalid key length$/.test(said.text)) return [];
        const required = Number(config?.options.get('requiredrsasize')?.[0]);
        const key = own?.find(({ type }) => type === 'RSA');
        const evidence: Evidence[] = [{ side: 'client', section: 'attempt', line: said.line, text: said.text }];
        if (required > 0) evidence.push({ side: 'client', section: 'ssh-config', text: `RequiredRSASize ${required}` });
        if (key)
          evidence.push({
            side: 'server',
            section: 'hostkeys',
            line: key.line,
            text: `${key.path}: ${key.bits} bits, ${key.fingerprint}`,
          });
        const offered = log.proposals?.server?.algorithms.hostKey ?? [];
        const data = {
          host,
          ...(required > 0 ? { required } : {}),
          ...(key ? { bits: key.bits ?? 0, path: key.path } : {}),
          others: offered.filter((name) => /^(?:ssh-ed25519|ecdsa-sha2-\w+)$/.test(name)),
        };
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ required, bits }) =>
    `The server shows an RSA host key ${bits === undefined ? 'that is too short' : `of ${bits} bits`}; this client wants ${required === undefined ? 'a longer one' : `${required} at least`} (RequiredRSASize).`,
  remedy: ({ host, others, bits }) => ({
    refuse: 'a new host key has to be made known to everybody who logs in there',
    manual: [
      ...(others.length > 0
        ? [`The server has a better key as well; ask for it: ssh -o HostKeyAlgorithms=${others[0]} ${shellQuote(host)}`]
        : []),
      'On the server: make the keys that are missing (ssh-keygen -A adds Ed25519 and ECDSA, and touches no other), take a HostKey line that names only the RSA key out of sshd_config, reload sshd.',
      'Or a longer RSA key: ssh-keygen -t rsa -b 3072 -f FILE; every client then sees a changed host key.',
      ...(bits === undefined || bits < 1024
        ? []
        : [
            `For once, on the client: ssh -o RequiredRSASize=${bits} ${shellQuote(host)} (may weaken: keys below 2048 bits are within reach of an attacker with means).`,
          ]),
    ],
  }),
});
