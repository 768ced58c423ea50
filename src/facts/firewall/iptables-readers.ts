import type { Field, FieldName, Operator, Statement, Test } from './model.ts';
import { bitsOf } from './nft-values.ts';
import { parseNetwork, type Wish } from './value.ts';

/** Turns an option of a match into what it asks of the packet. `not`: a `!` stood before it. */
export type Reader = (value: string, not: boolean, v6: boolean) => Statement;

export const field = (name: FieldName, label: string): Field => ({ name, label });
export const equal = (
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
export const unsure = (text: string, settle: string): Statement => ({ kind: 'unsure', text, settle });

/** `22`, `20:25`, `:1023`, several of them with commas. */
export function ports(list: string): readonly Wish[] | undefined {
  const wishes = list.split(',').map((word): Wish | undefined => {
    const [low = '', high] = word.split(':');
    if (!/^\d{0,5}$/.test(low) || !/^\d{0,5}$/.test(high ?? '')) return undefined;
    return { low: Number(low), high: high === undefined ? Number(low) : high === '' ? 65535 : Number(high) };
  });
  return wishes.every((wish) => wish !== undefined) ? wishes : undefined;
}

export const address =
  (name: FieldName, label: string): Reader =>
  (value, not) => {
    const wish = parseNetwork(value);
    return wish
      ? equal(name, label, [wish], not, value)
      : unsure(`${label} ${value}`, 'what addresses that stands for');
  };

export const port =
  (name: FieldName, label: string): Reader =>
  (value, not) => {
    const wanted = ports(value);
    return wanted ? equal(name, label, wanted, not, value) : unsure(`${label} ${value}`, 'what ports that stands for');
  };

export const interfaceName =
  (name: FieldName, label: string): Reader =>
  (value, not) =>
    equal(name, label, [{ word: value.endsWith('+') ? `${value.slice(0, -1)}*` : value }], not, value);

export const words =
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
export const states: Reader = (value, not) => {
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
export const marked =
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
export const protocol: Reader = (value, not) => {
  if (value === 'all' || value === '0') return equal('l4proto', '-p', [{ low: 0, high: 255 }], not, value);
  const number = PROTOCOLS[value] ?? (/^\d{1,3}$/.test(value) ? Number(value) : 254);
  return equal('l4proto', '-p', [{ low: number, high: number }], not, value);
};

/** How often something happened: `over` when it holds above the number. */
export const limit =
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
