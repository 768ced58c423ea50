import { sshdBinary } from '../../facts/binary.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { octal, paths } from '../../facts/paths.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { atLeast } from '../../knowledge/sshd-keywords.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { startAnew } from '../../model/change.ts';

interface Data {
  readonly path: string;
  readonly found: string;
  readonly unit: string;
  readonly running: boolean;
  /** It runs, and connections are served. */
  readonly passes: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/privsep-dir-perms',
  severity: 'blocks',
  title: 'Others may write to the privilege separation directory',
  why: 'sshd locks its unprivileged part into an empty directory, /run/sshd on Debian, and insists that it belongs to root and that nobody else may write to it. A chmod -R or chown -R that went too far is enough: sshd does not start, and one that runs turns every connection away.',
  refs: ['sshd(8), FILES', 'sshd.c'],
  proofs: [
    proof({
      needs: { sshdTest, daemon },
      helps: { paths, sshdBinary },
      check({ sshdTest: test, daemon: state, paths: table, sshdBinary: binary }) {
        const said = test?.complaints.find(({ text }) =>
          /must be owned by root and not group or world-writable/.test(text),
        );
        const path = /^(\/\S+) must/.exec(said?.text ?? '')?.[1];
        if (!said || path === undefined) return [];
        const entry = table?.get(path);
        const evidence = [
          { side: 'server', section: 'sshd-test', line: said.line, text: said.text } as const,
          ...(entry ? [{ side: 'server', section: 'paths', line: entry.line, text: entry.text } as const] : []),
        ];
        const found = entry ? `belongs to ${entry.user} with mode ${octal(entry.mode)}` : 'is open to others';
        const running = state.listening.length > 0;
        const data = { path, found, unit: unitName(state), running };
        // Since 9.8 the process of a connection does not look at it again.
        const passes = running && binary?.release && atLeast([binary.release.major, binary.release.minor], [9, 8]);
        return [
          {
            data: { ...data, passes: passes === true },
            verdict: 'confirmed',
            evidence,
            ...(passes && { latent: true as const }),
          },
        ];
      },
    }),
  ],
  says: ({ path, found, running, passes }) =>
    `The directory ${path}, into which sshd locks its unprivileged part, ${found}: sshd ${passes ? 'will not start again' : running ? 'turns every connection away' : 'does not start'}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ path, unit, running }) => ({
    summary: 'give the directory back to root alone',
    risk: 'safe',
    where: 'server',
    changes: [
      { kind: 'owner', path, owner: 'root:root' },
      { kind: 'mode', path, mode: '0755' },
      ...(running ? [] : [startAnew(unit)]),
    ],
  }),
});
