import type { Field, NamedSet, Statement } from './model.ts';
import { type Hit, type Index, listIndex, rangeIndex } from './sets.ts';
import { type Got, meets, parseAddress, parseNetwork, type Wish } from './value.ts';

/** What each dimension of a set's elements is, by ipset's name for it. */
const PARTS: Readonly<Record<string, readonly [Field['name'], Field['name']]>> = {
  ip: ['saddr', 'daddr'],
  net: ['saddr', 'daddr'],
  port: ['sport', 'dport'],
  iface: ['iif', 'oif'],
  mark: ['mark', 'mark'],
  mac: ['other', 'other'],
};

/** `-m set --match-set NAME src,dst`: which fields it looks at is known only together with the set. */
export function setMatch(name: string, flags: string, not: boolean): Statement {
  return {
    kind: 'test',
    fields: [{ name: 'other', label: `--match-set ${name} ${flags}`, settle: `the elements of ipset ${name}` }],
    op: not ? '!=' : '==',
    wanted: { set: `ipset ${name} ${flags}` },
    shown: name,
  };
}

/** Fields that a `--match-set` looks at, as its flags say for each dimension; `undefined` when they are too few. */
export function fieldsOfMatch(set: NamedSet, flags: string): readonly Field[] | undefined {
  const sides = flags.split(',');
  const parts = set.dimensions ?? [];
  if (sides.length < parts.length) return undefined;
  return parts.map((part, i): Field => {
    const [source, destination] = PARTS[part] ?? ['other', 'other'];
    return { name: sides[i] === 'src' ? source : destination, label: `${part} ${sides[i]}` };
  });
}

/** Networks by length: the narrowest that holds the address decides, and may say that it is left out (`nomatch`). */
function networkIndex(elements: readonly { readonly wishes: readonly Wish[]; readonly left: boolean }[]): Index {
  const size = (wish: Wish | undefined): bigint => (wish && 'low' in wish ? BigInt(wish.high) - BigInt(wish.low) : 0n);
  const narrow = elements
    .map((element) => ({ ...element, size: size(element.wishes.find((wish) => 'low' in wish)) }))
    .sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0));
  return {
    lookup(values): Hit {
      let maybe = false;
      for (const { wishes, left } of narrow) {
        let all: boolean | undefined = true;
        for (let d = 0; d < wishes.length && all !== false; d++) {
          const one = meets(values[d] as Got, wishes[d] as Wish);
          if (one !== true) all = one;
        }
        if (all) return { in: maybe ? undefined : !left, at: [] };
        if (all === undefined) maybe = true;
      }
      return { in: maybe ? undefined : false, at: [] };
    },
  };
}

function wishOf(part: string, text: string): readonly Wish[] | undefined {
  switch (part) {
    case 'ip':
    case 'net': {
      const wish = parseNetwork(text);
      return wish ? [wish] : undefined;
    }
    case 'port': {
      const [protocol, range] = text.includes(':') ? text.split(':') : ['tcp', text];
      if (protocol !== 'tcp' && protocol !== '6') return [];
      const [low, high] = (range ?? '').split('-').map(Number);
      return low === undefined || Number.isNaN(low) ? undefined : [{ low, high: high ?? low }];
    }
    case 'iface':
      return [{ word: text }];
    case 'mark':
      return [{ low: Number(text), high: Number(text) }];
    default:
      return undefined;
  }
}

interface Draft {
  readonly type: string;
  readonly of?: 'ip' | 'ip6';
  readonly mask?: number;
  readonly lines: string[];
}

function indexOf({ type, lines }: Draft, parts: readonly string[]): Index {
  const plain = parts.length === 1 && (parts[0] === 'ip' || parts[0] === 'net');
  const low: (number | bigint)[] = [];
  const high: (number | bigint)[] = [];
  const elements: { wishes: readonly Wish[]; left: boolean }[] = [];
  let unread = false;
  const left = plain && lines.some((line) => line.endsWith(' nomatch'));
  for (const line of lines) {
    const space = line.indexOf(' ');
    const text = space < 0 ? line : line.slice(0, space);
    if (plain && !left) {
      const address = parseAddress(text);
      const wish = address === undefined ? parseNetwork(text) : { low: address, high: address };
      if (wish && 'low' in wish) {
        low.push(wish.low);
        high.push(wish.high);
      } else unread = true;
      continue;
    }
    const words = text.split(',');
    const wishes = words.map((word, i) => wishOf(parts[i] ?? '', word));
    if (wishes.some((wish) => wish === undefined) || words.length !== parts.length) unread = true;
    else if (wishes.every((wish) => wish && wish.length > 0))
      elements.push({
        wishes: wishes.flatMap((wish) => wish ?? []),
        left: / nomatch\b/.test(line.slice(space < 0 ? line.length : space)),
      });
  }
  if (unread) return { lookup: () => ({ in: undefined, at: [] }) };
  if (plain && !left) return rangeIndex(low, high);
  return /net/.test(type) ? networkIndex(elements) : listIndex(elements.map(({ wishes }) => wishes));
}

/** `ipset save` (ipset(8)), as sets by "ipset NAME". Elements whose time has not run out count. */
export function parseIpsets(dump: string): Map<string, NamedSet> {
  const drafts = new Map<string, Draft>();
  for (const line of dump.split('\n')) {
    if (line.startsWith('add ')) {
      const end = line.indexOf(' ', 4);
      drafts.get(line.slice(4, end))?.lines.push(line.slice(end + 1));
    } else if (line.startsWith('create ')) {
      const [, name = '', type = '', ...rest] = line.split(' ');
      const family = rest[rest.indexOf('family') + 1];
      const of = type.startsWith('bitmap:ip') || family === 'inet' ? 'ip' : family === 'inet6' ? 'ip6' : undefined;
      const mask = rest.includes('netmask') ? Number(rest[rest.indexOf('netmask') + 1]) : undefined;
      drafts.set(name, { type, lines: [], ...(of ? { of } : {}), ...(mask === undefined ? {} : { mask }) });
    }
  }
  return new Map(
    [...drafts].map(([name, draft]): [string, NamedSet] => {
      const parts = draft.type.replace(/^\w+:/, '').split(',');
      let made: Index | undefined;
      const spread = {
        ...draft,
        lines:
          draft.mask === undefined
            ? draft.lines
            : draft.lines.map((line) => line.replace(/^[^ ,]+/, `$&/${draft.mask}`)),
      };
      const of = draft.of ? { of: draft.of } : {};
      if (draft.type === 'list:set')
        return [
          `ipset ${name}`,
          { index: listIndex([]), written: false, members: draft.lines.map((line) => line.split(' ')[0] ?? '') },
        ];
      return [
        `ipset ${name}`,
        {
          index: { lookup: (values) => (made ??= indexOf(spread, parts)).lookup(values) },
          written: false,
          dimensions: parts,
          ...of,
        },
      ];
    }),
  );
}
