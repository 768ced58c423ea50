import type { Choice, Effect, Field, Statement, Test, Value, Verdict } from './model.ts';
import { fieldsOf } from './nft-fields.ts';
import { bitsOf, elementOf, isObject, type Json, wishOf } from './nft-values.ts';
import { listIndex, rangeIndex } from './sets.ts';
import type { Wish } from './value.ts';

const short = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

/** Elements that are written in the rule itself. */
function index(fields: readonly Field[], elements: readonly unknown[]) {
  const list = elements.map((one) => elementOf(fields, one));
  const [first] = list;
  if (list.length > 16 && fields.length === 1 && first?.[0] && 'low' in first[0]) {
    const whole = list.every((one) => one?.[0] && 'low' in one[0]);
    const ends = list.flatMap((one) => (one?.[0] && 'low' in one[0] ? [one[0]] : []));
    if (whole)
      return rangeIndex(
        ends.map(({ low }) => low),
        ends.map(({ high }) => high),
      );
  }
  return listIndex(list);
}

function test({ op, left, right }: Json): Test {
  const fields = fieldsOf(left);
  const base = { kind: 'test', fields, shown: right } as const;
  const operator = String(op) as Test['op'];
  const [field] = fields;
  if (typeof right === 'string' && right.startsWith('@'))
    return { ...base, op: operator, wanted: { set: right.slice(1) } };
  if (isObject(right) && Array.isArray(right['set']))
    return { ...base, op: operator, wanted: { index: index(fields, right['set']) } };
  if (field?.name === 'fib oif' && typeof right === 'boolean')
    return { ...base, op: (operator === '!=') !== right ? '==' : '!=', wanted: [{ word: 'dev *' }] };
  if (operator === 'in' || operator === '!') {
    const bits = field && bitsOf(field.name, right);
    return { ...base, op: operator, wanted: bits === undefined ? [] : { bits } };
  }
  // `a | b` of flags is the sum of them, and the match is for exactly that.
  const bits =
    field && (Array.isArray(right) || (isObject(right) && '|' in right)) ? bitsOf(field.name, right) : undefined;
  if (bits !== undefined) return { ...base, op: operator, wanted: [{ low: bits, high: bits }] };
  const element = fields.length > 1 ? elementOf(fields, right) : undefined;
  if (element) return { ...base, op: operator, wanted: { index: listIndex([element]) } };
  const wish = field && fields.length === 1 ? wishOf(field, right) : undefined;
  // What cannot be read is not known: a wish for a word that no number meets.
  return wish
    ? { ...base, op: operator, wanted: [wish] }
    : { ...base, fields: fields.map(blinded), op: '==', wanted: [{ low: 0, high: 0 }] };
}

/** A field of which nothing is known, but which is still none of another family's packet. */
const blinded = (field: Field): Field => ({ ...field, name: 'other' });

function verdictOf(statement: Json): Verdict | undefined {
  if ('accept' in statement) return { kind: 'accept' };
  if ('drop' in statement) return { kind: 'drop' };
  if ('return' in statement) return { kind: 'return' };
  if ('continue' in statement) return { kind: 'continue' };
  for (const kind of ['jump', 'goto'] as const) {
    const to = statement[kind];
    if (isObject(to)) return { kind, chain: String(to['target']) };
  }
  if ('reject' in statement) {
    const how = isObject(statement['reject']) ? statement['reject'] : {};
    if (how['type'] === 'tcp reset') return { kind: 'reject', how: 'tcp reset' };
    const of = how['type'] === 'icmp' ? 'ip' : how['type'] === 'icmpv6' ? 'ip6' : undefined;
    return { kind: 'reject', how: String(how['expr'] ?? 'port-unreachable'), ...(of ? { of } : {}) };
  }
  for (const kind of ['queue', 'tproxy', 'synproxy', 'fwd'])
    if (kind in statement) return { kind: 'leave', text: kind };
  return undefined;
}

