import { rootsOwn } from '../../facts/access/bench.ts';
import { keyFacts } from '../../facts/access/keys.ts';
import { namingCommand } from '../../facts/access/naming-command.ts';
import { judgeOffers } from '../../facts/access/offers.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { type Accounts, accounts } from '../../facts/accounts.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly what: string;
  readonly command: string;
  /** The file or folder that is at fault; not told when the command is missing. */
  readonly path?: string | undefined;
  readonly why: string;
  /** Whose home it is or lies in. */
  readonly home?: string | undefined;
}

/** Daemons may have a folder of the system for a home. */
const FIRST_PERSON = 1000;

/** The person in whose home a path lies. */
function inHome(all: Accounts | undefined, path: string | undefined): string | undefined {
  const people = all?.all.filter(({ uid, home }) => uid >= FIRST_PERSON && /^\/[^/]+\/./.test(home)) ?? [];
  return people.find(({ home }) => path === home || path?.startsWith(`${home}/`))?.name;
}

const COMMANDS = [
  ['authorizedkeyscommand', 'AuthorizedKeysCommand'],
  ['authorizedprincipalscommand', 'AuthorizedPrincipalsCommand'],
] as const;

export const cause = defineCause<Data>({
  id: 'auth/keys-command-unsafe',
  severity: 'blocks',
  title: 'sshd does not trust the command that names the keys',
  why: 'AuthorizedKeysCommand and AuthorizedPrincipalsCommand are run as part of every login, so sshd runs them only when the program and every folder above it belong to root and can be written by nobody else. Otherwise it goes on as if there were no command.',
  refs: ['sshd_config(5), AuthorizedKeysCommand', 'misc.c, subprocess()'],
  proofs: [
    proof({
      needs: keyFacts,
      check(given, attempt) {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        if (!account || !attempt.keys) return undefined;
        const judged = judgeOffers(given, attempt);
        const letIn = judged.some(({ outcome }) => outcome === 'accepted');
        const who = connectionOf(attempt, account, given.groups);
        const found = COMMANDS.flatMap(([keyword, what]) => {
          const one = namingCommand(given.sshdConfig, given.paths, keyword, who, rootsOwn(given));
          if (one.kind !== 'skipped') return [];
          // Principals matter to certificates alone.
          if (keyword === 'authorizedprincipalscommand' && !judged.some(({ certificate }) => certificate)) return [];
          const [fault] = one.faults;
          const entry = fault?.entry ?? given.paths.get(one.path);
          const evidence: Evidence[] = one.from.map(quoted);
          if (entry) evidence.push({ side: 'server', section: 'paths', line: entry.line, text: entry.text });
          const trouble = entry?.type === 'dir' ? 'directory' : 'file';
          const why = fault ? `bad ownership or modes for ${trouble} ${fault.entry.path}` : 'there is no such program';
          const path = fault?.entry.path;
          const data = { what, command: one.command, why, path, home: inHome(given.accounts, path) };
          const role = letIn ? { latent: true as const } : {};
          return [{ data, subject: one.command, verdict: 'confirmed' as const, evidence, ...role }];
        });
        return found.length > 0 ? found : undefined;
      },
    }),
    proof({
      needs: { sshdLog, meta },
      helps: { accounts },
      check({ sshdLog: log, meta: { now }, accounts: all }, { user }) {
        const said = lastSaid(
          log,
          now,
          /Unsafe (Authorized(?:Keys|Principals)Command) "(.{1,500})": ((?:bad ownership or modes for (?:file|directory) )?(.{1,300}))$/,
          user,
        );
        if (!said) return [];
        const [, what = '', command = '', why = '', at = ''] = said.match;
        const path = at.startsWith('/')
          ? at
          : /^bad ownership or modes for file/.test(why)
            ? command.split(' ')[0]
            : undefined;
        const data = { what, command, why, path, home: inHome(all, path) };
        return [{ data, subject: command, verdict: 'confirmed', evidence: [said.evidence] }];
      },
    }),
  ],
  says: ({ what, command, why }) => `sshd does not run the ${what} ${command}: ${why}.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing', 'auth/keys-command-failed'],
  remedy: ({ path, command, home }) =>
    path !== undefined && home !== undefined
      ? {
          refuse: `it lies in the home of ${home}, which root cannot have for itself`,
          manual: [
            `Move the program to where only root writes, and name it so in sshd_config: install -o root -g root -m 0755 ${shellQuote(command.split(' ')[0] ?? '')} /usr/local/sbin/`,
            'Then run sshd -t, and reload sshd.',
          ],
        }
      : path === undefined
        ? {
            refuse: 'the program is not there as the configuration names it',
            manual: [`Install ${command}, or correct the line of sshd_config that names it.`],
          }
        : {
            summary: 'give it to root alone',
            risk: 'safe',
            where: 'server',
            changes: [
              { kind: 'owner', path, owner: 'root:' },
              { kind: 'mode', path, mode: 'go-w' },
            ],
          },
});
