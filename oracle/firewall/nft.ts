import fc from 'fast-check';
import { ELSEWHERE4, ELSEWHERE6, NETS4, NETS6, PORTS, TARGETS, V4, V6 } from './packets.ts';

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = (values: readonly string[]): fc.Arbitrary<string> =>
  fc.uniqueArray(one(...values), { minLength: 1, maxLength: 3 }).map((list) => `{ ${list.join(', ')} }`);
const op = one('', '', '', '!= ');

const words = PORTS.map(String);
const ranges = ['20-25', '1-1023', '2000-3000', '60000-65535'];
const icmp = ['port-unreachable', 'host-unreachable', 'admin-prohibited', 'net-unreachable', 'host-prohibited'];
const icmp6 = ['port-unreachable', 'no-route', 'admin-prohibited', 'addr-unreachable'];

type Family = 'inet' | 'ip' | 'ip6' | 'netdev';
type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** Matches that every family may use, by what they speak of. */
const port = fc.oneof(
  fc
    .tuple(one('dport', 'dport', 'dport', 'sport'), op, one(...words, ...ranges))
    .map(([which, not, p]) => `tcp ${which} ${not}${p}`),
  fc.tuple(op, some(words)).map(([not, p]) => `tcp dport ${not}${p}`),
  one(...words).chain((p) => one('<', '>', '<=', '>=').map((sign) => `tcp dport ${sign} ${p}`)),
  one(
    'tcp dport @ports',
    'tcp dport != @ports',
    'th dport 22',
    'th dport != 22',
    'udp dport 22',
    'udp dport != 22',
    'tcp sport 1024-65535',
  ),
);
const state = one(
  'ct state new',
  'ct state established,related',
  'ct state != new',
  'ct state != established,related',
  'ct state invalid',
  'ct state untracked',
  'ct state { new, untracked }',
  'ct state != { new, invalid }',
  'ct state new,established',
  'ct status dnat',
  'ct status != dnat',
  'ct status seen-reply',
  'ct direction original',
  'ct direction reply',
  'ct mark 0x3',
  'ct mark and 0x1 == 0x1',
  'meta l4proto tcp ct original proto-dst 22',
  'meta l4proto tcp ct original proto-dst != 80',
);
const clock = one(
  'meta hour "00:00"-"12:00"',
  'meta hour "12:00"-"23:59"',
  'meta hour != "06:00"-"18:00"',
  'meta day { "Monday", "Tuesday", "Sunday" }',
  'meta time > "2024-01-01 00:00:00"',
  'meta time < "2024-01-01 00:00:00"',
);
const meta = one(
  'meta l4proto tcp',
  'meta l4proto { icmp, ipv6-icmp }',
  'meta l4proto != udp',
  'iifname "lo"',
  'iifname != "lo"',
  'iifname "eth*"',
  'iifname { "eth0", "wlan0" }',
  'iifname { "lo", "wl*" }',
  'tcp flags & (fin | syn | rst | ack) == syn',
  'tcp flags syn',
  'tcp flags == syn',
  'tcp flags != syn',
  'tcp flags ! syn,ack',
  'tcp flags syn,ack',
  'tcp flags != syn,ack',
  'tcp flags { syn, syn|ack }',
  'tcp flags & (syn | ack) == ack',
  'limit rate over 100000/second burst 20000 packets',
  'limit rate 100000/second burst 20000 packets',
  'limit name "idle"',
  'meta mark 0x7',
  'meta mark != 0x7',
  'meta mark and 0xff == 0x17',
  'meta mark 0x1-0x20',
  'meta mark { 0x5, 0x7 }',
  'meta length 20-90',
  'numgen random mod 2 == 0',
);
const hooked: Readonly<Partial<Record<Hook, readonly string[]>>> = {
  prerouting: [
    'fib daddr type local',
    'fib daddr type != local',
    'fib saddr type { local, multicast }',
    'fib saddr . iif oif missing',
    'fib saddr . iif oif exists',
  ],
  input: ['fib daddr type local', 'meta pkttype host', 'fib saddr type != unicast'],
  output: ['oifname "eth0"', 'oifname != "eth*"', 'iifname != "eth0"'],
  postrouting: ['oifname "eth0"', 'tcp sport 8022'],
  forward: ['oifname "eth0"', 'oifname { "docker0", "lo" }'],
};
const v4 = fc.oneof(
  fc
    .tuple(one('saddr', 'saddr', 'daddr'), op, one(...NETS4, ...V4))
    .map(([which, not, net]) => `ip ${which} ${not}${net}`),
  fc.tuple(op, some(V4)).map(([not, net]) => `ip saddr ${not}${net}`),
  one(
    'ip saddr 192.0.2.0-192.0.2.80',
    'ip daddr 10.77.2.20',
    'ip daddr != 10.77.2.20',
    'ip saddr @bad4',
    'ip saddr != @bad4',
    'ip saddr & 255.255.255.0 == 192.0.2.0',
    'ip saddr & 0.0.0.255 == 0.0.0.1',
    'ip saddr . tcp dport { 192.0.2.1 . 22, 10.1.2.3 . 80 }',
    'ip saddr . tcp dport { 192.0.2.0/24 . 20-25, 10.0.0.0/8 . 80 }',
    'ip saddr . tcp dport @pairs4',
    'ip saddr . tcp dport != @pairs4',
    'iifname . ip saddr { "eth0" . 192.0.2.1, "lo" . 10.1.2.3 }',
    'ip protocol tcp',
    // Beside a match of the other family nft takes it for a mere dependency and does not list it.
    'meta protocol ip',
    'meta protocol != ip6',
    'ct original ip daddr 10.77.2.20',
    'ct original ip saddr != 192.0.2.1',
    'ip ttl 64',
  ),
);
const v6 = fc.oneof(
  fc
    .tuple(one('saddr', 'saddr', 'daddr'), op, one(...NETS6, ...V6))
    .map(([which, not, net]) => `ip6 ${which} ${not}${net}`),
  fc.tuple(op, some(V6)).map(([not, net]) => `ip6 saddr ${not}${net}`),
  one(
    'ip6 daddr fd77:2::20',
    'ip6 saddr @bad6',
    'ip6 saddr != @bad6',
    'ip6 saddr . tcp dport @pairs6',
    'ip6 nexthdr tcp',
    'ip6 saddr 2001:db8::-2001:db8::ff',
    'ip6 saddr & ffff:ffff:: == 2001:db8::',
    'ct original ip6 saddr 2001:db8::1',
  ),
);

