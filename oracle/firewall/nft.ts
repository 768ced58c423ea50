import fc from 'fast-check';
import { NETS4, NETS6, PORTS, V4, V6 } from './packets.ts';

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = (values: readonly string[]): fc.Arbitrary<string> =>
  fc.uniqueArray(one(...values), { minLength: 1, maxLength: 3 }).map((list) => `{ ${list.join(', ')} }`);
const op = one('', '', '', '!= ');

const words = PORTS.map(String);
const ranges = ['20-25', '1-1023', '2000-3000', '60000-65535'];
const icmp = ['port-unreachable', 'host-unreachable', 'admin-prohibited', 'net-unreachable', 'host-prohibited'];
const icmp6 = ['port-unreachable', 'no-route', 'admin-prohibited', 'addr-unreachable'];

/** Matches that every family may use, by what they speak of. */
const port = fc.oneof(
  fc.tuple(op, one(...words, ...ranges)).map(([not, p]) => `tcp dport ${not}${p}`),
  fc.tuple(op, some(words)).map(([not, p]) => `tcp dport ${not}${p}`),
  one(...words).chain((p) => one('<', '>', '<=', '>=').map((sign) => `tcp dport ${sign} ${p}`)),
  one('tcp dport @ports', 'th dport 22', 'th dport != 22', 'udp dport 22', 'udp dport != 22'),
);
const state = one(
  'ct state new',
  'ct state established,related',
  'ct state != new',
  'ct state invalid',
  'ct state { new, untracked }',
  'ct state new,established',
);
const meta = one(
  'meta l4proto tcp',
  'meta l4proto { icmp, ipv6-icmp }',
  'meta l4proto != udp',
  'iifname "lo"',
  'iifname != "lo"',
  'tcp flags & (fin | syn | rst | ack) == syn',
  'tcp flags syn',
  'tcp flags & (syn | ack) == ack',
  'fib daddr type local',
  'limit rate over 1000/second burst 2000 packets',
  'limit rate 1000/second burst 2000 packets',
  'meta mark 0x7',
);
const v4 = fc.oneof(
  fc.tuple(op, one(...NETS4, ...V4)).map(([not, net]) => `ip saddr ${not}${net}`),
  fc.tuple(op, some(V4)).map(([not, net]) => `ip saddr ${not}${net}`),
  one(
    'ip saddr 192.0.2.0-192.0.2.80',
    'ip daddr 10.77.2.20',
    'ip daddr != 10.77.2.20',
    'ip saddr @bad4',
    'ip saddr != @bad4',
  ),
  one(
    'ip saddr & 255.255.255.0 == 192.0.2.0',
    'ip saddr . tcp dport { 192.0.2.1 . 22, 10.1.2.3 . 80 }',
    'ip protocol tcp',
  ),
);
const v6 = fc.oneof(
  fc.tuple(op, one(...NETS6, ...V6)).map(([not, net]) => `ip6 saddr ${not}${net}`),
  fc.tuple(op, some(V6)).map(([not, net]) => `ip6 saddr ${not}${net}`),
  one('ip6 daddr fd77:2::20', 'ip6 saddr @bad6', 'ip6 nexthdr tcp', 'ip6 saddr 2001:db8::-2001:db8::ff'),
);
type Family = 'inet' | 'ip' | 'ip6';

/** Up to three matches that nft takes beside one another: of one family at most. */
function matches(family: Family): fc.Arbitrary<string[]> {
  const list = (...kinds: fc.Arbitrary<string>[]) => fc.array(fc.oneof(port, state, meta, ...kinds), { maxLength: 3 });
  if (family === 'ip') return list(v4);
  if (family === 'ip6') return list(v6);
  return fc.oneof(list(v4), list(v6), list(one('meta nfproto ipv4', 'meta nfproto ipv6')));
}

