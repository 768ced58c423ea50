import {
  address,
  equal,
  field,
  interfaceName,
  limit,
  port,
  ports,
  protocol,
  type Reader,
  states,
  unsure,
  words,
} from './iptables-readers.ts';
import type { Test } from './model.ts';
import { bitsOf } from './nft-values.ts';
import { listIndex } from './sets.ts';
import type { Wish } from './value.ts';

/** Options with one argument. Others, and matches that are not listed, make a rule uncertain. */
export const OPTIONS: Readonly<Record<string, Reader>> = {
  '-s': address('saddr', '-s'),
  '-d': address('daddr', '-d'),
  '-i': interfaceName('iif', '-i'),
  '-o': interfaceName('oif', '-o'),
  '-p': protocol,
  '--sport': port('sport', '--sport'),
  '--dport': port('dport', '--dport'),
  '--sports': port('sport', '--sports'),
  '--dports': port('dport', '--dports'),
  '--ports': (value, not) => {
    const wanted = ports(value);
    const [sport, dport] = [field('sport', '--ports'), field('dport', '--ports')];
    if (!wanted) return unsure(`--ports ${value}`, 'what ports that stands for');
    const any: Wish = { low: 0, high: 65535 };
    const pairs = wanted.flatMap((wish) => [
      [wish, any],
      [any, wish],
    ]);
    return {
      kind: 'test',
      fields: [sport, dport],
      op: not ? '!=' : '==',
      wanted: { index: listIndex(pairs) },
      shown: value,
    };
  },
  '--ctstate': states,
  '--state': states,
  '--ctstatus': (value, not) => {
    const bits = bitsOf('ct status', value.toLowerCase().replace('seen_reply', 'seen-reply').split(','));
    if (bits === undefined) return unsure(`--ctstatus ${value}`, 'the state of the connection');
    return { ...equal('ct status', '--ctstatus', [], not, value), op: not ? '!' : 'in', wanted: { bits } };
  },
  '--ctdir': words('ct direction', '--ctdir'),
  '--ctproto': (value, not) => ({ ...(protocol(value, not, false) as Test), shown: value }),
  '--ctorigsrc': address('ct original saddr', '--ctorigsrc'),
  '--ctorigdst': address('ct original daddr', '--ctorigdst'),
  '--ctreplsrc': address('ct reply saddr', '--ctreplsrc'),
  '--ctrepldst': address('ct reply daddr', '--ctrepldst'),
  '--ctorigsrcport': port('ct original sport', '--ctorigsrcport'),
  '--ctorigdstport': port('ct original dport', '--ctorigdstport'),
  '--ctreplsrcport': port('ct reply sport', '--ctreplsrcport'),
  '--ctrepldstport': port('ct reply dport', '--ctrepldstport'),
  '--src-type': words('fib saddr', '--src-type'),
  '--dst-type': words('fib daddr', '--dst-type'),
  '--src-range': address('saddr', '--src-range'),
  '--dst-range': address('daddr', '--dst-range'),
  '--pkt-type': (value, not) => words('pkttype', '--pkt-type')(value.replace('unicast', 'host'), not, false),
  '--limit': limit('limit', false),
  '--hashlimit-upto': limit('hashlimit', false),
  '--hashlimit-above': limit('hashlimit', true),
  '--connlimit-above': (value, not) =>
    // Above none at all is always.
    value === '0'
      ? equal('l4proto', 'connlimit', [{ low: 0, high: 255 }], not, value)
      : limit('connlimit', true)(value, not, false),
  '--connlimit-upto': limit('connlimit', false),
  '--quota': limit('quota', false),
  '--mac-source': (value, not) =>
    unsure(`${not ? '! ' : ''}--mac-source ${value}`, 'the hardware address of the last hop'),
};

/** Options that say more about a match that is decided by others, by how many words follow. */
export const DETAILS: Readonly<Record<string, number>> = {
  '--comment': 1,
  '--limit-burst': 1,
  '--hashlimit-burst': 1,
  '--hashlimit-mode': 1,
  '--hashlimit-name': 1,
  '--hashlimit-srcmask': 1,
  '--hashlimit-dstmask': 1,
  '--hashlimit-htable-size': 1,
  '--hashlimit-htable-max': 1,
  '--hashlimit-htable-expire': 1,
  '--hashlimit-htable-gcinterval': 1,
  '--hashlimit-rate-match': 0,
  '--hashlimit-rate-interval': 1,
  '--connlimit-mask': 1,
  '--connlimit-saddr': 0,
  '--connlimit-daddr': 0,
};

/** Matches that say nothing by themselves: their options do. */
export const MODULES: readonly string[] = [
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
  'mac',
  'iprange',
  'mark',
  'connmark',
  'time',
  'pkttype',
  'set',
  'owner',
  'quota',
];
