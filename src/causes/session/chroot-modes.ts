import { expandTokens } from '../../facts/access/key-files.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { octal, paths } from '../../facts/paths.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly path: string;
  readonly owner?: string;
  readonly mode?: string;
  /** Root's already, and nobody's home: only the mode is wrong. */
  readonly rootsOwn?: true;
}

/** Each folder on the way to a path, from the root on. */
function components(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)];
}

export const cause = defineCause<Data>({
  id: 'session/chroot-modes',
  severity: 'blocks',
  title: 'sshd does not trust the folder that it should lock the user into',
  why: 'ChrootDirectory and every folder above it must belong to root and be writable by nobody else; otherwise the user could put programs there that run with more rights. A home directory belongs to its user, so it cannot be the chroot itself. sshd closes the connection after the login.',
  refs: ['sshd_config(5), ChrootDirectory', 'session.c, safely_chroot()'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups, paths },
      check({ sshdConfig: config, accounts: all, groups: memberships, paths: table }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (!account || account.uid === 0) return [];
        const rule = setting(config, 'chrootdirectory', connectionOf(attempt, account, memberships));
        const [pattern = 'none'] = rule.values;
        if (rule.from.length === 0 || pattern.toLowerCase() === 'none') return [];
        const entries = components(expandTokens(pattern, account)).map((path) => table.get(path));
        const bad = entries.find((entry) => entry?.type === 'dir' && (entry.uid !== 0 || (entry.mode & 0o022) !== 0));
        // What was not looked at, the log may tell of.
        if (!bad) return entries.includes(undefined) ? undefined : [];
        const evidence = [
          ...rule.from.map(
            ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
          ),
          { side: 'server', section: 'paths', line: bad.line, text: bad.text } as const,
        ];
        const own = bad.uid === 0 && !all.all.some(({ home }) => home === bad.path);
        const data = {
          path: bad.path,
          owner: bad.user,
          mode: octal(bad.mode),
          ...(own && { rootsOwn: true as const }),
        };
        const verdict = rule.certain ? 'confirmed' : 'likely';
        return [{ data, subject: bad.path, verdict, evidence, closes: 'session' }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }) {
        const said = lastSaid(log, now, /bad ownership or modes for chroot directory (?:component )?"([^"]{1,300})"/);
        if (!said) return [];
        const path = said.match[1]?.replace(/(.)\/$/, '$1') ?? '';
        return [{ data: { path }, subject: path, verdict: 'confirmed', evidence: [said.evidence], closes: 'session' }];
      },
    }),
  ],
  says: ({ path, owner, mode }) =>
    `sshd does not lock anybody into ${path}${mode === undefined ? '' : ` (owner ${owner}, mode ${mode})`}: it and all above it must be root's alone to write.`,
  masks: ['session/shell-exits'],
  remedy: ({ path, rootsOwn }) =>
    rootsOwn
      ? {
          summary: 'let only root write there; what others are to write belongs into a folder below it',
          risk: 'safe',
          where: 'server',
          changes: [{ kind: 'mode', path, mode: 'go-w' }],
        }
      : {
          refuse: 'to take a folder away from its user can stop what writes into it',
          manual: [
            `If it is a home directory: point ChrootDirectory to a folder above it that is root's, or move the home below it.`,
            `If nobody but root need write there: chown root: ${shellQuote(path)} && chmod go-w ${shellQuote(path)}`,
          ],
        },
});
