import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { type Setting, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly lists: string;
  readonly off: readonly string[];
  readonly at: { readonly file: string; readonly line: number };
}

const SWITCHES: Readonly<Record<string, string>> = {
  publickey: 'pubkeyauthentication',
  password: 'passwordauthentication',
  'keyboard-interactive': 'kbdinteractiveauthentication',
  hostbased: 'hostbasedauthentication',
  'gssapi-with-mic': 'gssapiauthentication',
};

export const cause = defineCause<Data>({
  id: 'auth/methods-unsatisfiable',
  severity: 'blocks',
  title: 'AuthenticationMethods asks for a method that is switched off',
  why: 'Every list of AuthenticationMethods that applies to this user contains a method that is disabled for them, so there is no way to finish a login. For everybody sshd would notice at its start; in a Match block it notices only when the user comes.',
  refs: ['sshd_config(5), AuthenticationMethods', 'auth2.c, auth2_setup_methods_lists()'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      check({ sshdConfig: config, accounts: all, groups: memberships }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (!account) return [];
        const who = connectionOf(attempt, account, memberships);
        const lists = setting(config, 'authenticationmethods', who);
        const [from] = lists.from;
        if (!from) return [];
        const switches = new Map(
          Object.entries(SWITCHES).map(([method, keyword]) => [method, setting(config, keyword, who)] as const),
        );
        const off = (list: string): Setting[] =>
          list.split(',').flatMap((word) => {
            const rule = switches.get(word.replace(/:.*/s, ''));
            return rule?.values[0]?.toLowerCase() === 'no' ? [rule] : [];
          });
        if (lists.values.some((list) => list === 'any' || off(list).length === 0)) return [];
        const rules = lists.values.flatMap(off).flatMap((rule) => rule.from);
        const evidence = [from, ...new Set(rules)].map(
          ({ file, line, text }): Evidence => ({ side: 'server', section: `file:${file}`, line, text }),
        );
        const names = [...switches]
          .filter(([, rule]) => lists.values.flatMap(off).includes(rule))
          .map(([name]) => name);
        const data = {
          user: account.name,
          lists: lists.values.join(' '),
          off: names,
          at: { file: from.file, line: from.line },
        };
        return [{ data, subject: account.name, verdict: lists.certain ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ user, lists, off, at }) =>
    `${user} must pass ${lists} (line ${at.line} of ${at.file}), but ${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} switched off: nobody can.`,
  masks: ['auth/key-not-authorized', 'auth/method-disabled'],
  remedy: ({ off, at }) => ({
    refuse: 'which proofs of identity a server asks for is its policy',
    manual: [
      `Switch ${off.join(' and ')} on where the block applies, or change line ${at.line} of ${at.file}; run sshd -t, then reload sshd.`,
    ],
  }),
});
