import fc from 'fast-check';
import { setMatches } from './ipset.ts';
import { ELSEWHERE4, ELSEWHERE6, NETS4, NETS6, PORTS, V4, V6 } from './packets.ts';

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

type Table = 'raw' | 'mangle' | 'nat' | 'filter';

function matches(v6: boolean, table: Table, chain: string): fc.Arbitrary<string> {
  const nets = v6 ? [...NETS6, ...V6] : [...NETS4, ...V4];
  const server = v6 ? 'fd77:2::20' : '10.77.2.20';
  const not = one('', '', '', '! ');
  const out = chain === 'OUTPUT' || chain === 'POSTROUTING';
  return fc
    .oneof(
      fc.tuple(not, one('-s', '-s', '-d'), one(...nets)).map(([no, which, net]) => `${no}${which} ${net}`),
      fc.tuple(not, one('-d', '-s'), one(server)).map(([no, which, to]) => `${no}${which} ${to}`),
      fc
        .tuple(
          not,
          one('--dport', '--dport', '--sport'),
          one(...PORTS.map(String), '20:25', ':1023', '60000:', '1024:65535'),
        )
        .map(([no, which, p]) => `-p tcp -m tcp ${no}${which} ${p}`),
      fc
        .tuple(not, one('--dports', '--dports', '--sports', '--ports'), one('22,80', '22,2000:3000', '443'))
        .map(([no, which, p]) => `-p tcp -m multiport ${no}${which} ${p}`),
      fc
        .tuple(not, one('NEW', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,UNTRACKED', 'DNAT', 'UNTRACKED'))
        .map(([no, s]) => `-m conntrack ${no}--ctstate ${s}`),
      fc
        .tuple(
          not,
          one(
            '--ctorigdstport 22',
            '--ctstatus SEEN_REPLY',
            '--ctstatus CONFIRMED',
            `--ctorigdst ${server}`,
            `--ctorigsrc ${nets[3]}`,
            '--ctorigdstport 20:80',
            '--ctreplsrcport 22',
          ),
        )
        .map(([no, s]) => `-m conntrack ${no}${s}`),
      fc.tuple(not, one(...setMatches(v6))).map(([no, s]) => `-m set ${no}${s}`),
      one(
        '-p tcp --syn',
        '-p tcp ! --syn',
        '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
        '-p tcp -m tcp ! --tcp-flags SYN,ACK SYN,ACK',
        '-p udp -m udp --dport 22',
        '-p udp -m udp ! --dport 22',
        v6 ? '-p ipv6-icmp' : '-p icmp',
        '! -p udp',
        '-m comment --comment "a rule: with -j DROP in it"',
        '-m conntrack --ctdir ORIGINAL',
        '-m conntrack --ctdir REPLY',
        '-m limit --limit 10000/sec --limit-burst 9000',
        '-m hashlimit --hashlimit-above 9000/sec --hashlimit-burst 9000 --hashlimit-mode srcip --hashlimit-name h',
        '-m state --state NEW',
        '-m mark --mark 0x7',
        '-m mark ! --mark 0x7',
        '-m mark --mark 0x10/0xf0',
        '-m connmark --mark 0x3',
        '-m connmark ! --mark 0x3',
        '-m recent --name never --rcheck --seconds 60 --hitcount 3',
        '-m time --timestart 00:00 --timestop 12:00',
        '-m time --timestart 22:00 --timestop 06:00',
        '-m time --weekdays Mon,Tue,Sun',
        '-m time ! --weekdays Sat',
        '-m time --datestart 2024-01-01T00:00:00',
        '-m statistic --mode random --probability 0.5',
        v6 ? '-s 2001:db8::/32' : '-m iprange --src-range 192.0.2.0-192.0.2.80',
        v6 ? '-m iprange --src-range 2001:db8::-2001:db8::ff' : '-m iprange ! --src-range 10.0.0.0-10.255.255.255',
        ...(out
          ? ['-o eth0', '! -o lo', '-o eth+']
          : [
              '-i lo',
              '! -i lo',
              '-i eth0',
              '-i eth+',
              '-m addrtype --dst-type LOCAL',
              '-m addrtype ! --dst-type LOCAL',
              '-m addrtype --src-type LOCAL',
              '-m pkttype --pkt-type unicast',
              '-m connlimit --connlimit-above 5000 --connlimit-mask 32',
            ]),
      ),
    )
    .filter((text) => table !== 'raw' || !/connlimit/.test(text));
}

function target(v6: boolean, table: Table, chain: string, later: readonly string[]): fc.Arbitrary<string> {
  const rejects = v6
    ? [
        'REJECT',
        'REJECT --reject-with icmp6-adm-prohibited',
        'REJECT --reject-with icmp6-no-route',
        'REJECT --reject-with tcp-reset',
      ]
    : [
        'REJECT',
        'REJECT --reject-with icmp-host-prohibited',
        'REJECT --reject-with icmp-net-unreachable',
        'REJECT --reject-with tcp-reset',
      ];
  const jumps = later.flatMap((name) => [`-j ${name}`, `-g ${name}`]);
  const plain = fc.oneof(
    { weight: 4, arbitrary: one('-j ACCEPT', ...(table === 'nat' ? [] : ['-j DROP'])) },
    { weight: 2, arbitrary: one('-j RETURN', '', '-j LOG') },
    ...(jumps.length > 0 ? [{ weight: 4, arbitrary: one(...jumps) }] : []),
  );
  if (table === 'raw')
    return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 2, arbitrary: one('-j CT --notrack') });
  if (table === 'mangle')
    return fc.oneof(
      { weight: 2, arbitrary: plain },
      {
        weight: 3,
        arbitrary: one(
          '-j MARK --set-mark 0x7',
          '-j MARK --set-xmark 0x10/0xf0',
          '-j MARK --or-mark 0x1',
          '-j MARK --and-mark 0xf',
          '-j CONNMARK --set-mark 0x3',
          '-j CONNMARK --save-mark',
          '-j CONNMARK --restore-mark',
          '-j CONNMARK --set-xmark 0x2/0x2',
        ),
      },
    );
  if (table === 'nat')
    return chain !== 'PREROUTING'
      ? plain
      : fc.oneof(
          { weight: 1, arbitrary: plain },
          {
            weight: 3,
            arbitrary: one(
              ...['REDIRECT', 'REDIRECT --to-ports 22', 'REDIRECT --to-ports 8022'].map((end) => `-p tcp -j ${end}`),
              ...(v6
                ? [`[${ELSEWHERE6}]:22`, '[fd77:2::20]:2222', ELSEWHERE6]
                : [`${ELSEWHERE4}:22`, '10.77.2.20:2222', ELSEWHERE4]
              ).map((to) => `-p tcp -j DNAT --to-destination ${to}`),
            ),
          },
        );
  return ['INPUT', 'FORWARD', 'OUTPUT', 'c1', 'c2', 'c3'].includes(chain)
    ? fc.oneof({ weight: 6, arbitrary: plain }, { weight: 2, arbitrary: one(...rejects.map((each) => `-j ${each}`)) })
    : plain;
}

