import { sshdBinary } from '../../facts/binary.ts';
import { daemon } from '../../facts/daemon.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly what: string;
  readonly running: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/library-mismatch',
  severity: 'blocks',
  title: 'A library that sshd needs is missing or another one',
  why: 'An upgrade that stopped half-way, a library that was moved, or a mixture of releases: the loader finds no such file, or sshd finds an OpenSSL that it was not built for. sshd does not start, and one that runs cannot start the process for a connection.',
  refs: ['ld.so(8)', 'entropy.c, seed_rng()'],
  proofs: [
    proof({
      needs: { sshdBinary, daemon },
      helps: { sshdTest },
      check({ sshdBinary: binary, daemon: state, sshdTest: test }) {
        const running = state.listening.length > 0;
        const said = test?.complaints.find(({ text }) =>
          /OpenSSL version mismatch|error while loading shared libraries/.test(text),
        );
        const evidence = [
          ...(binary?.missing ?? []).map(
            (name) => ({ side: 'server', section: 'sshd-binary', text: `missing=${name}` }) as const,
          ),
          ...(said ? [{ side: 'server', section: 'sshd-test', line: said.line, text: said.text } as const] : []),
        ];
        if (evidence.length === 0) return [];
        const what = binary?.missing.length ? `${binary.missing.join(', ')} is not found` : (said?.text ?? '');
        return [{ data: { what, running }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ what, running }) => `sshd ${running ? 'cannot serve a connection' : 'does not start'}: ${what}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: () => ({
    refuse: 'which of the packages is the odd one only the package manager can tell',
    manual: [
      'Finish what was interrupted: dpkg --configure -a; apt-get -f install',
      'Then reinstall what the library is in and sshd: apt-get install --reinstall openssh-server libc6',
      'See who has the file: dpkg -S NAME, or ldd $(command -v sshd)',
    ],
  }),
});
