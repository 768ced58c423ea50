import { accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { sysctl } from '../../facts/sysctl.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence, Observed } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  /** Line that forbids it. */
  readonly at?: { readonly file: string; readonly line: number };
  /** Terminals in use and how many there may be. */
  readonly used?: number;
  readonly max?: number;
}

const ASKED = /^RequestTTY[= ]?(?:yes|force)$/i;

export const cause = defineCause<Data>({
  id: 'session/pty-failed',
  severity: 'degrades',
  title: 'The server gives no terminal',
  why: 'An interactive login needs a pseudo-terminal. PermitTTY no, or no-pty and restrict in authorized_keys, forbid it; a machine whose /dev/pts is not mounted, or whose terminals are all in use, has none: "PTY allocation request failed on channel 0". A shell then starts without prompt and line editing; ssh -t gives up.',
  refs: ['sshd_config(5), PermitTTY', 'sshd(8), AUTHORIZED_KEYS FILE FORMAT', 'session.c, session_pty_req()'],
  proofs: [
    proof({
      needs: keyFacts,
      helps: { attemptLog, sysctl },
      check(given, attempt): readonly Observed<Data>[] | undefined {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        if (!account) return [];
        const { attemptLog: log, sysctl: kernel } = given;
        // Whoever only runs commands does not miss it.
        const wanted = log?.argv.some((word) => ASKED.test(word)) === true;
        const role = wanted ? {} : { latent: true as const };
        const user = account.name;
        const rule = setting(given.sshdConfig, 'permittty', connectionOf(attempt, account, given.groups));
        const [line] = rule.from;
        if (line && rule.values[0]?.toLowerCase() === 'no') {
          const data = { user, at: { file: line.file, line: line.line } };
          const verdict = rule.certain ? 'confirmed' : 'likely';
          return [{ data, subject: user, verdict, evidence: [quoted(line)], ...role }];
        }
        const mine = accountKeys(given, attempt)[0]?.files ?? [];
        for (const { path, keys } of mine)
          for (const { fingerprint, options, line: at } of keys) {
            const none = options.has('no-pty') || (options.has('restrict') && !options.has('pty'));
            if (!none || !attempt.keys?.includes(fingerprint)) continue;
            const text = [...options.keys()].join(',');
            const evidence: Evidence[] = [{ side: 'server', section: `file:${path}`, line: at, text }];
            const data = { user, at: { file: path, line: at } };
            return [{ data, subject: user, verdict: 'confirmed', evidence, ...role }];
          }
        const [used, max] = [kernel?.get('kernel.pty.nr'), kernel?.get('kernel.pty.max')];
        if (used && max && Number(used.value) >= Number(max.value)) {
          const evidence = [used, max].map(
            ({ line: at, text }): Evidence => ({ side: 'server', section: 'sysctl', line: at, text }),
          );
          const data = { user, used: Number(used.value), max: Number(max.value) };
          return [{ data, subject: 'kernel.pty.max', verdict: 'confirmed', evidence }];
        }
        return undefined;
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { user = '' }) {
        const said = lastSaid(log, now, /^(?:error: )?(?:openpty: |session_pty_req: session \d+ alloc failed)/);
        return said ? [{ data: { user }, subject: user, verdict: 'likely', evidence: [said.evidence] }] : [];
      },
    }),
  ],
  says: ({ user, at, used, max }) =>
    at
      ? `${user} gets no terminal: line ${at.line} of ${at.file} forbids it.`
      : used === undefined
        ? `${user} is let in, but the server gives no terminal.`
        : `The server has no terminal left: ${used} of ${max} are in use.`,
  remedy: ({ at, max }) =>
    at
      ? {
          refuse: 'an account without a terminal is made so on purpose',
          manual: [
            'Commands work: ssh host command. Without a terminal a shell answers too: ssh -T host',
            `To give one: change line ${at.line} of ${at.file}${at.file.includes('sshd_config') ? ', run sshd -t, then reload sshd' : ''}.`,
          ],
        }
      : max === undefined
        ? {
            refuse: 'the reason stands on the server',
            manual: [
              'On the server: sudo sshwhy server --user USER. See also whether /dev/pts is mounted (mount -t devpts devpts /dev/pts).',
            ],
          }
        : {
            summary: 'allow more terminals until the next boot, and see who holds them (ps -eo tty,user,args)',
            risk: 'safe',
            where: 'server',
            changes: [{ kind: 'sysctl', key: 'kernel.pty.max', value: String(max + 512) }],
          },
});
