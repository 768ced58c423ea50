import { attemptLog } from '../../facts/client/attempt.ts';
import { identities } from '../../facts/client/identities.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly path: string;
  readonly mode: string;
}

export const cause = defineCause<Data>({
  id: 'client/key-perms',
  severity: 'blocks',
  title: 'The private key can be read by others, so ssh does not use it',
  why: 'ssh passes over a private key of yours that your group or everybody may read ("UNPROTECTED PRIVATE KEY FILE") and goes on without it, so the login then fails as if there were no key. Copies from a USB stick, a Windows drive, a download folder or a Git checkout come with such modes.',
  refs: ['ssh(1), FILES', 'authfile.c, sshkey_perm_ok()'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: { identities },
      check({ attemptLog: log, identities: files }) {
        return log.badKeyFiles.map(({ path, reason, line, text }) => {
          const file = files?.files.find((one) => one.path === path);
          const evidence: Evidence[] = [{ side: 'client', section: 'attempt', line, text }];
          if (file?.mode)
            evidence.push({
              side: 'client',
              section: 'identities',
              line: file.line,
              text: `${path}: mode ${file.mode}`,
            });
          return { data: { path, mode: reason }, subject: path, verdict: 'confirmed', evidence } as const;
        });
      },
    }),
  ],
  says: ({ path, mode }) => `ssh does not use the key ${path}: its mode ${mode} lets others read it.`,
  masks: [
    'auth/key-not-authorized',
    'auth/authorized-keys-missing',
    'auth/authorized-keys-modes',
    'client/no-key-offered',
  ],
  remedy: ({ path }) => ({
    summary: 'let only yourself read the key',
    risk: 'safe',
    where: 'client',
    changes: [{ kind: 'mode', path, mode: '600' }],
  }),
});
