import { sshConfigCheck } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly path: string;
  readonly file?: { readonly mode: string; readonly uid: number; readonly me: number };
}

const writable = (mode: string): boolean => (Number.parseInt(mode, 8) & 0o022) !== 0;

export const cause = defineCause<Data>({
  id: 'client/config-perms',
  severity: 'blocks',
  title: 'Others may write to the ssh configuration, so ssh does not start',
  why: 'ssh reads ~/.ssh/config, and what it includes, only when the file belongs to the user or to root and neither group nor others may write to it: whoever can write there can run commands as the user. Files copied by root, from a Windows drive or a Git checkout, or created under umask 002 fail the test.',
  refs: ['ssh(1), FILES', 'readconf.c, read_config_file_depth()'],
  proofs: [
    proof({
      needs: { sshConfigCheck },
      check({ sshConfigCheck: { rc, stderr, untrusted } }) {
        const said = /^Bad owner or permissions on (.*)$/m.exec(stderr);
        if (rc === 0 || !said) return [];
        const path = said[1] ?? '';
        const evidence: Evidence[] = [{ side: 'client', section: 'ssh-config', text: said[0] }];
        if (untrusted)
          evidence.push({
            side: 'client',
            section: 'ssh-config',
            text: `${path}: mode ${untrusted.mode}, uid ${untrusted.uid}, read by uid ${untrusted.me}`,
          });
        const data = { path, ...(untrusted ? { file: untrusted } : {}) };
        return [{ data, subject: path, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ path, file }) =>
    `ssh does not start, because it does not trust ${path}: ${
      file === undefined
        ? 'its owner or mode lets others write to it'
        : writable(file.mode)
          ? `its mode ${file.mode} lets others write to it`
          : `it belongs to the user with the number ${file.uid}`
    }.`,
  remedy: ({ path, file }) => {
    if (file === undefined) return { refuse: 'its mode could not be read', manual: [`ls -l ${shellQuote(path)}`] };
    const own = file.uid === file.me || file.uid === 0;
    return {
      summary: 'let only its owner write to it',
      risk: 'safe',
      where: 'client',
      changes: [
        ...(own ? [] : [{ kind: 'owner', path, owner: String(file.me) } as const]),
        ...(writable(file.mode) ? [{ kind: 'mode', path, mode: 'go-w' } as const] : []),
      ],
    };
  },
});
