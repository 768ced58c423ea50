import { daemon, unitName } from '../../facts/daemon.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { octal, paths } from '../../facts/paths.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { reload, startAnew } from '../../model/change.ts';

interface Data {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly unit: string;
  /** No other key is left, so sshd does not start at all. */
  readonly only: boolean;
  readonly running: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/hostkey-perms',
  severity: 'blocks',
  title: 'A host key that others could read',
  why: 'sshd ignores a private host key that group or others may read. When that leaves it without any key it does not start; when it leaves it without one type, clients that know only that type see a host key that they do not know.',
  refs: ['sshd(8)', 'authfile.c, sshkey_perm_ok()'],
  proofs: [
    proof({
      needs: { hostKeys, paths, daemon, sshdTest },
      check({ hostKeys: keys, paths: table, daemon: state, sshdTest: test }) {
        // sshkey_perm_ok() looks at keys of its own uid only, and sshd is root.
        const open = keys.flatMap(({ path }) => {
          const entry = table.get(path);
          return entry?.type === 'file' && entry.uid === 0 && (entry.mode & 0o077) !== 0 ? [entry] : [];
        });
        const none = test?.complaints.some(({ text }) => /no hostkeys available/i.test(text)) ?? false;
        const running = state.listening.length > 0;
        return open.map((entry) => {
          const said = test?.complaints.find(
            ({ text }) => text.includes(entry.path) && /too open|bad permissions/i.test(text),
          );
          const evidence = [
            { side: 'server', section: 'paths', line: entry.line, text: entry.text } as const,
            ...(said ? [{ side: 'server', section: 'sshd-test', line: said.line, text: said.text } as const] : []),
          ];
          const { path, user } = entry;
          const data = { path, mode: octal(entry.mode), owner: user, unit: unitName(state), only: none, running };
          const observed = { data, subject: path, verdict: 'confirmed', evidence } as const;
          return none && !running ? observed : { ...observed, latent: true as const };
        });
      },
    }),
  ],
  says: ({ path, mode, only, running }) =>
    `The host key ${path} has mode ${mode}, so sshd ignores it${only ? `, and with no other key ${running ? 'will not start again' : 'does not start'}` : ''}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ path, unit, only }) => ({
    summary: 'let only root read it',
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'mode', path, mode: '600' }, only ? startAnew(unit) : reload(unit)],
  }),
});
