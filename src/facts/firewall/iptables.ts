import { setMatch } from './ipset.ts';
import { DETAILS, MODULES, OPTIONS } from './iptables-options.ts';
import { marked, tcpFlags, timeMatch, unsure } from './iptables-readers.ts';
import { targetOf } from './iptables-targets.ts';
import type { Chain, Rule, Statement } from './model.ts';

/** Priorities of the tables that iptables(8) registers. */
const PRIORITY: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };
const HOOKS: readonly string[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** Words of a line of iptables-save(8); double quotes group. */
function words(line: string): string[] {
  if (!line.includes('"')) return line.split(' ').filter((word) => word !== '');
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    (found) => found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? '',
  );
}

const RECENT = [
  '--set',
  '--rcheck',
  '--update',
  '--remove',
  '--seconds',
  '--hitcount',
  '--name',
  '--mask',
  '--rsource',
  '--rdest',
  '--reap',
  '--rttl',
];
const TIME = [
  '--timestart',
  '--timestop',
  '--datestart',
  '--datestop',
  '--weekdays',
  '--monthdays',
  '--kerneltz',
  '--utc',
  '--contiguous',
];
const ALONE = [
  '--set',
  '--rcheck',
  '--update',
  '--remove',
  '--rsource',
  '--rdest',
  '--reap',
  '--rttl',
  '--kerneltz',
  '--utc',
  '--contiguous',
];

/** `-m recent`: putting an address on a list always holds; being on it often or of late is a matter of traffic. */
function recent(options: ReadonlyMap<string, string>): Statement | undefined {
  const text = [...options].map(([name, value]) => `${name} ${value}`.trim()).join(' ');
  if (options.has('--set'))
    return options.get('--set') === '! ' ? unsure(text, 'the list of recent addresses') : undefined;
  const not = ['--rcheck', '--update', '--remove'].some((name) => options.get(name)?.startsWith('! '));
  return { kind: 'limit', what: 'recent', over: !not, text };
}

function matchesOf(list: readonly string[], end: number, v6: boolean): Statement[] {
  const statements: Statement[] = [];
  const times = new Map<string, string>();
  const lately = new Map<string, string>();
  let not = false;
  let module = '';
  for (let i = 2; i < end; i++) {
    const word = list[i] ?? '';
    if (word === '!') {
      not = true;
      continue;
    }
    const negated = not;
    not = false;
    if (word === '-m') {
      module = list[++i] ?? '';
      if (!MODULES.includes(module)) statements.push(unsure(`-m ${module}`, 'this match is not understood'));
    } else if (module === 'recent' && RECENT.includes(word))
      lately.set(word, `${negated ? '! ' : ''}${ALONE.includes(word) ? '' : list[++i]}`);
    else if (module === 'time' && TIME.includes(word))
      times.set(word, `${negated ? '! ' : ''}${ALONE.includes(word) ? '' : list[++i]}`);
    else if (word === '--syn') statements.push(tcpFlags('FIN,SYN,RST,ACK', 'SYN', negated));
    else if (word === '--tcp-flags') statements.push(tcpFlags(list[++i] ?? '', list[++i] ?? '', negated));
    else if (word === '--match-set') statements.push(setMatch(list[++i] ?? '', list[++i] ?? '', negated));
    else if (word === '--mark')
      statements.push(marked(module === 'connmark' ? 'ct mark' : 'mark')(list[++i] ?? '', negated, v6));
    else if (DETAILS[word] !== undefined) i += DETAILS[word];
    else {
      const read = OPTIONS[word];
      const value = list[i + 1] ?? '';
      // An option that is not known may have an argument or none.
      if (read) {
        statements.push(read(value, negated, v6));
        i++;
      } else {
        statements.push(
          unsure(
            `${negated ? '! ' : ''}${word}`,
            module === 'owner' ? 'the owner of the socket' : 'this match is not understood',
          ),
        );
        while (i + 1 < end && !/^(-|!$)/.test(list[i + 1] ?? '')) i++;
      }
    }
  }
  if (times.size > 0) statements.push(...timeMatch(times));
  const listed = lately.size > 0 ? recent(lately) : undefined;
  return listed ? [...statements, listed] : statements;
}

const COUNTERS = /^\[(\d+):\d+\] /;

function ruleOf(line: string, section: string, at: number, v6: boolean): { chain: string; rule: Rule } | undefined {
  const counted = COUNTERS.exec(line);
  const text = counted ? line.slice(counted[0].length) : line;
  const list = words(text);
  if (list[0] !== '-A' || list[1] === undefined) return undefined;
  let target = list.length;
  // A comment may look like a target, but is one word.
  for (let i = 2; i < list.length; i++) {
    if (list[i] === '--comment') i++;
    else if (list[i] === '-j' || list[i] === '-g') {
      target = i;
      break;
    }
  }
  const statements = [...matchesOf(list, target, v6), ...targetOf(list.slice(target), v6)];
  const packets = counted ? { packets: Number(counted[1]) } : {};
  return { chain: list[1], rule: { statements, text, section, line: at, ...packets } };
}

/** Chains of an iptables-save(8) dump with counters; `family` is `ip` or `ip6`. */
export function parseIptables(dump: string, section: string, family: 'ip' | 'ip6'): Chain[] {
  const chains = new Map<string, Chain & { rules: Rule[] }>();
  let table = '';
  let at = 0;
  for (const line of dump.split('\n')) {
    at++;
    if (line.startsWith('*')) table = line.slice(1);
    else if (line.startsWith(':')) {
      const [name = '', policy] = line.slice(1).split(' ');
      const base = policy !== '-' && HOOKS.includes(name);
      chains.set(`${table} ${name}`, {
        family,
        table,
        name,
        rules: [],
        section,
        line: at,
        ...(base
          ? {
              hook: name.toLowerCase(),
              nat: table === 'nat',
              priority: table === 'nat' && (name === 'INPUT' || name === 'POSTROUTING') ? 100 : (PRIORITY[table] ?? 0),
              policy: policy === 'DROP' ? 'drop' : 'accept',
            }
          : {}),
      });
    } else if (line.startsWith('-') || line.startsWith('[')) {
      const found = ruleOf(line, section, at, family === 'ip6');
      if (found) chains.get(`${table} ${found.chain}`)?.rules.push(found.rule);
    }
  }
  return [...chains.values()];
}
