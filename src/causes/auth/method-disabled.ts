import { enough, passwordMethods } from '../../facts/access/password.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups, shadow } from '../../facts/accounts.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { type Setting, setting, sshdConfig, word } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Place {
  readonly file: string;
  readonly line: number;
}

interface Data {
  readonly method: 'publickey' | 'password';
  readonly user: string;
  /** The line that switches it off; unknown from the client's side. */
  readonly at?: Place | undefined;
  /** What the server takes instead. */
  readonly instead: readonly string[];
}

const off = (rule: Setting): boolean => rule.values[0]?.toLowerCase() === 'no';

function place(rule: Setting): { at?: Place; evidence: Evidence[] } {
  const [from] = rule.from;
  if (!from) return { evidence: [] };
  const { file, line, text } = from;
  return { at: { file, line }, evidence: [{ side: 'server', section: `file:${file}`, line, text }] };
}

export const cause = defineCause<Data>({
  id: 'auth/method-disabled',
  severity: 'blocks',
  title: 'The way of logging in that the client can use is switched off',
  why: 'PubkeyAuthentication, PasswordAuthentication and KbdInteractiveAuthentication switch ways of logging in on and off, for everybody or in a Match block for some. A key is worth nothing where PubkeyAuthentication is off, and a password nothing where both of the others are, or where AuthenticationMethods wants keys.',
  refs: ['sshd_config(5), PubkeyAuthentication, PasswordAuthentication, KbdInteractiveAuthentication'],
  proofs: [
    proof({
      needs: { sshdConfig, accounts, groups },
      helps: { shadow, attemptLog },
      check({ sshdConfig: config, accounts: all, groups: memberships, shadow: passwords, attemptLog: log }, attempt) {
        const account = attempt.user === undefined ? undefined : all.find(attempt.user);
        if (!account) return [];
        const who = connectionOf(attempt, account, memberships);
        const [publickey, password, interactive] = (
          ['pubkeyauthentication', 'passwordauthentication', 'kbdinteractiveauthentication'] as const
        ).map((keyword) => setting(config, keyword, who)) as [Setting, Setting, Setting];
        const instead = [
          ...(off(publickey) ? [] : ['publickey']),
          ...(off(password) ? [] : ['password']),
          // It asks PAM and nobody else.
          ...(off(interactive) || word(config, 'usepam', who) === 'no' ? [] : ['keyboard-interactive']),
        ];
        const user = account.name;
        // A client offers no key to a server that does not take any, so then its own words tell.
        const refused = log?.methods[0]?.methods.includes('publickey') === false && !log.authenticated;
        if ((attempt.keys || refused) && off(publickey)) {
          const { at, evidence } = place(publickey);
          const data: Data = { method: 'publickey', user, instead, at };
          return [{ data, subject: user, verdict: publickey.certain ? 'confirmed' : 'likely', evidence }];
        }
        const hasPassword = passwords?.get(user)?.password === 'hash';
        if (attempt.keys || log || !hasPassword) return [];
        const methods = passwordMethods(config, attempt, account, memberships);
        const wanted = setting(config, 'authenticationmethods', who);
        // A list of several methods may hold a password beside a key that nobody told of.
        const listed = wanted.values.filter((list) => list !== '' && list !== 'any');
        const barred = listed.length === wanted.values.length && listed.length > 0 && !enough(wanted, methods);
        if (methods.length > 0 && !(barred && listed.every((list) => /^publickey(?:,publickey)*$/.test(list))))
          return [];
        const rule = methods.length > 0 ? wanted : password;
        const { at, evidence } = place(rule);
        const data: Data = { method: 'password', user, instead: methods.length > 0 ? listed : instead, at };
        return [{ data, subject: user, verdict: rule.certain ? 'confirmed' : 'likely', evidence }];
      },
    }),
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }, { user = '' }) {
        const [first] = log.methods;
        if (log.authenticated || !first || first.methods.includes('publickey') || first.partial) return [];
        const evidence = [{ side: 'client', section: 'attempt', line: first.line, text: first.text } as const];
        return [
          {
            data: { method: 'publickey', user, instead: first.methods },
            subject: user,
            verdict: 'confirmed',
            evidence,
          },
        ];
      },
    }),
  ],
  says: ({ method, user, at, instead }) =>
    `${method === 'publickey' ? 'Keys are' : 'Passwords are'} switched off for ${user}${at ? ` by line ${at.line} of ${at.file}` : ''}; the server takes ${instead.join(', ') || 'nothing'} only.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing', 'auth/authorized-keys-modes'],
  remedy: ({ method, at, instead }) => ({
    refuse: 'which ways of logging in a server offers is its policy',
    manual: [
      ...(instead.length > 0 ? [`Log in with ${instead.join(' or ')}.`] : []),
      `To allow ${method === 'publickey' ? 'keys' : 'passwords'}: change ${at ? `line ${at.line} of ${at.file}` : 'sshd_config'}, run sshd -t, then reload sshd.`,
    ],
  }),
});
