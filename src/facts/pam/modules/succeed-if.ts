import { type Asked, inGroup, type Module, SERVICE, say, TTY } from '../asked.ts';
import type { Answer } from '../stack.ts';
import { fnmatch } from './fnmatch.ts';

const FLAGS = /^(?:debug|quiet|quiet_fail|quiet_success|use_uid|audit)$/;

/** strtoll(3) with base 0; null for what is no number, `undefined` where the releases differ. */
function number(text: string): bigint | undefined | null {
  if (text === '') return undefined;
  const [, sign = '', digits = ''] = /^\s*([+-]?)(0x[\da-f]+|\d+)$/i.exec(text) ?? [];
  if (digits === '' || digits.length > 17) return null;
  const octal = /^0\d/.test(digits);
  if (octal && /[89]/.test(digits)) return null;
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -value : value;
}

const NUMERIC: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '<': (a, b) => a < b,
  lt: (a, b) => a < b,
  '<=': (a, b) => a <= b,
  le: (a, b) => a <= b,
  '>': (a, b) => a > b,
  gt: (a, b) => a > b,
  '>=': (a, b) => a >= b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
};

const answer = (held: boolean): Answer => (held ? 'success' : 'auth_err');

/** evaluate(): what a condition of three words comes to; `undefined` when that is not known. */
function evaluate(what: string, how: string, value: string, asked: Asked): Answer | undefined {
  const { account, rhost } = asked;
  const left: Readonly<Record<string, string | undefined>> = {
    login: account.name,
    name: account.name,
    user: account.name,
    uid: String(account.uid),
    gid: String(account.gid),
    shell: account.shell,
    home: account.home,
    dir: account.home,
    homedir: account.home,
    service: SERVICE,
    ruser: '',
    rhost,
    tty: TTY,
  };
  const attribute = what.toLowerCase();
  if (!Object.hasOwn(left, attribute)) return 'service_err';
  const is = left[attribute];
  const qualifier = how.toLowerCase();
  // Before 1.5 these then looked at nobody.
  if (attribute === 'ruser' && /group|netgr/.test(qualifier)) return undefined;
  if (qualifier === 'ingroup' || qualifier === 'notingroup') {
    const member = value.split(':').some((name) => name !== '' && inGroup(asked, name));
    return answer(member === (qualifier === 'ingroup'));
  }
  if (qualifier === 'innetgr' || qualifier === 'notinnetgr' || is === undefined) return undefined;
  const compare = Object.hasOwn(NUMERIC, qualifier) ? NUMERIC[qualifier] : undefined;
  if (compare) {
    const [a, b] = [number(is), number(value)];
    if (a === undefined || b === undefined) return undefined;
    return a === null || b === null ? 'service_err' : answer(compare(a, b));
  }
  switch (qualifier) {
    case '=':
      return answer(is === value);
    case '!=':
      return answer(is !== value);
    case 'in':
    case 'notin':
      return is === '' ? undefined : answer(value.split(':').includes(is) === (qualifier === 'in'));
    case '=~':
    case 'glob':
    case '!~':
    case 'noglob': {
      const fits = fnmatch(value, is);
      return fits === undefined ? undefined : answer(fits === (qualifier === '=~' || qualifier === 'glob'));
    }
    default:
      return 'service_err';
  }
}

/** pam_succeed_if(8): conditions of three words, all of which must hold. */
export const succeedIf: Module = ({ args }, asked) => {
  // sshd runs PAM as root, so that is who "the user of the process" is.
  const who = args.includes('use_uid')
    ? { ...asked, account: { ...asked.account, name: 'root', uid: 0, gid: 0, home: '/root' } }
    : asked;
  const words = args.filter((word) => !FLAGS.test(word));
  if (args.includes('use_uid') && words.some((word) => /shell|home|dir|group/i.test(word))) return undefined;
  for (let i = 0; i + 2 < words.length; i += 3) {
    const [what = '', how = '', value = ''] = words.slice(i, i + 3);
    const one = evaluate(what, how, value, who);
    if (one !== 'success') return one && say(one);
  }
  return say(words.length % 3 === 0 ? 'success' : 'service_err');
};
