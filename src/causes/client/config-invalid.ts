import { sshConfigCheck } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut } from '../../model/change.ts';

interface Data {
  /** Nothing for what was given on the command line, or by a file that could not be read at all. */
  readonly at?: { readonly file: string; readonly line: number };
  readonly said: string;
}

/** Said by ssh when it refuses to start for other reasons, which have causes of their own, or as a sum. */
const OTHERS =
  /^(?:Bad owner or permissions|remote username contains|hostname contains invalid|Warning: |debug\d: )|: terminating, \d+ bad/;
const SHOWN = 5;

export const cause = defineCause<Data>({
  id: 'client/config-invalid',
  severity: 'blocks',
  title: 'ssh does not accept its own configuration',
  why: 'One word in ~/.ssh/config or /etc/ssh/ssh_config that this release of ssh does not know, or a value that it does not take, keeps ssh from starting at all, whichever host is asked for. Options of newer releases, of another system (UseKeychain of macOS) and algorithms that were removed lead here.',
  refs: ['ssh_config(5), IgnoreUnknown', 'readconf.c, process_config_line_depth()'],
  proofs: [
    proof({
      needs: { sshConfigCheck },
      check({ sshConfigCheck: { rc, stderr } }) {
        const lines = stderr.split('\n').filter((line) => line.trim() !== '');
        if (rc === 0 || rc === null) return [];
        return lines
          .filter((line) => !OTHERS.test(line))
          .slice(0, SHOWN)
          .map((line) => {
            // "FILE: line N: what" and "FILE line N: what", by kind of mistake.
            const [, file = '', n, said = line] = /^(.+?):? line (\d+): (.*)$/.exec(line) ?? [];
            const at = file.startsWith('/') && Number(n) > 0 ? { file, line: Number(n) } : undefined;
            const evidence = [{ side: 'client', section: 'ssh-config', text: line } as const];
            const data = { said: said.replace(/\.$/, ''), ...(at ? { at } : {}) };
            return {
              data,
              ...(at ? { subject: `${at.file}:${at.line}` } : {}),
              verdict: 'confirmed',
              evidence,
            } as const;
          });
      },
    }),
  ],
  says: ({ at, said }) =>
    at
      ? `ssh does not start: line ${at.line} of ${at.file} is not valid for it: ${said}.`
      : `ssh does not start with what it was given: ${said}.`,
  remedy: ({ at, said }) =>
    at
      ? {
          summary: 'comment that line out',
          risk: 'safe',
          where: 'client',
          changes: commentOut([at]),
        }
      : {
          refuse: 'it was typed, and is not in a file',
          manual: [`Leave it out or correct it: ${said}`, 'What this release takes: man ssh_config; ssh -Q help'],
        },
});
