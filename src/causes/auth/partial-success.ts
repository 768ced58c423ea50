import { accepted, accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  /** What was accepted, and what is asked for next. */
  readonly first: string;
  readonly next: readonly string[];
}

export const cause = defineCause<Data>({
  id: 'auth/partial-success',
  severity: 'blocks',
  title: 'The first factor was accepted, and a second one is required',
  why: 'AuthenticationMethods can ask for several methods one after the other, such as publickey,password or publickey,keyboard-interactive. The key is then right and not enough; a script, an agent or a client in BatchMode stops there with "Permission denied".',
  refs: ['sshd_config(5), AuthenticationMethods', 'RFC 4252, 5.1 (partial success)'],
  proofs: [
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user = '' }) {
        const partial = log.methods.findLast((one) => one.partial);
        if (!partial || log.authenticated) return undefined;
        const first = log.offered.some((key) => key.accepted) ? 'publickey' : 'the first method';
        const evidence = [{ side: 'client', section: 'attempt', line: partial.line, text: partial.text } as const];
        return [{ data: { user, first, next: partial.methods }, subject: user, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: keyFacts,
      helps: { sshdLog, meta },
      check(given, attempt) {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        if (!account) return [];
        const rule = setting(given.sshdConfig, 'authenticationmethods', connectionOf(attempt, account, given.groups));
        const lists = rule.values.map((list) => list.split(','));
        const [list] = lists;
        const [mine] = accountKeys(given, attempt);
        if (!list || rule.from.length === 0 || lists.some((one) => one.length < 2)) return [];
        const now = given.meta?.now ?? 0;
        const said = lastSaid(given.sshdLog ?? [], now, /^Partial (\S+) for (\S+) from /, account.name);
        const spoken = said?.match[2] === account.name ? said : undefined;
        const [, first = 'publickey'] = spoken?.match ?? [];
        const keyFits = mine !== undefined && accepted(mine, attempt) && list[0]?.startsWith('publickey') === true;
        if (!spoken && !keyFits) return [];
        const evidence: Evidence[] = [...rule.from.map(quoted), ...(spoken ? [spoken.evidence] : [])];
        const data = { user: account.name, first, next: list.slice(1) };
        // A person may have the second factor at hand.
        return [{ data, subject: account.name, verdict: spoken ? 'likely' : 'possible', evidence }];
      },
    }),
  ],
  says: ({ user, first, next }) =>
    `${first === 'publickey' ? 'The key' : first} of ${user} is accepted, but the server also wants: ${next.join(', ')}.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ next }) => ({
    refuse: 'a second factor is there to be given, not to be taken away',
    manual: [
      `Log in where somebody can answer (no BatchMode): ${next.join(', ')}.`,
      'For a machine account: a Match User block with an AuthenticationMethods of its own, e.g. publickey.',
    ],
  }),
});
