import type { Field, FieldName, Operator, Statement, Test } from './model.ts';
import { bitsOf } from './nft-fields.ts';
import { listIndex } from './sets.ts';
import { parseNetwork, type Wish } from './value.ts';

/** Turns an option of a match into what it asks of the packet. `not`: a `!` stood before it. */
type Reader = (value: string, not: boolean, v6: boolean) => Statement;

const field = (name: FieldName, label: string): Field => ({ name, label });
const equal = (
  name: FieldName,
  label: string,
  wanted: readonly Wish[],
  not: boolean,
  shown: unknown,
  op?: Operator,
): Test => ({
  kind: 'test',
  fields: [field(name, label)],
  op: op ?? (not ? '!=' : '=='),
  wanted,
  shown,
});
const unsure = (text: string, settle: string): Statement => ({ kind: 'unsure', text, settle });

/** `22`, `20:25`, `:1023`, several of them with commas. */
function ports(list: string): readonly Wish[] | undefined {
  const wishes = list.split(',').map((word): Wish | undefined => {
    const [low = '', high] = word.split(':');
    if (!/^\d{0,5}$/.test(low) || !/^\d{0,5}$/.test(high ?? '')) return undefined;
    return { low: Number(low), high: high === undefined ? Number(low) : high === '' ? 65535 : Number(high) };
  });
  return wishes.every((wish) => wish !== undefined) ? wishes : undefined;
}

const address =
  (name: FieldName, label: string): Reader =>
  (value, not) => {
    const wish = parseNetwork(value);
    return wish
      ? equal(name, label, [wish], not, value)
      : unsure(`${label} ${value}`, 'what addresses that stands for');
  };

const port =
  (name: FieldName, label: string): Reader =>
  (value, not) => {
    const wanted = ports(value);
    return wanted ? equal(name, label, wanted, not, value) : unsure(`${label} ${value}`, 'what ports that stands for');
  };

const interfaceName =
  (name: FieldName, label: string): Reader =>
  (value, not) =>
    equal(name, label, [{ word: value.endsWith('+') ? `${value.slice(0, -1)}*` : value }], not, value);

const words =
  (name: FieldName, label: string): Reader =>
  (value, not) =>
    equal(
      name,
      label,
      value.split(',').map((word) => ({ word: word.toLowerCase() })),
      not,
      value,
    );

/** `ctstate`: a packet is in one of the states, or of a connection that nat has changed. */
const states: Reader = (value, not) => {
  const list = value.toLowerCase().split(',');
  const bits = bitsOf(
    'ct state',
    list.filter((word) => word !== 'snat' && word !== 'dnat'),
  );
  if (bits === undefined) return unsure(`--ctstate ${value}`, "conntrack's view of the packet");
  const nat =
    bitsOf(
      'ct status',
      list.filter((word) => word === 'snat' || word === 'dnat'),
    ) ?? 0;
  const plain: Test = { ...equal('ct state', '--ctstate', [], not, value), op: not ? '!' : 'in', wanted: { bits } };
  if (nat === 0) return plain;
  const either: Statement = { ...plain, fields: [field('ct status', '--ctstate')], wanted: { bits: nat } };
  return bits === 0 ? either : unsure(`--ctstate ${value}`, "conntrack's view of the packet");
};

/** `value/mask`: the bits under the mask are those. */
const marked =
  (name: 'mark' | 'ct mark'): Reader =>
  (value, not) => {
    const [wanted = 0, mask = 0xffffffff] = value.split('/').map(Number);
    if (!Number.isInteger(wanted) || !Number.isInteger(mask))
      return unsure(`--mark ${value}`, 'the mark of the packet');
    return {
      ...equal(name, '--mark', [{ low: wanted, high: wanted }], not, value),
      fields: [{ ...field(name, '--mark'), mask }],
    };
  };

const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  'ipv6-icmp': 58,
  icmpv6: 58,
  sctp: 132,
  esp: 50,
  ah: 51,
  gre: 47,
};
const protocol: Reader = (value, not) => {
  if (value === 'all' || value === '0') return equal('l4proto', '-p', [{ low: 0, high: 255 }], not, value);
  const number = PROTOCOLS[value] ?? (/^\d{1,3}$/.test(value) ? Number(value) : 254);
  return equal('l4proto', '-p', [{ low: number, high: number }], not, value);
};

/** How often something happened: `over` when it holds above the number. */
const limit =
  (what: string, over: boolean): Reader =>
  (value, not) => ({ kind: 'limit', what, over: over !== not, text: value });

/** `tcp-flags MASK SET`, both lists of names. */
export function tcpFlags(mask: string, set: string, not: boolean): Statement {
  const bits = (list: string): number =>
    list === 'ALL' ? 63 : list === 'NONE' ? 0 : (bitsOf('tcp flags', list.toLowerCase().split(',')) ?? 0);
  const wanted = bits(set);
  return {
    ...equal('tcp flags', '--tcp-flags', [{ low: wanted, high: wanted }], not, `${mask} ${set}`),
    fields: [{ ...field('tcp flags', '--tcp-flags'), mask: bits(mask) }],
  };
}

const clock = (text: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
};

/** The options of `-m time` together (iptables-extensions(8)); in UTC unless `--kerneltz` says otherwise. */
export function timeMatch(options: ReadonlyMap<string, string>): readonly Statement[] {
  const text = [...options].map(([name, value]) => `${name} ${value}`.trim()).join(' ');
  if (options.has('--kerneltz') || options.has('--monthdays') || options.has('--contiguous'))
    return [unsure(text, "the kernel's clock and zone")];
  const statements: Statement[] = [];
  const [start, stop] = [options.get('--timestart'), options.get('--timestop')];
  if (start !== undefined || stop !== undefined) {
    const [low, high] = [clock(start ?? '00:00'), clock(stop ?? '23:59:59')];
    const wanted =
      low <= high
        ? [{ low, high }]
        : [
            { low, high: 86_400 },
            { low: 0, high },
          ];
    statements.push(equal('utc hour', 'time', wanted, false, `${start ?? ''}-${stop ?? ''}`));
  }
  const [from, until] = [options.get('--datestart'), options.get('--datestop')];
  const at = (date: string): number => Date.parse(`${date}${date.includes('T') ? '' : 'T00:00:00'}Z`) / 1000;
  if (from !== undefined || until !== undefined)
    statements.push(
      equal(
        'utc time',
        'time',
        [{ low: from === undefined ? 0 : at(from), high: until === undefined ? 2 ** 40 : at(until) }],
        false,
        `${from ?? ''}-${until ?? ''}`,
      ),
    );
  const days = options.get('--weekdays');
  if (days !== undefined)
    statements.push(
      equal(
        'utc day',
        'time',
        days
          .replace(/^! /, '')
          .split(',')
          .map((word) => ({ word })),
        days.startsWith('! '),
        days,
      ),
    );
  return statements;
}

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

export { marked, unsure };
