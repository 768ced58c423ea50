import type { Attempt } from '../../model/attempt.ts';
import { notAllowed } from '../access/allowed.ts';
import type { OfferFacts } from '../access/bench.ts';
import { expiredForSshd } from '../access/password.ts';
import { connectionOf } from '../access/who.ts';
import type { Account, ShadowEntry } from '../accounts.ts';
import { type Setting, type SshdConfig, setting, word } from '../sshd/index.ts';

/** Whether an account can be entered with a key at all, whatever key it is. */
export interface AccountDoor {
  /** What keeps every key out, in words. */
  readonly closed: readonly string[];
  /** What decides and is not known. */
  readonly doubts: readonly string[];
  /** What is asked for beside the key, by the shortest list of AuthenticationMethods that has it. */
  readonly needs: readonly string[];
  /** PermitRootLogin forced-commands-only applies: only keys with a command. */
  readonly commandsOnly: boolean;
  /** False for a login shell that ends at once. */
  readonly shell: boolean;
}

const DAY_MS = 86_400_000;
const NO_SHELL = /\/(nologin|false)$/;

const placeOf = ({ from }: Setting): string =>
  from[0] === undefined ? 'by default' : `line ${from[0].line} of ${from[0].file}`;

/** Why it is not certain what a setting comes to. */
export function whyUncertain({ unread }: SshdConfig): string {
  const [first] = unread;
  return first ? `${first.path} was not read` : 'it hangs on where the client comes from';
}

/** Reads what decides about every key of an account: sshd_config, the shell, and the dates of the account. */
export function accountDoor(
  given: OfferFacts,
  account: Account,
  attempt: Attempt,
  shadow: ShadowEntry | undefined,
): AccountDoor {
  const { sshdConfig: config, paths, meta } = given;
  const who = connectionOf({ ...attempt, user: account.name }, account, given.groups);
  const closed: string[] = [];
  const doubts: string[] = [];
  const decide = (keyword: string, closes: (value: string) => boolean, says: (place: string) => string): string => {
    const rule = setting(config, keyword, who);
    const value = rule.values[0]?.toLowerCase() ?? '';
    if (!rule.certain) doubts.push(`what ${keyword} comes to (${whyUncertain(config)})`);
    else if (closes(value)) closed.push(says(placeOf(rule)));
    return value;
  };
  decide(
    'pubkeyauthentication',
    (value) => value === 'no',
    (place) => `PubkeyAuthentication is off (${place})`,
  );
  const root =
    account.uid === 0
      ? decide(
          'permitrootlogin',
          (value) => value === 'no',
          (place) => `PermitRootLogin is off (${place})`,
        )
      : '';
  const turned = notAllowed(config, account, given.groups, { ...attempt, user: account.name });
  if (turned) {
    const { file, line, words } = turned.lines[0] ?? {};
    closed.push(`${words?.keyword ?? turned.keyword} in line ${line} of ${file} keeps ${account.name} out`);
  }
  const alone = word(config, 'usepam', who) === 'no';
  if (alone && shadow && expiredForSshd(shadow, meta.now)) closed.push('the account has expired');
  if (!alone && shadow?.expire !== undefined && Math.floor(meta.now / DAY_MS) >= shadow.expire)
    doubts.push('the account has expired, and what PAM makes of it was not asked');
  if (alone && shadow?.password.startsWith('bang')) closed.push('the account is locked, and UsePAM is off');
  const shell = account.shell || '/bin/sh';
  if (paths.get(shell)?.type === 'missing') closed.push(`its shell ${shell} does not exist`);
  return {
    closed,
    doubts,
    ...methods(setting(config, 'authenticationmethods', who), closed),
    commandsOnly: root === 'forced-commands-only',
    shell: !NO_SHELL.test(shell),
  };
}

/** What a key is good for among the lists of AuthenticationMethods; a list without one keeps it out. */
function methods(rule: Setting, closed: string[]): { needs: readonly string[] } {
  const lists = rule.values.filter((list) => list !== '' && list !== 'any').map((list) => list.split(','));
  if (lists.length === 0) return { needs: [] };
  const withKey = lists
    .filter((list) => list.includes('publickey'))
    .map((list) => list.filter((method, at) => method !== 'publickey' || list.indexOf(method) !== at))
    .sort((a, b) => a.length - b.length);
  if (withKey[0] === undefined) closed.push(`AuthenticationMethods asks for no key (${placeOf(rule)})`);
  return { needs: withKey[0] ?? [] };
}