function rule(v6: boolean, table: Table, chain: string, later: readonly string[]): fc.Arbitrary<string> {
  const list = fc.uniqueArray(matches(v6, table, chain), {
    maxLength: 2,
    // One -p and one of each module and option a rule.
    selector: (match) =>
      /-p |--syn/.test(match) ? '-p' : (/-m (\w+)/.exec(match)?.[1] ?? match.replace(/^! /, '').slice(0, 2)),
  });
  return fc.tuple(list, target(v6, table, chain, later)).map(([found, end]) => {
    const all = found.some((match) => /-p /.test(match)) ? end.replace(/^-p tcp /, '') : end;
    // A target that needs a protocol has its own.
    const kept = end.startsWith('-p tcp')
      ? found.filter((match) => !/-p (udp|icmp|ipv6-icmp)|! -p/.test(match))
      : found;
    const needs = end.startsWith('-p tcp') && !kept.some((match) => /-p tcp/.test(match)) ? '-p tcp ' : '';
    const reset = /tcp-reset/.test(all) && !kept.some((match) => /-p tcp/.test(match)) ? '-p tcp ' : '';
    const fits = reset === '' ? kept : kept.filter((match) => !/-p /.test(match));
    return `-A ${chain} ${needs}${reset}${[...fits, all.replace(/^-p tcp /, '')].join(' ')}`;
  });
}

const names = ['c1', 'c2', 'c3'];
const CHAINS: Readonly<Record<Table, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};
const ALL: Readonly<Record<Table, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

function tableOf(v6: boolean, table: Table): fc.Arbitrary<string> {
  const own = table === 'filter' ? names : [];
  const chains = own.map((name, i) => fc.array(rule(v6, table, name, own.slice(i + 1)), { maxLength: 4 }));
  const bases = CHAINS[table].map((chain) =>
    fc.array(rule(v6, table, chain, own), { maxLength: table === 'filter' && chain === 'INPUT' ? 8 : 3 }),
  );
  return fc
    .tuple(one('ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP'), fc.tuple(...chains), fc.tuple(...bases))
    .map(([policy, inner, outer]) =>
      [
        `*${table}`,
        ...ALL[table].map((chain) => `:${chain} ${table === 'filter' && chain === 'INPUT' ? policy : 'ACCEPT'} [0:0]`),
        ...own.map((name) => `:${name} - [0:0]`),
        ...inner.flat(),
        ...outer.flat(),
        'COMMIT',
      ].join('\n'),
    );
}

/** Rulesets as iptables-restore(8) takes them. */
export function iptablesRuleset(v6: boolean): fc.Arbitrary<string> {
  return fc
    .tuple(fc.subarray<Table>(['raw', 'mangle', 'nat'], { maxLength: 2 }), fc.constant(null))
    .chain(([tables]) => fc.tuple(...[...tables, 'filter' as const].map((table) => tableOf(v6, table))))
    .map((tables) => `${tables.join('\n')}\n`);
}