/** Up to three matches that nft takes beside one another: of one family at most. */
function matches(family: Family, hook: Hook): fc.Arbitrary<string[]> {
  const early = hook === 'ingress';
  const here = hooked[hook] ?? [];
  const list = (...kinds: fc.Arbitrary<string>[]) =>
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: port },
        ...(early ? [] : [{ weight: 3, arbitrary: state }]),
        { weight: 4, arbitrary: meta },
        { weight: 1, arbitrary: clock },
        ...(here.length > 0 ? [{ weight: 1, arbitrary: one(...here) }] : []),
        ...kinds.map((arbitrary) => ({ weight: 4, arbitrary })),
      ),
      { maxLength: 3 },
    );
  const plain4 = early ? v4.filter((text) => !text.startsWith('ct ') && !text.includes('@')) : v4;
  const plain6 = early ? v6.filter((text) => !text.startsWith('ct ') && !text.includes('@')) : v6;
  const kept = (lists: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
    early ? lists.map((all) => all.filter((text) => !/fib|limit name|@/.test(text))) : lists;
  if (family === 'ip') return kept(list(plain4));
  if (family === 'ip6') return kept(list(plain6));
  return kept(
    fc.oneof(
      list(plain4),
      list(plain6),
      ...(family === 'inet' ? [list(one('meta nfproto ipv4', 'meta nfproto ipv6'))] : []),
    ),
  );
}

/** What a rule does; `chains`: those that may be jumped to. */
function verdict(family: Family, hook: Hook, chains: readonly string[]): fc.Arbitrary<string> {
  const rejects = {
    inet: [
      'reject',
      'reject with tcp reset',
      ...icmp.slice(0, 3).map((type) => `reject with icmpx type ${type}`),
      'reject with icmp type host-prohibited',
      'reject with icmpv6 type addr-unreachable',
    ],
    ip: ['reject', 'reject with tcp reset', ...icmp.map((type) => `reject with icmp type ${type}`)],
    ip6: ['reject', 'reject with tcp reset', ...icmp6.map((type) => `reject with icmpv6 type ${type}`)],
    netdev: [],
  }[family];
  const mayReject = rejects.length > 0 && ['input', 'forward', 'output'].includes(hook);
  const jumps = chains.flatMap((name) => [`jump ${name}`, `goto ${name}`]);
  return fc.oneof(
    { weight: 4, arbitrary: one('accept', 'drop') },
    ...(mayReject ? [{ weight: 3, arbitrary: one(...rejects) }] : []),
    { weight: 2, arbitrary: one('return', 'continue', '') },
    ...(jumps.length > 0 ? [{ weight: 5, arbitrary: one(...jumps) }] : []),
  );
}

