/** Readers of keywords that take one value, or a fixed number (servconf.c, process_server_config_line_depth()). */
import type { ValueType } from '../../knowledge/sshd-keywords.ts';
import { bad, type Line, missing, type Read, stop, stopWhen, take, values } from './line.ts';
import { absolutePath, INT_MAX, integer, listenWords, portNumber, scaled, seconds, serviceClass } from './scalars.ts';

export type Reader = (line: Line) => Read;

const LOG_LEVELS = ['QUIET', 'FATAL', 'ERROR', 'INFO', 'VERBOSE', 'DEBUG', 'DEBUG1', 'DEBUG2', 'DEBUG3'];
const FACILITIES = ['DAEMON', 'USER', 'AUTH', 'AUTHPRIV', ...Array.from({ length: 8 }, (_, i) => `LOCAL${i}`)];
const HASHES = ['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512'];

/** A keyword that takes one word of a fixed set; each word with what sshd keeps of it. */
function oneOf(words: Readonly<Record<string, string>>): Reader {
  return (line) => {
    const [first = ''] = line.args;
    if (first === '') return stop('missing argument.');
    const value = words[first.toLowerCase()];
    return value === undefined ? stop(`unsupported option "${first}".`) : take(line, 1, value);
  };
}

const same = (...words: string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(words.map((word) => [word, word]));

function readTime(line: Line): Read {
  const [first = ''] = line.args;
  const none = line.keyword.type === 'time-or-none';
  if (none && first.toLowerCase() === 'none') return take(line, 1, 'none');
  if (first === '') return stop('missing time value.');
  const value = seconds(first);
  if (value === undefined) return stop('invalid time value.');
  return take(line, 1, none && value === 0 ? 'none' : String(value));
}

function readPath(line: Line): Read {
  const [first = ''] = line.args;
  const { id, modern } = line;
  if (first === '') {
    if (id === 'hostkeyagent') return stop('missing socket name.');
    return id === 'securitykeyprovider' && modern ? missing(line) : stop('missing file name.');
  }
  const asItIs =
    (id === 'hostkeyagent' && first === 'SSH_AUTH_SOCK') || (id === 'securitykeyprovider' && /^internal$/i.test(first));
  return take(line, 1, asItIs ? first : absolutePath(first));
}

function readWord(line: Line): Read {
  const [first = ''] = line.args;
  const { id, modern, written, keyword } = line;
  if (first !== '') return take(line, 1, first);
  if (id === 'pamservicename') return stop('missing argument.');
  if (id.endsWith('commanduser')) return stop(`missing ${modern ? written : keyword.name} argument.`);
  return modern ? missing(line) : stop('missing file name.');
}

function readMaxStartups(line: Line): Read {
  const [first = ''] = line.args;
  const { modern, written } = line;
  if (first === '') return modern ? missing(line) : stop('Missing MaxStartups spec.');
  const wrong = () => stop(modern ? `Invalid ${written} spec.` : 'Illegal MaxStartups spec.');
  const found = /^([-+]?\d+)(?::([-+]?\d+)(?::([-+]?\d+))?)?/.exec(first);
  if (!found || (found[2] !== undefined && found[3] === undefined)) return wrong();
  const [begin, rate, full] = [Number(found[1]), found[2] && Number(found[2]), Number(found[3] ?? found[1])];
  if (rate !== undefined && rate !== '' && (begin > full || rate > 100 || rate < 1)) return wrong();
  if (modern && (full <= 0 || begin <= 0)) return wrong();
  return take(line, 1, String(begin), rate === undefined ? '' : String(rate), String(full));
}

function readRekey(line: Line): Read {
  const [first = '', second] = line.args;
  const { modern, written } = line;
  if (first === '') return missing(line);
  const size = first === 'default' ? 0 : scaled(first);
  if (size === undefined) return stop(`Bad ${modern ? `${written} ` : ''}number '${first}': Invalid argument`);
  if (size !== 0 && size < 16) return stop(`${modern ? written : 'RekeyLimit'} too small`);
  // A closing quote at the end of the line leaves an empty word.
  if (!modern && second === undefined && line.rest.endsWith('"')) return stop('missing time value.');
  if (second === undefined || (second === 'none' && (modern || line.args.length === 2)))
    return take(line, 2, String(size), '');
  const time = seconds(second);
  return time === undefined ? stop('invalid time value.') : take(line, 2, String(size), String(time));
}

export const ONE: Partial<Record<ValueType, Reader>> = {
  flag: oneOf(same('yes', 'no')),
  'root-login': oneOf({
    ...same('prohibit-password', 'forced-commands-only', 'yes', 'no'),
    'without-password': 'prohibit-password',
  }),
  'ignore-rhosts': oneOf(same('yes', 'no', 'shosts-only')),
  'address-family': oneOf(same('inet', 'inet6', 'any')),
  compression: oneOf({ yes: 'yes', delayed: 'yes', no: 'no' }),
  'gateway-ports': oneOf(same('clientspecified', 'yes', 'no')),
  forwarding: oneOf({ ...same('yes', 'no', 'remote', 'local'), all: 'yes' }),
  port(line) {
    const [first = ''] = line.args;
    if (first === '') return stop('missing port number.');
    const port = portNumber(first);
    return port > 0 ? take(line, 1, String(port)) : stop('Badly formatted port number.');
  },
  'listen-address'({ args, rest, modern }) {
    // A closing quote at the end of the line leaves an empty word.
    const words = listenWords(!modern && args.length === 1 && rest.endsWith('"') ? [...args, ''] : args);
    return typeof words === 'string' ? stop(words) : values([args.join(' ')]);
  },
  time: readTime,
  'time-or-none': readTime,
  integer(line) {
    const value = integer(line.args[0]);
    if (typeof value === 'number') return take(line, 1, String(value));
    return stop(`${line.modern ? `${line.written} ` : ''}integer value ${value}.`);
  },
  mask(line) {
    const [first = ''] = line.args;
    const { modern, written } = line;
    if (first === '') return modern ? missing(line) : stop('missing StreamLocalBindMask argument.');
    const octal = /^[-+]?[0-7]+/.exec(first)?.[0];
    const value = octal === undefined ? -1 : Number.parseInt(octal, 8);
    if (value < 0 || value > 0o777) return stop(modern ? `Invalid ${written}.` : 'Bad mask.');
    return take(line, 1, value === 0 ? '00' : `0${value.toString(8)}`);
  },
  path: readPath,
  'each-path': readPath,
  word: readWord,
  rest(line) {
    if (line.rest === '') return missing(line);
    return values([/^none$/i.test(line.rest) ? 'none' : line.rest]);
  },
  addendum(line) {
    const { rest } = line;
    if (rest === '') return missing(line);
    return values([/^none$/i.test(rest) ? 'none' : rest]);
  },
  command({ rest, modern, written, keyword }) {
    if (rest === '' && !modern) return stop('Missing argument.');
    if (!rest.startsWith('/') && !/^none$/i.test(rest))
      return modern
        ? stop(`${written} must be an absolute path`)
        : stopWhen('first', `${keyword.name} must be an absolute path`);
    return values([rest]);
  },
  'log-level'(line) {
    const [first = ''] = line.args;
    const found = LOG_LEVELS.find((level) => level === first.toUpperCase());
    if (!found) return stop(`unsupported log level '${first || '<NONE>'}'`);
    return take(line, 1, found === 'DEBUG1' ? 'DEBUG' : found);
  },
  'log-facility'(line) {
    const [first = ''] = line.args;
    const found = FACILITIES.find((facility) => facility === first.toUpperCase());
    return found ? take(line, 1, found) : stop(`unsupported log facility '${first || '<NONE>'}'`);
  },
  'max-startups': readMaxStartups,
  'source-max'(line) {
    const [first = ''] = line.args;
    if (first === '') return missing(line);
    const value = first === 'none' ? 'none' : integer(first);
    if (typeof value === 'string' && value !== 'none') return stop(`${line.written} integer value ${value}.`);
    return take(line, 1, value === INT_MAX ? 'none' : String(value));
  },
  'net-block'(line) {
    const [first = ''] = line.args;
    if (first === '') return missing(line);
    const found = /^([-+]?\d+)(?::([-+]?\d+))?/.exec(first);
    const [four, six] = [Number(found?.[1]), Number(found?.[2] ?? 0)];
    if (!found || four < 0 || four > 32 || six < 0 || six > 128) return stop(`Invalid ${line.written} spec.`);
    return take(line, 1, String(four), String(six));
  },
  tunnel(line) {
    const [first = ''] = line.args;
    const { modern, written } = line;
    if (first === '') return modern ? missing(line) : stop('Missing yes/point-to-point/ethernet/no argument.');
    if (!/^(no|yes|point-to-point|ethernet)$/.test(first))
      return stop(
        modern ? `bad ${written} argument ${first}` : `Bad yes/point-to-point/ethernet/no argument: ${first}`,
      );
    return take(line, 1, first);
  },
  qos(line) {
    const [first = '', second] = line.args;
    const { modern, written } = line;
    if (first === '') return modern ? missing(line) : stop('Bad IPQoS value: ');
    const of = (word: string) => serviceClass(word, line.release);
    const wrong = [first, second].find((word) => word !== undefined && of(word) === undefined);
    if (wrong !== undefined) return stop(`Bad ${modern ? written : 'IPQoS'} value: ${wrong}`);
    // A closing quote at the end of the line leaves an empty word.
    if (!modern && second === undefined && line.rest.endsWith('"')) return stop('Bad IPQoS value: ');
    return take(line, 2, of(first) ?? '', of(second ?? first) ?? '');
  },
  rekey: readRekey,
  environment(line) {
    const [first = ''] = line.args;
    if (first !== '') return take(line, 1, first);
    return line.modern ? missing(line) : stop('missing argument.');
  },
  'key-options'({ args, modern, written }) {
    const wrong = args.find((word) => !/^(none|touch-required|verify-required)$/i.test(word));
    if (wrong !== undefined)
      return modern
        ? bad(`unsupported ${written} option ${wrong}`)
        : stop(`unsupported PubkeyAuthOptions option ${wrong}`);
    const set = ['touch-required', 'verify-required'].filter((word) => args.some((arg) => arg.toLowerCase() === word));
    return values([set.join(' ') || 'none']);
  },
  hash(line) {
    const [first = ''] = line.args;
    if (first === '') return missing(line);
    const found = HASHES.find((hash) => hash === first.toUpperCase());
    if (found) return take(line, 1, found);
    return stop(line.modern ? `Invalid ${line.written} algorithm "${first}".` : `Invalid hash algorithm "${first}".`);
  },
  'routing-domain': () => stop('setting RDomain not supported on this platform.'),
};
