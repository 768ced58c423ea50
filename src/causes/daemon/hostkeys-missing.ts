import { daemon, unitName } from '../../facts/daemon.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { paths } from '../../facts/paths.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { type Change, command, startAnew } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly missing: readonly string[];
  readonly unit: string;
  readonly running: boolean;
}

/** What `ssh-keygen -A` makes, of those that are not there (ssh-keygen.c, do_gen_all_hostkeys()). */
const MADE = ['rsa', 'dsa', 'ecdsa', 'ed25519'].flatMap((type) => {
  const key = `/etc/ssh/ssh_host_${type}_key`;
  return [key, `${key}.pub`];
});

/** Makes what is missing; nothing for keys of which the name does not tell the type. */
function make(missing: readonly string[]): Change[] {
  if (missing.every((path) => MADE.includes(path))) return [command('ssh-keygen -A', [], MADE)];
  return missing.flatMap((path) => {
    const [type] = /(?:rsa|ecdsa|ed25519)(?=[^/]*$)/.exec(path) ?? [];
    const run = `ssh-keygen -q -t ${type} -N '' -f ${shellQuote(path)}`;
    return type === undefined ? [] : [command(run, [], [path, `${path}.pub`])];
  });
}

export const cause = defineCause<Data>({
  id: 'daemon/hostkeys-missing',
  severity: 'blocks',
  title: 'sshd has no host key',
  why: 'Without at least one usable host key sshd cannot prove who it is, and does not start: "no hostkeys available -- exiting". Images are often made without host keys on purpose, so that no two machines share one, and then nothing makes new ones at the first boot.',
  refs: ['sshd(8)', 'ssh-keygen(1), -A', 'sshd.c'],
  proofs: [
    proof({
      needs: { sshdTest, daemon, hostKeys, paths },
      check({ sshdTest: test, daemon: state, hostKeys: keys, paths: table }) {
        const said = test?.complaints.find(({ text }) => /no hostkeys available/i.test(text));
        const missing = keys.filter(({ path }) => table.get(path)?.type === 'missing');
        if (!said || missing.length === 0) return [];
        const evidence = [
          { side: 'server', section: 'sshd-test', line: said.line, text: said.text } as const,
          ...missing.map(({ path }) => {
            const line = table.get(path)?.line;
            return { side: 'server', section: 'paths', text: `missing ${path}`, ...(line ? { line } : {}) } as const;
          }),
        ];
        const running = state.listening.length > 0;
        const data = { missing: missing.map(({ path }) => path), unit: unitName(state), running };
        const observed = { data, verdict: 'confirmed', evidence } as const;
        return [running ? { ...observed, latent: true } : observed];
      },
    }),
  ],
  says: ({ missing, running }) =>
    `sshd ${running ? 'will not start again' : 'does not start'}: its host keys are missing (${missing.join(', ')}).`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ missing, unit }) => {
    const made = make(missing);
    return made.length === 0
      ? {
          refuse: 'which type of key belongs into these files is not known',
          manual: [
            `Restore them from a backup, or make one: ssh-keygen -t ed25519 -N '' -f ${shellQuote(missing[0] ?? '')}`,
            `Then: systemctl restart ${unit}`,
          ],
        }
      : {
          summary: 'make the missing host keys and start sshd; clients that knew the old keys will have to be told',
          risk: 'safe',
          where: 'server',
          changes: [...made, startAnew(unit)],
        };
  },
});
