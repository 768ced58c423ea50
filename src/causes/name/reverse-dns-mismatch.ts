import { blockRule, keyRule, type NameRule, userRule } from '../../facts/access/by-name.ts';
import { clientName, type Nameless } from '../../facts/access/client-name.ts';
import { accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { sshdLog } from '../../facts/log.ts';
import { reverse } from '../../facts/reverse.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data extends Pick<NameRule, 'kind' | 'file' | 'line' | 'names'> {
  readonly user: string;
  readonly from: string;
  readonly why: Nameless;
  /** The name that the address claims. */
  readonly claimed?: string;
}

const WHY: Readonly<Record<Data['why'], (data: Data) => string>> = {
  off: ({ from }) => `sshd looks for no names (UseDNS no), so it knows the client as ${from} alone`,
  'no-name': ({ from }) => `${from} has no name (no PTR record)`,
  'not-back': ({ from, claimed }) =>
    `the name of ${from}, ${claimed}, does not lead back to it (half set up, or forged)`,
};

const RULE: Readonly<Record<NameRule['kind'], (data: Data) => string>> = {
  key: ({ line, file, names }) => `Line ${line} of ${file} lets this key in from ${names} only`,
  user: ({ line, file, names }) => `AllowUsers in line ${line} of ${file} lets in ${names}`,
  block: ({ line, file, names }) =>
    `The block Match Host in line ${line} of ${file} lets clients in whose name is ${names}`,
};

export const cause = defineCause<Data>({
  id: 'name/reverse-dns-mismatch',
  severity: 'blocks',
  title: 'A rule wants a name that the client does not have for the server',
  why: 'from="host" in authorized_keys, AllowUsers user@host and Match Host go by the name that the address of the client has in DNS. sshd looks for it only with UseDNS yes, which is not the default, and takes it only when the name leads back to the address. Otherwise it holds the address against these rules, and no name fits it.',
  refs: [
    'sshd_config(5), UseDNS, Match, AllowUsers',
    'sshd(8), AUTHORIZED_KEYS FILE FORMAT, from="pattern-list"',
    'canohost.c, remote_hostname()',
  ],
  proofs: [
    proof({
      needs: keyFacts,
      helps: { reverse, sshdLog, attemptLog },
      check(given, attempt) {
        const { from, user } = attempt;
        const account = user === undefined ? undefined : given.accounts.find(user);
        if (from === undefined || !account) return [];
        const { sshdConfig: config } = given;
        const known = clientName(config, from, { reverse: given.reverse, log: given.sshdLog });
        if (!known) return undefined;
        // A name that is sure is for the causes of the gate auth to hold against the rules.
        if (known.why === undefined) return [];
        const who = connectionOf(attempt, account, given.groups);
        const [mine] = accountKeys(given, attempt);
        // A client offers no key to a server that does not take any.
        const byKey = attempt.keys !== undefined || given.attemptLog !== undefined;
        const rule =
          userRule(config, account, who) ??
          (mine && attempt.keys ? keyRule(mine, attempt) : undefined) ??
          blockRule(config, byKey ? 'key' : 'password', who);
        if (!rule) return [];
        const claimed = known.claimed === undefined ? {} : { claimed: known.claimed };
        const { kind, file, line, names } = rule;
        const data = { kind, file, line, names, user: account.name, from, why: known.why, ...claimed };
        const evidence = [...rule.evidence, ...known.evidence];
        const verdict = rule.sure ? 'confirmed' : 'likely';
        return [{ data, subject: `${file}:${line}`, verdict, evidence, closes: 'auth' }];
      },
    }),
  ],
  says: (data) => `${RULE[data.kind](data)}, but ${WHY[data.why](data)}.`,
  masks: [
    'auth/key-from-restricted',
    'auth/key-not-authorized',
    'auth/user-not-allowed',
    'auth/method-disabled',
    'auth/root-login-refused',
  ],
  remedy: ({ kind, file, line, why, from, claimed }) => ({
    refuse: 'from where somebody may log in was decided by whoever wrote that line',
    manual: [
      `If ${from} is to be let in: name the address, not a name, in ${kind === 'key' ? 'from="…" in ' : ''}line ${line} of ${file}; addresses need no DNS.`,
      ...(why === 'off' ? ['Or set UseDNS yes, run sshd -t, reload sshd; then each login waits for DNS.'] : []),
      ...(why === 'no-name'
        ? [`Or have a PTR record made for ${from}, with an address record of that name that leads back.`]
        : []),
      ...(why === 'not-back'
        ? [`Or have the address record of ${claimed} name ${from}, or the PTR record of ${from} corrected.`]
        : []),
    ],
  }),
});
