import { attemptLog } from '../../facts/client/attempt.ts';
import { knownHosts } from '../../facts/client/known-hosts.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly host: string;
  /** What ssh has against it, in its words; `authority` when it is signed by one that is not known. */
  readonly trouble: 'expired' | 'not-yet-valid' | 'principal' | 'authority' | 'other';
  readonly said: string;
  readonly id: string;
  readonly valid: string;
  readonly principals: readonly string[];
  readonly authority: string;
  readonly known: readonly string[];
}

/** sshkey.c, sshkey_cert_check_authority(); sshconnect.c, check_host_cert(). */
const TROUBLES: readonly (readonly [RegExp, Data['trouble']])[] = [
  [/expired/, 'expired'],
  [/not yet valid/, 'not-yet-valid'],
  [/not a listed principal|lacks principal/, 'principal'],
];

export const cause = defineCause<Data>({
  id: 'handshake/host-certificate-invalid',
  severity: 'blocks',
  title: 'The host certificate of the server is not accepted',
  why: 'With @cert-authority in known_hosts a client trusts every host key that the authority has signed. A certificate that has run out, is not valid yet (or a clock is wrong), names other hosts, or comes from another authority is worth nothing: ssh falls back to the plain key, which nobody ever filed.',
  refs: ['ssh-keygen(1), CERTIFICATES', 'sshd(8), SSH_KNOWN_HOSTS FILE FORMAT', 'sshconnect.c, check_host_cert()'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { knownHosts },
      check({ attemptLog: log, knownHosts: known }, { host = '' }) {
        const { hostCertificate: certificate, hostKeyState: state } = log;
        if (!certificate) return [];
        const authorities = (known?.found ?? []).filter(({ marker }) => marker === 'CA');
        const stranger =
          authorities.length > 0 && !authorities.some(({ fingerprint }) => fingerprint === certificate.authority);
        // A certificate of an unknown authority matters only where the plain key is not known either.
        const unknown = stranger && state?.state === 'unknown';
        if (!certificate.trouble && !unknown) return [];
        const { id, valid, principals, authority } = certificate;
        const said = certificate.trouble?.text ?? 'signed by an authority that is not known';
        const trouble = certificate.trouble
          ? (TROUBLES.find(([pattern]) => pattern.test(said))?.[1] ?? 'other')
          : 'authority';
        const evidence: Evidence[] = [
          ...(certificate.trouble
            ? [
                {
                  side: 'client',
                  section: 'attempt',
                  line: certificate.trouble.line,
                  text: `Certificate invalid: ${said}`,
                } satisfies Evidence,
              ]
            : []),
          { side: 'client', section: 'attempt', line: certificate.line, text: certificate.text },
          ...authorities.slice(0, 3).map(
            ({ file, line, fingerprint }) =>
              ({
                side: 'client',
                section: 'known-hosts',
                text: `${file}:${line} trusts the authority ${fingerprint}`,
              }) satisfies Evidence,
          ),
        ];
        const data: Data = {
          ...{ host, trouble, said, id, valid, principals, authority },
          known: authorities.map(({ fingerprint }) => fingerprint),
        };
        // What this attempt took for a new key, a person is asked about and a script is refused.
        const latent = log.authenticating ? ({ latent: true } as const) : {};
        return [{ data, subject: id, verdict: 'confirmed', evidence, ...latent }];
      },
    }),
  ],
  says: ({ host, trouble, said, id, valid, principals, authority, known }) => {
    const head = `The host certificate "${id}"`;
    if (trouble === 'expired') return `${head} has run out (valid ${valid}).`;
    if (trouble === 'not-yet-valid') return `${head} is not valid yet (valid ${valid}), or a clock is wrong.`;
    if (trouble === 'principal') return `${head} is for ${principals.join(', ') || 'other hosts'} and not for ${host}.`;
    if (trouble === 'authority')
      return `${head} is signed by the authority ${authority}, and known_hosts trusts only ${known.join(', ')}.`;
    return `${head} is not accepted: ${said}.`;
  },
  masks: ['handshake/host-key-unknown'],
  remedy: ({ host, trouble }) => ({
    refuse: 'only the authority can sign, and only its owner can say that it is the right one',
    manual:
      trouble === 'authority'
        ? [
            'Ask the owner of the servers for the public key of the authority, by a trusted way.',
            'Then a line in known_hosts: @cert-authority *.example.org ssh-ed25519 AAAA…',
          ]
        : [
            ...(trouble === 'not-yet-valid' || trouble === 'expired'
              ? ['Compare the clocks first: date -u on this client, and where the certificate was made.']
              : [`Use a name that the certificate is for, or HostKeyAlias for ${host} in ~/.ssh/config.`]),
            'Where the authority is: ssh-keygen -s CA -I ID -h -n NAMES -V +52w ssh_host_ed25519_key.pub',
            'Put the -cert.pub beside the key (HostCertificate in sshd_config) and reload sshd.',
          ],
  }),
});