/** Keys and values of a map written in the rule, or the name of one of the table. */
function choiceOf<T>(map: Json, read: (value: unknown) => T): Choice<T> {
  const fields = fieldsOf(map['key']);
  const { data } = map;
  if (typeof data === 'string') return { fields, among: { map: data.replace(/^@/, '') } };
  const pairs = isObject(data) && Array.isArray(data['set']) ? data['set'].filter((pair) => Array.isArray(pair)) : [];
  return {
    fields,
    among: {
      keys: listIndex(pairs.map((pair) => elementOf(fields, pair[0]))),
      values: pairs.map((pair) => read(pair[1])),
    },
  };
}

const unread = (value: unknown) => ({ unknown: short(value) });

function valueFrom<T>(value: unknown, read: (value: unknown) => T | undefined): Value<T> {
  if (isObject(value) && isObject(value['map'])) {
    const choice = choiceOf(value['map'], read);
    if (!('keys' in choice.among) || choice.among.values.every((one) => one !== undefined)) return choice as Choice<T>;
    return unread(value);
  }
  return read(value) ?? unread(value);
}

const portOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const addressOf = (value: unknown): string | undefined =>
  typeof value === 'string' && !value.startsWith('@') ? value : undefined;

/** What elements of a named map of the table stand for. */
export function mapped(kind: unknown, value: unknown): unknown {
  if (kind === 'verdict')
    return isObject(value) ? (verdictOf(value) ?? { kind: 'leave', text: short(value) }) : undefined;
  if (!isObject(value)) return value;
  return Array.isArray(value['concat']) ? value['concat'] : undefined;
}

function translate(how: unknown, redirect: boolean): Effect {
  const family = isObject(how) ? how['family'] : undefined;
  const of: { of?: 'ip' | 'ip6' } = family === 'ip' || family === 'ip6' ? { of: family } : {};
  const { addr, port } = isObject(how) ? how : {};
  const ports = port === undefined ? {} : { port: valueFrom(port, portOf) };
  if (redirect) return { kind: 'translate', address: 'self', ...ports };
  if (addr === undefined) return { kind: 'translate', ...of, ...ports };
  const pair = (value: unknown): readonly [string, number] | undefined => {
    const parts = isObject(value) && Array.isArray(value['concat']) ? value['concat'] : [];
    return typeof parts[0] === 'string' && typeof parts[1] === 'number' ? [parts[0], parts[1]] : undefined;
  };
  // One map for address and port together.
  const data = isObject(addr) && isObject(addr['map']) ? addr['map']['data'] : undefined;
  const inline = isObject(data) && Array.isArray(data['set']) ? data['set'] : [];
  if (inline.some((each) => Array.isArray(each) && pair(each[1]) !== undefined))
    return { kind: 'translate', ...of, both: valueFrom(addr, pair) };
  // What a named map holds, an address or both, is seen only when it is looked up.
  if (typeof data === 'string') return { kind: 'translate', ...of, address: unread(addr), port: unread(addr) };
  return { kind: 'translate', ...of, address: valueFrom(addr, addressOf), ...ports };
}

function mark({ key, value }: Json): Statement | undefined {
  const target =
    isObject(key) && isObject(key['meta']) && key['meta']['key'] === 'mark'
      ? 'mark'
      : isObject(key) && isObject(key['ct']) && key['ct']['key'] === 'mark'
        ? 'ct mark'
        : undefined;
  if (!target) return undefined;
  const base = { kind: 'mark', target } as const;
  const number = (one: unknown): number | undefined => (typeof one === 'number' ? one : undefined);
  /** `field`, `field & n`, `(field & n) | m`, `^`: from which mark, kept bits, changed bits. */
  const bitwise = (one: unknown): { from: 'mark' | 'ct mark'; and: number; xor: number } | undefined => {
    if (!isObject(one)) return undefined;
    if (isObject(one['meta']) && one['meta']['key'] === 'mark') return { from: 'mark', and: 0xffffffff, xor: 0 };
    if (isObject(one['ct']) && one['ct']['key'] === 'mark') return { from: 'ct mark', and: 0xffffffff, xor: 0 };
    for (const sign of ['&', '|', '^']) {
      const pair = one[sign];
      const inner = Array.isArray(pair) ? bitwise(pair[0]) : undefined;
      const by = Array.isArray(pair) ? number(pair[1]) : undefined;
      if (!inner || by === undefined) continue;
      const { and, xor, from } = inner;
      if (sign === '&') return { from, and: (and & by) >>> 0, xor: (xor & by) >>> 0 };
      if (sign === '^') return { from, and, xor: (xor ^ by) >>> 0 };
      return { from, and: (and & ~by) >>> 0, xor: ((xor & ~by) | by) >>> 0 };
    }
    return undefined;
  };
  const parts = bitwise(value);
  return parts ? { ...base, ...parts } : { ...base, and: 0, xor: valueFrom(value, number) };
}