function vmap(family: Family, chains: readonly string[]): fc.Arbitrary<string> {
  const to = one('accept', 'drop', 'return', 'continue', ...chains.flatMap((name) => [`jump ${name}`, `goto ${name}`]));
  return fc
    .tuple(to, to, to)
    .chain(([a, b, c]) =>
      one(
        `tcp dport vmap { 22 : ${a}, 80 : ${b}, 2000-3000 : ${c} }`,
        `tcp dport vmap { 22 : ${a}, 443 : ${b}, * : ${c} }`,
        `ct state vmap { new : ${a}, established : ${b} }`,
        `meta l4proto vmap { tcp : ${a}, udp : ${b} }`,
        `iifname vmap { "lo" : ${a}, "eth0" : ${b} }`,
        'tcp dport vmap @ports_to',
        ...(family === 'ip6'
          ? []
          : [
              `ip saddr vmap { 192.0.2.0/24 : ${a}, 10.0.0.0/8 : ${b} }`,
              `ip saddr . tcp dport vmap { 192.0.2.1 . 22 : ${a}, 10.1.2.3 . 80 : ${b} }`,
            ]),
        ...(family === 'ip' ? [] : [`ip6 saddr vmap { 2001:db8::/32 : ${a}, fd00::1 : ${b} }`]),
      ),
    );
}

/** What rules change of a packet. */
function effect(family: Family, hook: Hook): fc.Arbitrary<string> {
  return one(
    'meta mark set 0x7',
    'meta mark set 0x17',
    'meta mark set meta mark or 0x10',
    'meta mark set meta mark and 0xffffff0f',
    'meta mark set meta mark xor 0x5',
    'ct mark set 0x3',
    'ct mark set meta mark',
    'meta mark set ct mark',
    'meta mark set tcp dport map { 22 : 0x7, 80 : 0x5 }',
    ...(hook === 'prerouting' || hook === 'output' ? ['notrack', 'notrack'] : []),
    ...(family === 'ip' || family === 'inet'
      ? ['add @seen4 { ip saddr }', 'add @seen4 { ip saddr limit rate over 100000/second burst 30000 packets }']
      : []),
  );
}

function rule(family: Family, hook: Hook, chains: readonly string[]): fc.Arbitrary<string> {
  const plain = fc
    .tuple(matches(family, hook), verdict(family, hook, chains))
    .map(([list, end]) => `${list.join(' ')} counter ${end}`);
  if (hook === 'ingress') return plain;
  const changing = fc
    .tuple(matches(family, hook), effect(family, hook))
    .map(([list, what]) => `${list.join(' ')} ${what}`);
  return fc.oneof(
    { weight: 9, arbitrary: plain },
    { weight: 1, arbitrary: vmap(family, chains) },
    { weight: 1, arbitrary: changing },
    ...(family === 'ip'
      ? [{ weight: 1, arbitrary: one('ip saddr @seen4 counter drop', 'ip saddr != @seen4 counter accept') }]
      : []),
  );
}

const LIMIT =
  'limit idle { rate 100000/second burst 30000 packets; }\nmap ports_to { type inet_service : verdict; elements = { 22 : accept, 80 : drop, 443 : continue } }\n';
const SETS: Readonly<Record<Family, string>> = {
  inet: `${LIMIT}set ports { type inet_service; flags interval; elements = { 22, 440-450 }\n}\nset bad4 { type ipv4_addr; flags interval; elements = { 192.0.2.0/26, 10.1.2.3 }\n}\nset bad6 { type ipv6_addr; elements = { 2001:db8::1, fd00::1 }\n}\nset pairs4 { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 20-25, 10.1.2.3 . 80 }\n}\nset pairs6 { type ipv6_addr . inet_service; elements = { 2001:db8::1 . 22 }\n}\nset seen4 { type ipv4_addr; flags dynamic; size 1000; }\n`,
  ip: `${LIMIT}set ports { type inet_service; elements = { 22, 443 }\n}\nset bad4 { type ipv4_addr; flags timeout; elements = { 192.0.2.1 timeout 1h, 10.77.2.9 }\n}\nset pairs4 { type ipv4_addr . inet_service; elements = { 192.0.2.1 . 22, 10.1.2.3 . 80 }\n}\nset seen4 { type ipv4_addr; flags dynamic,timeout; timeout 1h; size 1000; elements = { 192.0.2.77 } }\n`,
  ip6: `${LIMIT}set ports { type inet_service; elements = { 2222 }\n}\nset bad6 { type ipv6_addr; flags interval; elements = { 2001:db8::/33 }\n}\nset pairs6 { type ipv6_addr . inet_service; flags interval; elements = { 2001:db8::/32 . 22-80 }\n}\n`,
  netdev: '',
};

