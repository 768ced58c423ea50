import type { Account, Groups, ShadowEntry } from '../accounts.ts';
import type { Family } from '../source.ts';
import type { Answer, Rule } from './stack.ts';

/** What the account modules look at. */
export interface Asked {
  readonly account: Account;
  readonly groups: Groups;
  readonly shadow?: ShadowEntry | undefined;
  readonly files: Family;
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
}

const DAY_MS = 86_400_000;

function linesOf(files: Family, path: string): readonly string[] | undefined {
  const found = files.get(path);
  if (found?.status === 'absent') return [];
  return found?.status === 'ok' ? found.text.split('\n') : undefined;
}

/** Whether a configuration file holds nothing but comments. */
function says(files: Family, path: string): boolean | undefined {
  return linesOf(files, path)?.some((line) => !/^\s*(?:#|$)/.test(line));
}

/** pam_unix_acct.c: dates of shadow(5); a password that cannot match is no matter here. */
function unix({ shadow, now }: Asked): Answer | undefined {
  if (!shadow) return undefined;
  const today = Math.floor(now / DAY_MS);
  const { lastChange, max, inactive, expire } = shadow;
  if (expire !== undefined && today >= expire) return 'acct_expired';
  if (lastChange === 0) return 'new_authtok_reqd';
  if (lastChange === undefined || lastChange > today || max === undefined || max < 0) return 'success';
  if (inactive !== undefined && inactive >= 0 && today > lastChange + max + inactive) return 'authtok_expired';
  return today > lastChange + max ? 'new_authtok_reqd' : 'success';
}

/** pam_succeed_if(8): conditions of three words, all of which must hold. */
function succeedIf({ args }: Rule, { account, groups }: Asked): Answer | undefined {
  const words = args.filter((word) => !/^(?:debug|quiet|quiet_fail|quiet_success|use_uid|audit)$/.test(word));
  if (words.length % 3 !== 0) return undefined;
  let all = true;
  for (let i = 0; i < words.length; i += 3) {
    const [what = '', how = '', value = ''] = words.slice(i, i + 3);
    const held = condition(
      { user: account.name, uid: account.uid, gid: account.gid }[what],
      how,
      value,
      groups.of(account),
    );
    if (held === undefined) return undefined;
    all &&= held;
  }
  return all ? 'success' : 'auth_err';
}

function condition(
  of: string | number | undefined,
  how: string,
  value: string,
  groups: readonly string[],
): boolean | undefined {
  if (how === 'ingroup' || how === 'notingroup') {
    const member = value.split(':').some((name) => groups.includes(name));
    return member === (how === 'ingroup');
  }
  if (of === undefined) return undefined;
  if (typeof of === 'number') {
    const other = Number(value);
    if (!Number.isInteger(other)) return undefined;
    const compare: Readonly<Record<string, boolean>> = {
      eq: of === other,
      '==': of === other,
      ne: of !== other,
      lt: of < other,
      '<': of < other,
      le: of <= other,
      '<=': of <= other,
      gt: of > other,
      '>': of > other,
      ge: of >= other,
      '>=': of >= other,
      '=': of === other,
      '!=': of !== other,
    };
    return compare[how];
  }
  if (how === '=' || how === '!=') return /[*?[]/.test(value) ? undefined : (of === value) === (how === '=');
  if (how === 'in' || how === 'notin') return value.split(':').includes(of) === (how === 'in');
  return undefined;
}

/** What a module of the account stack answers for a login that has come so far; `undefined` when that is not known. */
export function accountAnswer(rule: Rule, asked: Asked): Answer | undefined {
  const { account, files } = asked;
  switch (rule.module) {
    case 'pam_permit':
      return 'success';
    case 'pam_deny':
      return 'auth_err';
    case 'pam_unix':
      return unix(asked);
    case 'pam_nologin': {
      const own = rule.args.find((word) => word.startsWith('file='))?.slice(5);
      const there = (own ? [own] : ['/var/run/nologin', '/run/nologin', '/etc/nologin']).map(
        (path) => files.get(path)?.status,
      );
      if (there.includes('ok')) return account.uid === 0 ? 'ignore' : 'auth_err';
      if (own && there[0] !== 'absent') return undefined;
      return rule.args.includes('successok') ? 'success' : 'ignore';
    }
    case 'pam_access':
      return rule.args.length === 0 && says(files, '/etc/security/access.conf') === false ? 'success' : undefined;
    case 'pam_time':
      return says(files, '/etc/security/time.conf') === false ? 'success' : undefined;
    case 'pam_faillock':
      return 'success';
    case 'pam_succeed_if':
      return succeedIf(rule, asked);
    case 'pam_localuser':
      return 'success';
    case 'pam_shells': {
      const shells = linesOf(files, '/etc/shells');
      return shells && (shells.includes(account.shell) ? 'success' : 'auth_err');
    }
    default:
      return undefined;
  }
}