/** Statements that neither match nor decide. */
const NEUTRAL = [
  'counter',
  'log',
  'comment',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'flow',
  'dup',
  'secmark',
  'map',
];

function limited(what: string, one: unknown, writes?: string): Statement {
  // A limit that has a name does not say here what it is.
  if (!isObject(one) || 'map' in one)
    return { kind: 'unsure', text: `${what} name ${short(one)}`, settle: 'how often it was matched of late' };
  return {
    kind: 'limit',
    what,
    over: one['inv'] === true,
    text: short(one),
    ...(writes === undefined ? {} : { writes }),
  };
}

/** Statements of one rule of `nft -j`, in their order. `limits`: named limits and quotas, by "what name". */
export function statementsOf(expressions: readonly Json[], limits: ReadonlyMap<string, boolean>): readonly Statement[] {
  return expressions.flatMap((statement): Statement[] => {
    const decided = verdictOf(statement);
    if (decided) return [decided];
    if (isObject(statement['match'])) return [test(statement['match'])];
    if (isObject(statement['vmap']))
      return [{ kind: 'vmap', choice: choiceOf(statement['vmap'], (value) => mapped('verdict', value) as Verdict) }];
    for (const what of ['limit', 'quota', 'ct count']) {
      const found = statement[what];
      if (found === undefined) continue;
      const named = typeof found === 'string' ? limits.get(`${what} ${found}`) : undefined;
      return [
        named === undefined
          ? limited(what, found)
          : { kind: 'limit', what, over: named, text: `${what} name ${found}` },
      ];
    }
    const set = statement['set'] ?? statement['meter'];
    if (isObject(set)) {
      const writes = 'set' in statement ? String(set['set']).replace(/^@/, '') : undefined;
      const inner = (Array.isArray(set['stmt']) ? set['stmt'] : [set['stmt']]).filter(isObject);
      const found = inner.find((one) => 'limit' in one || 'quota' in one || 'ct count' in one);
      const what = found ? (['limit', 'quota', 'ct count'].find((name) => name in found) ?? 'limit') : '';
      if (found) return [limited(what, found[what], writes)];
      // Elements are of one family: a packet of the other is not put in, and the rule ends.
      const fields = fieldsOf(set['elem'] ?? set['key']);
      const guard: Test[] = fields.some(({ of }) => of !== undefined)
        ? [
            {
              kind: 'test',
              fields: fields.map((field) => ({ ...field, name: 'l4proto' })),
              op: '==',
              wanted: { index: listIndex([fields.map(() => ANY)]) },
              shown: '*',
            },
          ]
        : [];
      return writes === undefined ? guard : [...guard, { kind: 'write', set: writes }];
    }
    if ('notrack' in statement) return [{ kind: 'untrack' }];
    if ('redirect' in statement) return [translate(statement['redirect'], true)];
    if ('dnat' in statement) return [translate(statement['dnat'], false)];
    if ('snat' in statement || 'masquerade' in statement) return [{ kind: 'source' }];
    if (isObject(statement['mangle'])) return [mark(statement['mangle'])].flatMap((one) => one ?? []);
    if (Object.keys(statement).some((name) => NEUTRAL.includes(name))) return [];
    return [{ kind: 'unsure', text: short(statement), settle: 'this match is not understood' }];
  });
}

const ANY: Wish = { word: '*' };
