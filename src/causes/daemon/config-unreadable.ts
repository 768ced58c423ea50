import { sshdBinary } from '../../facts/binary.ts';
import { sectionName } from '../../facts/bundle.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { files } from '../../facts/files.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { MAIN_CONFIG, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { startAnew } from '../../model/change.ts';
import type { Evidence, Observed } from '../../model/finding.ts';

interface Data {
  readonly path: string;
  /** The line that includes it; none for the main file. */
  readonly included?: { readonly file: string; readonly line: number };
  readonly running: boolean;
  readonly unit: string;
  /** Debian's package keeps the file as it shipped it. */
  readonly debian: boolean;
}

const SHIPPED = '/usr/share/openssh/sshd_config';

export const cause = defineCause<Data>({
  id: 'daemon/config-unreadable',
  severity: 'blocks',
  title: 'A file of the configuration is not there',
  why: 'Without sshd_config sshd does not start; one that runs dies when it is told to reload. A file that an Include line names and that is missing is passed over without a word, and with it whatever was expected to stand in it.',
  refs: ['sshd_config(5), Include', 'servconf.c, load_server_config()'],
  proofs: [
    proof({
      needs: { files, daemon, sshdBinary },
      helps: { sshdConfig },
      check({ files: all, daemon: state, sshdBinary: binary, sshdConfig: config }): readonly Observed<Data>[] {
        if (binary === null) return [];
        const rest = {
          running: state.listening.length > 0,
          unit: unitName(state),
          debian: /Debian|Ubuntu/.test(binary.version),
        };
        if (all.get(MAIN_CONFIG)?.status === 'absent') {
          const section = sectionName(MAIN_CONFIG);
          const evidence: Evidence[] = [{ side: 'server', section, text: `${MAIN_CONFIG} does not exist` }];
          const observed = { data: { path: MAIN_CONFIG, ...rest }, verdict: 'confirmed', evidence } as const;
          return [rest.running ? { ...observed, subject: MAIN_CONFIG, latent: true } : observed];
        }
        const includes = config?.directives.filter(({ keyword }) => keyword === 'include') ?? [];
        return includes.flatMap((line) =>
          line.words.args.flatMap((arg) => {
            const path = arg.startsWith('/') ? arg : `/etc/ssh/${arg}`;
            // A pattern may match nothing on purpose; a name is meant.
            if (/[*?[]/.test(path) || config?.directives.some(({ file }) => file === path)) return [];
            const found = all.get(path)?.status;
            if (found !== undefined && found !== 'absent') return [];
            const data = { path, included: { file: line.file, line: line.line }, ...rest };
            return [{ data, subject: path, verdict: 'likely', evidence: [quoted(line)], latent: true } as const];
          }),
        );
      },
    }),
  ],
  says: ({ path, included, running }) =>
    included
      ? `${path}, which line ${included.line} of ${included.file} includes, is not there or says nothing: sshd passes over it without a word.`
      : `${path} does not exist: sshd ${running ? 'runs on, but will not start again' : 'does not start'}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ path, included, running, unit, debian }) =>
    included || !debian
      ? {
          refuse: 'what stood in the file is not known',
          manual: [`Restore ${path} from a backup, run sshd -t, then reload sshd.`],
        }
      : {
          summary:
            'put the file there as the package ships it, then start sshd; settings of your own are to be added again',
          risk: 'safe',
          where: 'server',
          changes: [{ kind: 'copy', file: path, from: SHIPPED, mode: '0644' }, ...(running ? [] : [startAnew(unit)])],
        },
});