/** What a rule does; `chains`: those that may be jumped to. */
function verdict(family: Family, chains: readonly string[]): fc.Arbitrary<string> {
  const rejects = {
    inet: [
      'reject',
      'reject with tcp reset',
      ...icmp.slice(0, 3).map((type) => `reject with icmpx type ${type === 'net-unreachable' ? 'no-route' : type}`),
    ],
    ip: ['reject', 'reject with tcp reset', ...icmp.map((type) => `reject with icmp type ${type}`)],
    ip6: ['reject', 'reject with tcp reset', ...icmp6.map((type) => `reject with icmpv6 type ${type}`)],
  }[family];
  const jumps = chains.flatMap((name) => [`jump ${name}`, `goto ${name}`]);
  return fc.oneof(
    { weight: 4, arbitrary: one('accept', 'drop') },
    { weight: 3, arbitrary: one(...rejects) },
    { weight: 2, arbitrary: one('return', 'continue', '') },
    ...(jumps.length > 0 ? [{ weight: 5, arbitrary: one(...jumps) }] : []),
  );
}

function vmap(chains: readonly string[]): fc.Arbitrary<string> {
  const to = one('accept', 'drop', ...chains.map((name) => `jump ${name}`));
  return fc
    .tuple(to, to, to)
    .chain(([a, b, c]) =>
      one(
        `tcp dport vmap { 22 : ${a}, 80 : ${b}, 2000-3000 : ${c} }`,
        `ct state vmap { new : ${a}, established : ${b} }`,
        `meta l4proto vmap { tcp : ${a}, udp : ${b} }`,
      ),
    );
}

function rule(family: Family, chains: readonly string[]): fc.Arbitrary<string> {
  const plain = fc
    .tuple(matches(family), verdict(family, chains))
    .map(([list, end]) => `${list.join(' ')} counter ${end}`);
  return fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: vmap(chains) });
}

const SETS: Readonly<Record<Family, string>> = {
  inet: 'set ports { type inet_service; flags interval; elements = { 22, 440-450 }\n}\nset bad4 { type ipv4_addr; flags interval; elements = { 192.0.2.0/26, 10.1.2.3 }\n}\nset bad6 { type ipv6_addr; elements = { 2001:db8::1, fd00::1 }\n}',
  ip: 'set ports { type inet_service; elements = { 22, 443 }\n}\nset bad4 { type ipv4_addr; elements = { 192.0.2.1, 10.77.2.9 }\n}',
  ip6: 'set ports { type inet_service; elements = { 2222 }\n}\nset bad6 { type ipv6_addr; flags interval; elements = { 2001:db8::/33 }\n}',
};

const chainNames = ['c1', 'c2', 'c3'];

/** A table with chains that jump only to later ones, and base chains of priorities that no other table has. */
function table(family: Family, index: number): fc.Arbitrary<string> {
  const later = chainNames.map((name, i) =>
    fc
      .array(rule(family, chainNames.slice(i + 1)), { maxLength: 4 })
      .map((rules) => `chain ${name} {\n${rules.join('\n')}\n}`),
  );
  const base = fc
    .tuple(
      fc.array(rule(family, chainNames), { minLength: 1, maxLength: 6 }),
      one('accept', 'accept', 'drop'),
      one('input', 'input', 'input', 'prerouting'),
      one(-310, -250, -160, -20, 0, 20),
    )
    .map(([rules, policy, hook, priority]) => {
      return `chain base {\ntype filter hook ${hook} priority ${priority + index}; policy ${policy};\n${rules.join('\n')}\n}`;
    });
  const flags = fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant('flags dormant\n') },
  );
  return fc
    .tuple(flags, ...later.toReversed(), base)
    .map(([flag, ...chains]) => `table ${family} t${index} {\n${flag}${SETS[family]}\n${chains.join('\n')}\n}\n`);
}

/** Rulesets in nft's own language. */
export const nftRuleset: fc.Arbitrary<string> = fc
  .array(one<Family>('inet', 'inet', 'ip', 'ip6'), { minLength: 1, maxLength: 3 })
  .chain((list) => fc.tuple(...list.map((family, i) => table(family, i + 1))))
  .map((tables) => tables.join(''));
