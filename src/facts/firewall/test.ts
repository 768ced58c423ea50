import type { Three } from '../../model/trace.ts';
import { fieldsOfMatch } from './ipset.ts';
import type { Field, NamedSet, Test } from './model.ts';
import { CT_STATUS, gotOf, type Place, type State } from './packet.ts';
import type { Hit } from './sets.ts';
import { type Got, meets, type Wish } from './value.ts';

/** Finds a set by its name as seen from a rule. */
export type SetFinder = (name: string) => NamedSet | undefined;

/** Bits of `ct status` of which the value is known. */
const STATUS_KNOWN = Object.values(CT_STATUS).reduce<number>((all, bit) => all | bit, 0);

function masked(got: Got, { mask }: Field): Got {
  if (mask === undefined || got === null || got === undefined || typeof got === 'string') return got;
  if (typeof got === 'object') return undefined;
  return typeof got === 'bigint' ? got & BigInt(mask) : Number(BigInt(got) & BigInt(mask));
}

/** The packet's values in the fields of a test. */
export function gotAll(fields: readonly Field[], place: Place, state: State): Got[] {
  return fields.map((field) => masked(gotOf(field, place, state), field));
}

function anyOf(got: Got, wishes: readonly Wish[]): Three {
  let answer: Three = false;
  for (const wish of wishes) {
    const one = meetsType(got, wish);
    if (one) return true;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

/** An address that is only known not to be the machine's own may be of any type but those told apart (see packet.ts). */
function meetsType(got: Got, wish: Wish): Three {
  if (got !== 'elsewhere' || !('word' in wish)) return meets(got, wish);
  return ['local', 'multicast'].includes(wish.word) ? false : undefined;
}

/** Looks values up in a named set; absent from one that rules write is sure only on an idle server, untouched. */
export function lookupIn(
  set: NamedSet | undefined,
  name: string,
  values: readonly Got[],
  place: Place,
  state: State,
): Hit {
  if (!set) return { in: undefined, at: [] };
  const hit = set.index.lookup(values);
  if (!set.written || hit.in === undefined) return hit;
  const touched = state.written.includes(` ${name} `);
  return place.idle && !touched ? hit : { in: undefined, at: hit.at };
}

const ORDER: Readonly<Record<string, (a: number | bigint, b: number | bigint) => boolean>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function ordered(op: string, got: Got, wish: Wish | undefined): Three {
  const compare = ORDER[op];
  if (!compare || !wish || 'word' in wish || got === undefined || got === null || typeof got === 'string')
    return undefined;
  if (typeof got !== 'object') return compare(got, wish.low);
  const [low, high] = [compare(got.low, wish.low), compare(got.high, wish.low)];
  return low === high ? low : undefined;
}

/** A set of another family, or one that wants more than it is given, does not hold the packet (ip_set_test()). */
function inIpset(name: string, flags: string, place: Place, state: State, find: SetFinder, depth: number): Three {
  const set = find(`ipset ${name}`);
  if (!set || depth > 8) return undefined;
  if (set.members) {
    let answer: Three = false;
    for (const member of set.members) {
      const one = inIpset(member, flags, place, state, find, depth + 1);
      if (one) return true;
      if (one === undefined) answer = undefined;
    }
    return answer;
  }
  if (set.of !== undefined && (set.of === 'ip6') !== place.v6) return false;
  const fields = fieldsOfMatch(set, flags);
  if (!fields) return false;
  const values = gotAll(fields, place, state);
  return values.includes(null) ? false : lookupIn(set, `ipset ${name}`, values, place, state).in;
}

const isList = (wanted: Test['wanted']): wanted is readonly Wish[] => Array.isArray(wanted);

/** Whether a match holds for this packet. A field that the packet does not have fails it, also when it is negated. */
export function holds(test: Test, place: Place, state: State, find: SetFinder): Three {
  const { wanted, op, fields } = test;
  if ('set' in wanted && wanted.set.startsWith('ipset ')) {
    const [, name = '', flags = ''] = wanted.set.split(' ');
    const answer = inIpset(name, flags, place, state, find, 0);
    return answer === undefined ? undefined : (op !== '!=') === answer;
  }
  const values = gotAll(fields, place, state);
  if (values.includes(null)) return false;
  const got = values[0];
  if (isList(wanted)) {
    // Of a connection's status only single bits are known.
    if (fields[0]?.name === 'ct status') return undefined;
    if (op === '==' || op === '!=') {
      const answer = anyOf(got, wanted);
      return answer === undefined ? undefined : (op === '==') === answer;
    }
    return ordered(op, got, wanted[0]);
  }
  if ('bits' in wanted) {
    if (typeof got !== 'number') return undefined;
    const unknown = fields[0]?.name === 'ct status' ? wanted.bits & ~STATUS_KNOWN : 0;
    const some = (got & wanted.bits) !== 0;
    if (op === 'in') return some || (unknown === 0 ? false : undefined);
    return op === '!' ? (some ? false : unknown === 0 || undefined) : undefined;
  }
  const hit =
    'set' in wanted ? lookupIn(find(wanted.set), wanted.set, values, place, state) : wanted.index.lookup(values);
  return hit.in === undefined ? undefined : (op !== '!=') === hit.in;
}
