import { daemon, unitName } from '../../facts/daemon.ts';
import { paths } from '../../facts/paths.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { startAnew } from '../../model/change.ts';

interface Data {
  readonly path: string;
  readonly unit: string;
  readonly running: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/privsep-dir-missing',
  severity: 'blocks',
  title: 'The privilege separation directory is missing',
  why: 'sshd locks its unprivileged part into an empty directory, /run/sshd on Debian. /run is empty after every boot; the unit makes the directory anew (RuntimeDirectory=), but an sshd started by hand, in a container or by another unit finds none and does not start, and one that runs refuses every connection.',
  refs: ['sshd(8), FILES', 'sshd.c'],
  proofs: [
    proof({
      needs: { sshdTest, daemon },
      helps: { paths },
      check({ sshdTest: test, daemon: state, paths: table }) {
        const said = test?.complaints.find(({ text }) => /^Missing privilege separation directory/.test(text));
        if (!said) return [];
        const path = /: (\/\S+)/.exec(said.text)?.[1] ?? '/run/sshd';
        // systemd takes RuntimeDirectory= away when the unit stops and makes it anew when it starts.
        const made = state.service?.property('RuntimeDirectory')?.split(' ') ?? [];
        if (state.socketPorts.length > 0 || made.some((name) => `/run/${name}` === path)) return [];
        const entry = table?.get(path);
        const evidence = [
          { side: 'server', section: 'sshd-test', line: said.line, text: said.text } as const,
          ...(entry ? [{ side: 'server', section: 'paths', line: entry.line, text: entry.text } as const] : []),
        ];
        const data = { path, unit: unitName(state), running: state.listening.length > 0 };
        return [{ data, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ path, running }) =>
    `The directory ${path}, into which sshd locks its unprivileged part, is missing: sshd ${running ? 'refuses every connection' : 'does not start'}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ path, unit, running }) => ({
    summary: 'make the directory',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'folder', path, mode: '0755', owner: 'root:root' }, ...(running ? [] : [startAnew(unit)])],
  }),
});
