import { sshdBinary } from '../../facts/binary.ts';
import { daemon } from '../../facts/daemon.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { atLeast } from '../../knowledge/sshd-keywords.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly names: readonly string[];
  readonly running: boolean;
}

const MISSING = /exec of \S*sshd-(?:session|auth) failed|sshd-(?:session|auth) does not exist or is not executable/;

export const cause = defineCause<Data>({
  id: 'daemon/session-binary-missing',
  severity: 'blocks',
  title: 'A program that sshd starts for each connection is missing',
  why: 'Since OpenSSH 9.8 the listening sshd only listens; sshd-session serves the connection, and since 10.0 sshd-auth logs the user in. An incomplete upgrade or a clean-up that takes one of them away leaves a daemon that listens and cannot serve.',
  refs: ['OpenSSH release notes, 9.8 and 10.0', 'sshd.c, main()'],
  proofs: [
    proof({
      needs: { sshdBinary, daemon },
      helps: { sshdLog, meta },
      check({ sshdBinary: binary, daemon: state, sshdLog: log, meta: clock }) {
        if (!binary?.release) return [];
        const release = [binary.release.major, binary.release.minor] as const;
        const names = [
          ...(atLeast(release, [9, 8]) && !binary.programs.session ? ['sshd-session'] : []),
          ...(atLeast(release, [10, 0]) && !binary.programs.auth ? ['sshd-auth'] : []),
        ];
        if (names.length === 0) return [];
        const said = log && clock ? lastSaid(log, clock.now, MISSING) : undefined;
        const evidence = [
          ...names.map(
            (name) => ({ side: 'server', section: 'sshd-binary', text: `no ${name} in the usual places` }) as const,
          ),
          ...(said ? [said.evidence] : []),
        ];
        const data = { names, running: state.listening.length > 0 };
        // A build of one's own may keep them anywhere.
        return [{ data, verdict: said ? 'confirmed' : 'likely', evidence, closes: 'handshake' }];
      },
    }),
  ],
  says: ({ names, running }) =>
    `${names.join(' and ')}, which sshd starts for each connection, ${names.length === 1 ? 'is' : 'are'} missing: sshd ${running ? 'listens but turns every connection away' : 'does not start'}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: () => ({
    refuse: 'only the package manager can bring it back, and it may bring another release along',
    manual: ['Reinstall the server: apt-get install --reinstall openssh-server, then restart sshd.'],
  }),
});
