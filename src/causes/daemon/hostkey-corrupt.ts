import { daemon } from '../../facts/daemon.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly path: string;
  readonly why: string;
  /** No other key is left, so sshd does not start at all. */
  readonly only: boolean;
  readonly running: boolean;
}

/** What ssh-keygen says of a file that is no private key (ssherr.c); other troubles are other causes. */
const UNLOADABLE =
  /: (error in libcrypto|invalid format|incomplete message|unexpected internal error|unknown or unsupported key type)$/;

export const cause = defineCause<Data>({
  id: 'daemon/hostkey-corrupt',
  severity: 'blocks',
  title: 'A host key cannot be read',
  why: 'The file of a host key is cut off, empty, or no private key: a disk that was full, a copy that failed, a public key in its place. sshd passes over it; without any other key it does not start, and without one type clients that know only that type see an unknown host.',
  refs: ['sshd_config(5), HostKey', 'authfile.c', 'sshd.c'],
  proofs: [
    proof({
      needs: { hostKeys, daemon },
      helps: { sshdTest },
      check({ hostKeys: keys, daemon: state, sshdTest: test }) {
        const running = state.listening.length > 0;
        const none = test?.complaints.find(({ text }) => /no hostkeys available/i.test(text));
        return keys.flatMap(({ path, trouble, line }) => {
          const why = UNLOADABLE.exec(trouble ?? '')?.[1];
          if (why === undefined) return [];
          const evidence = [
            { side: 'server', section: 'hostkeys', line, text: `${path}: ${trouble}` } as const,
            ...(none ? [{ side: 'server', section: 'sshd-test', line: none.line, text: none.text } as const] : []),
          ];
          const data = { path, why, only: none !== undefined, running };
          const observed = { data, subject: path, verdict: 'confirmed', evidence } as const;
          return [none && !running ? observed : { ...observed, latent: true as const }];
        });
      },
    }),
  ],
  says: ({ path, why, only, running }) =>
    `The host key ${path} cannot be read (${why})${only ? `, and with no other key sshd ${running ? 'will not start again' : 'does not start'}` : ', so sshd goes without it'}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ path }) => ({
    refuse: 'a new key makes every client that knows the old one warn of an attack',
    manual: [
      `Best: restore ${path} from a backup (mode 0600, owner root), then restart sshd; clients notice nothing.`,
      `Otherwise: mv ${shellQuote(path)} ${shellQuote(`${path}.broken`)}; ssh-keygen -A; restart sshd, and tell the users the new fingerprint: ssh-keygen -lf ${shellQuote(`${path}.pub`)}`,
    ],
  }),
});
