import { inNetwork } from '../access/patterns.ts';
import { ipNumber } from './address.ts';
import type { Action, Chain, Match, Rule, Syn, Three } from './model.ts';

/** Priorities of the tables that iptables(8) registers. */
const PRIORITY: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

/** Words of a line of iptables-save(8); double quotes group. */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    (found) => found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? '',
  );
}

function inPorts(list: string, port: number): boolean {
  return list.split(',').some((word) => {
    const [low, high] = word.split(':');
    const from = low === '' ? 0 : Number(low);
    return high === undefined ? from === port : from <= port && port <= (high === '' ? 65535 : Number(high));
  });
}

const inState =
  (states: string) =>
  ({ ct = 'new' }: Syn): Three =>
    ct === 'unknown' ? undefined : states.split(',').includes(ct.toUpperCase());

const inRange = (range: string) => {
  const [low, high] = range.split('-').map(ipNumber);
  return ({ from }: Syn): Three => {
    const at = ipNumber(from);
    return low === undefined || high === undefined || at === undefined ? undefined : low <= at && at <= high;
  };
};

const yes = (): Three => true;
const unknown = (): Three => undefined;

/** Options with an argument that are decided (or known to be idle); others make the rule uncertain. */
const TESTS: Readonly<Record<string, (value: string) => (syn: Syn) => Three>> = {
  '-s': (net) => (syn) => inNetwork(syn.from, net) ?? false,
  '-d': (net) => (syn) => (syn.to === undefined ? undefined : (inNetwork(syn.to, net) ?? false)),
  '-p': (name) => () => ['tcp', '6', 'all', '0'].includes(name),
  '-i': (name) => (syn) => (name === 'lo' ? /^(127\.|::1$)/.test(syn.from) : undefined),
  '--dport': (ports) => (syn) => inPorts(ports, syn.port),
  '--dports': (ports) => (syn) => inPorts(ports, syn.port),
  '--ports': (ports) => (syn) => inPorts(ports, syn.port) || undefined,
  '--ctstate': inState,
  '--state': inState,
  '--dst-type': (type) => () => type === 'LOCAL',
  '--src-range': inRange,
  '--comment': () => yes,
  '--mac-source': () => unknown,
  // Rate limits count as not exceeded: the question is asked of an idle server.
  '--limit': () => yes,
  '--limit-burst': () => yes,
  '--hashlimit-upto': () => yes,
  '--hashlimit-above': () => () => false,
  '--hashlimit-burst': () => yes,
  '--hashlimit-mode': () => yes,
  '--hashlimit-name': () => yes,
  '--hashlimit-srcmask': () => yes,
  '--hashlimit-htable-expire': () => yes,
  '--connlimit-above': () => () => false,
  '--connlimit-upto': () => yes,
  '--connlimit-mask': () => yes,
  '--hitcount': () => () => false,
  '--seconds': () => yes,
  '--name': () => yes,
  '--mask': () => yes,
};
const FLAGS: Readonly<Record<string, (syn: Syn) => Three>> = {
  '--syn': yes,
  '--set': yes,
  '--update': yes,
  '--rcheck': yes,
  '--rsource': yes,
  '--connlimit-saddr': yes,
};
const TARGET_DETAIL = /^--(log-|nflog-|reject-with|ulog-)/;
const MATCHERS = new Set([
  'tcp',
  'udp',
  'conntrack',
  'state',
  'comment',
  'addrtype',
  'multiport',
  'limit',
  'recent',
  'hashlimit',
  'connlimit',
  'icmp',
  'icmp6',
  'mac',
  'iprange',
]);

function action(target: string | undefined, jump: string, how: string | undefined, v6: boolean): Action {
  switch (target) {
    case undefined:
      return { kind: 'continue' };
    case 'ACCEPT':
      return { kind: 'accept' };
    case 'DROP':
      return { kind: 'drop' };
    case 'RETURN':
      return { kind: 'return' };
    case 'REJECT':
      return { kind: 'reject', how: how ?? (v6 ? 'icmp6-port-unreachable' : 'icmp-port-unreachable') };
    case 'LOG':
    case 'NFLOG':
    case 'CONNMARK':
    case 'MARK':
    case 'CT':
    case 'TCPMSS':
      return { kind: 'continue' };
    default:
      // A target that is no chain is found out when it is followed.
      return { kind: jump === '-g' ? 'goto' : 'jump', chain: target };
  }
}

function rule(line: string, section: string, at: number, v6: boolean): { chain: string; rule: Rule } | undefined {
  const list = words(line.replace(/^\[\d+:\d+\] /, ''));
  if (list[0] !== '-A' || list[1] === undefined) return undefined;
  const matches: Match[] = [];
  let target: string | undefined;
  let jump = '-j';
  let how: string | undefined;
  let negated = false;
  const add = (text: string, test: (syn: Syn) => Three): void => {
    const flip = negated;
    const shown = flip ? `! ${text}` : text;
    matches.push({
      text: shown,
      test: (syn) => {
        const answer = test(syn);
        return flip && answer !== undefined ? !answer : answer;
      },
    });
    negated = false;
  };
  for (let i = 2; i < list.length; i++) {
    const word = list[i] ?? '';
    if (word === '!') negated = true;
    else if (word === '-j' || word === '-g') [jump, target] = [word, list[++i]];
    else if (word === '--reject-with') how = list[++i];
    else if (TARGET_DETAIL.test(word)) i++;
    else if (word === '-m') {
      const name = list[++i] ?? '';
      if (!MATCHERS.has(name)) add(`-m ${name}`, unknown);
    } else if (FLAGS[word]) add(word, FLAGS[word]);
    else if (word === '--tcp-flags') {
      const [mask = '', set = ''] = [list[++i], list[++i]];
      add(
        `--tcp-flags ${mask} ${set}`,
        () =>
          mask
            .split(',')
            .filter((flag) => flag === 'SYN')
            .join() === set,
      );
    } else {
      const value = list[++i] ?? '';
      // Options of a target we pass over (MARK, CT) say nothing about whether the rule matches.
      if (target === undefined) add(`${word} ${value}`, TESTS[word]?.(value) ?? unknown);
    }
  }
  const text = line.replace(/^\[\d+:\d+\] /, '');
  return { chain: list[1], rule: { matches, action: action(target, jump, how, v6), text, section, line: at } };
}

/** Chains of an iptables-save(8) dump with counters; `family` is `ip` or `ip6`. Tables of nat decide no verdict and are left out. */
export function parseIptables(text: string, section: string, family: 'ip' | 'ip6'): Chain[] {
  const chains = new Map<string, Chain & { rules: Rule[] }>();
  let table = '';
  for (const [i, line] of text.split('\n').entries()) {
    if (line.startsWith('*')) table = line.slice(1);
    else if (line.startsWith(':')) {
      const [name = '', policy] = line.slice(1).split(' ');
      const base =
        policy !== '-' &&
        ({
          hook: name.toLowerCase(),
          priority: PRIORITY[table] ?? 0,
          policy: policy === 'DROP' ? 'drop' : 'accept',
        } as const);
      chains.set(`${table} ${name}`, { family, table, name, rules: [], section, line: i + 1, ...(base || {}) });
    } else {
      const found = rule(line, section, i + 1, family === 'ip6');
      if (found) chains.get(`${table} ${found.chain}`)?.rules.push(found.rule);
    }
  }
  return [...chains.values()].filter((chain) => chain.table !== 'nat');
}
