/** Readers of keywords that take a list (servconf.c, process_server_config_line_depth()). */
import { atLeast, type ValueType } from '../../knowledge/sshd-keywords.ts';
import { bad, type Line, missing, nothingNamed, type Read, stop, stopWhen, take, values } from './line.ts';
import type { Reader } from './read-one.ts';
import { integer, portNumber, seconds, validAddresses } from './scalars.ts';

const AUTH_METHODS = [
  'none',
  'publickey',
  'gssapi-keyex',
  'gssapi-with-mic',
  'password',
  'keyboard-interactive',
  'hostbased',
];

/** auth2_methods_valid() of auth2.c; the question which are enabled is asked only of a whole configuration. */
export function validMethods(list: string, enabled: (method: string) => boolean = () => true): boolean {
  return list.split(',').every((word) => {
    const method = word.replace(/:.*/s, '');
    return AUTH_METHODS.includes(method) && enabled(method);
  });
}

function readMethods({ args, modern, written, release }: Line): Read {
  const name = modern ? written : 'AuthenticationMethods';
  // 8.4 passes over the whole line once there are methods.
  const wrong = (text: string): Read => (modern ? stop(text) : stopWhen('unset', text));
  if (args.length === 0) return wrong(`no ${name} specified`);
  for (const [i, word] of args.entries()) {
    const alone = `"any" must appear alone in ${name}`;
    if (word === 'any' && i > 0)
      return atLeast(release, [9, 8]) ? stop(alone) : stopWhen(modern ? 'active' : 'first', alone);
    if (word !== 'any' && args[0] === 'any') return wrong(alone);
    if (word !== 'any' && !validMethods(word))
      return wrong(modern ? `invalid ${written} method list.` : 'invalid authentication method list.');
  }
  return values(args);
}

function readWords(line: Line): Read {
  const { args, written } = line;
  for (const [i, word] of args.entries()) {
    if (/^none$/i.test(word)) {
      const looksBack = line.keyword.type !== 'channel-timeout' || atLeast(line.release, [9, 8]);
      if ((looksBack && i > 0) || args.length > i + 1)
        return bad(`keyword ${written} "none" argument must appear alone.`);
    } else if (line.keyword.type === 'channel-timeout') {
      const [type, time] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
      if (!word.includes('=') || type === '' || seconds(time) === undefined)
        return stop(`invalid channel timeout ${word}`);
    } else if (word === '') return bad(`keyword ${written} empty argument`);
  }
  return nothingNamed(line) ?? values(args);
}

function readPermit(line: Line): Read {
  const { id, args, modern, written, release } = line;
  const [first = ''] = args;
  const strict = atLeast(release, [9, 8]);
  if (first === '') return modern ? missing(line) : stop(`missing ${id} specification`);
  if (!strict && /^(any|none)$/.test(first)) return take(line, 1, first);
  const badPort = () => stop(modern ? `${written} bad port number` : `bad port number in ${id}`);
  const list: string[] = [];
  for (const [i, word] of args.entries()) {
    if (strict && (word === 'any' || word === 'none')) {
      if (i > 0) return stop(`${word} must appear alone on a ${written} line.`);
      list.push(word);
    } else if (id === 'permitlisten' && !word.includes(':')) {
      if (word !== '*' && portNumber(word) <= 0) return badPort();
      list.push(`*:${word}`);
    } else {
      const found = /^(\[[^\]]*\]|[^:/]*)(?:[:](.*))?$/s.exec(word);
      if (!found) return stop(modern ? `${written} missing host` : `missing host in ${id}`);
      const port = found[2];
      if (port === undefined || (port !== '*' && portNumber(port) <= 0)) return badPort();
      list.push(word);
    }
  }
  return values(list);
}

const PENALTY = /^(crash|authfail|noauth|grace-exceeded|refuseconnection|max|min):(.*)$/s;

function readPenalties({ args, written }: Line): Read {
  if (args.length === 0) return stop(`no ${written} specified`);
  const list: string[] = [];
  for (const [i, arg] of args.entries()) {
    const timed = PENALTY.exec(arg);
    const counted = /^(max-sources[46]):(.*)$/s.exec(arg);
    if (/^(yes|no)$/i.test(arg)) {
      if (i < args.length - 1) return stop(`keyword ${written} "${arg}" argument must appear alone.`);
      list.push(`enabled:${arg.toLowerCase()}`);
    } else if (timed) {
      const time = seconds(timed[2] ?? '');
      if (time === undefined) return stop(`invalid ${written} time value.`);
      list.push(`${timed[1]}:${time}`);
    } else if (counted) {
      const value = integer(counted[2]);
      if (typeof value === 'string') return stop(`${written} value ${value}.`);
      list.push(`${counted[1]}:${value}`);
    } else if (/^overflow6?:(deny-all|permissive)$/.test(arg)) list.push(arg);
    else return stop(`unsupported ${written} keyword ${arg}`);
  }
  return values(list);
}

/** argv_assemble() of misc.c, for one word. */
function quoted(word: string): string {
  const escaped = word.replace(/[\\'"]/g, '\\$&');
  return /[ \t]/.test(word) ? `"${escaped}"` : escaped;
}

export const MANY: Partial<Record<ValueType, Reader>> = {
  users(line) {
    const { args, modern, written, keyword, release } = line;
    for (const pattern of args) {
      // A user name may hold an @ of its own for 10.0.
      const at = atLeast(release, [10, 0]) ? pattern.lastIndexOf('@') : pattern.indexOf('@');
      if ((modern && pattern === '') || (at >= 0 && !validAddresses(pattern.slice(at + 1))))
        return stop(`invalid ${modern ? written : keyword.name} pattern: "${pattern}"`);
    }
    return nothingNamed(line) ?? values(args);
  },
  groups(line) {
    if (line.modern && line.args.includes('')) return stop(`empty ${line.written} pattern`);
    return nothingNamed(line) ?? values(line.args);
  },
  'accept-env'(line) {
    if (line.args.some((name) => name.includes('=') || name === '')) return stop('Invalid environment name.');
    return nothingNamed(line) ?? values(line.args);
  },
  'set-env'(line) {
    const { args, modern } = line;
    if (args.some((pair) => !pair.includes('='))) return stop('Invalid environment.');
    const nameOf = (pair: string) => pair.split('=', 1)[0];
    const firsts = args.filter((pair, i) => args.findIndex((other) => nameOf(other) === nameOf(pair)) === i);
    return nothingNamed(line) ?? values(modern ? firsts : args);
  },
  words: readWords,
  'channel-timeout': readWords,
  'key-files'(line) {
    if (line.args.includes('')) return bad(`keyword ${line.written} empty argument`);
    return nothingNamed(line) ?? values(line.args);
  },
  methods: readMethods,
  permit: readPermit,
  subsystem(line) {
    const { args, modern, release } = line;
    const [name, ...command] = args;
    if (!name) return modern ? missing(line) : stop('Missing subsystem name.');
    if (!command[0]) return stopWhen('first', 'Missing subsystem command.');
    return values([`${name} ${(atLeast(release, [9, 5]) ? command.map(quoted) : command).join(' ')}`]);
  },
  penalties: readPenalties,
  'address-list'(line) {
    const [first = ''] = line.args;
    if (first === '') return stop('missing argument.');
    return validAddresses(first) ? take(line, 1, first) : stop(`keyword ${line.written} invalid address argument.`);
  },
};