const chainNames = ['c1', 'c2', 'c3'];
const priorities: Readonly<Record<Hook, readonly number[]>> = {
  ingress: [-10, 0, 10],
  prerouting: [-310, -300, -200, -160, -150, -100, -90, 0],
  input: [-20, 0, 0, 20, 110],
  forward: [-10, 0, 10],
  output: [-300, -150, 0, 0, 10],
  postrouting: [0, 110],
};

function base(family: Family, hook: Hook, name: string): fc.Arbitrary<string> {
  const device = hook === 'ingress' ? ' device eth0' : '';
  return fc
    .tuple(
      fc.array(rule(family, hook, family === 'netdev' ? [] : chainNames), { minLength: 1, maxLength: 6 }),
      one('accept', 'accept', 'accept', 'drop'),
      one(...priorities[hook]),
    )
    .map(
      ([rules, policy, priority]) =>
        `chain ${name} {\ntype filter hook ${hook}${device} priority ${priority}; policy ${policy};\n${rules.join('\n')}\n}`,
    );
}

/** A chain that leads connections elsewhere. */
function nat(family: Family, name: string): fc.Arbitrary<string> {
  const [four, six] = [ELSEWHERE4, ELSEWHERE6];
  const to = [
    'redirect to :22',
    'redirect to :2222',
    'redirect to :8022',
    'meta l4proto tcp redirect',
    'accept',
    'return',
    'drop',
    ...(family === 'ip6'
      ? []
      : [
          `dnat ${family === 'inet' ? 'ip ' : ''}to ${four}:22`,
          `dnat ${family === 'inet' ? 'ip ' : ''}to 10.77.2.20:2222`,
          `dnat ${family === 'inet' ? 'ip ' : ''}to ${four}`,
        ]),
    ...(family === 'ip'
      ? [
          'dnat to tcp dport map { 22 : 10.77.9.9, 80 : 10.77.2.20 }',
          `redirect to tcp dport map { 22 : ${TARGETS[2]}, 80 : 22 }`,
        ]
      : []),
    ...(family === 'ip'
      ? []
      : [
          `dnat ${family === 'inet' ? 'ip6 ' : ''}to [${six}]:22`,
          `dnat ${family === 'inet' ? 'ip6 ' : ''}to [fd77:2::20]:2222`,
        ]),
  ];
  const rules = fc
    .tuple(
      port.filter((text) => text.startsWith('tcp')),
      matches(family, 'prerouting'),
      one(...to),
    )
    .map(([first, rest, end]) => `${[first, ...rest.slice(0, 1)].join(' ')} counter ${end}`);
  return fc
    .tuple(fc.array(rules, { minLength: 1, maxLength: 3 }), one(-110, -100, -100, -90, 5))
    .map(
      ([list, priority]) => `chain ${name} {\ntype nat hook prerouting priority ${priority};\n${list.join('\n')}\n}`,
    );
}

function table(family: Family, index: number): fc.Arbitrary<string> {
  const hooks: readonly Hook[] =
    family === 'netdev'
      ? ['ingress']
      : [
          'input',
          'input',
          'input',
          'prerouting',
          'output',
          'postrouting',
          'forward',
          ...(family === 'inet' ? (['ingress'] as const) : []),
        ];
  const later =
    family === 'netdev'
      ? []
      : chainNames.map((name, i) =>
          fc
            .array(
              rule(family, 'prerouting', chainNames.slice(i + 1)).filter((text) => !/fib|notrack/.test(text)),
              { maxLength: 4 },
            )
            .map((rules) => `chain ${name} {\n${rules.join('\n')}\n}`),
        );
  const bases = fc
    .uniqueArray(one(...hooks), { minLength: 1, maxLength: 3 })
    .chain((list) => fc.tuple(...list.map((hook) => base(family, hook, `b_${hook}`))));
  const translating = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    ...(family === 'netdev' ? [] : [{ weight: 2, arbitrary: nat(family, 'translate') }]),
  );
  const flags = fc.oneof(
    { weight: 16, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant(family === 'netdev' ? '' : 'flags dormant\n') },
  );
  return fc
    .tuple(flags, fc.tuple(...later.toReversed()), bases, translating)
    .map(
      ([flag, chains, list, last]) =>
        `table ${family} t${index} {\n${flag}${SETS[family]}\n${[...chains, ...list, last].join('\n')}\n}\n`,
    );
}

/** Rulesets in nft's own language. */
export const nftRuleset: fc.Arbitrary<string> = fc
  .array(one<Family>('inet', 'inet', 'inet', 'ip', 'ip', 'ip6', 'ip6', 'netdev'), { minLength: 1, maxLength: 3 })
  .chain((list) => fc.tuple(...list.map((family, i) => table(family, i + 1))))
  .map((tables) => tables.join(''));
