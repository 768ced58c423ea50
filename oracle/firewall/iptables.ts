import fc from 'fast-check';
import { NETS4, NETS6, PORTS, V4, V6 } from './packets.ts';

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

function matches(v6: boolean): fc.Arbitrary<string> {
  const nets = v6 ? [...NETS6, ...V6] : [...NETS4, ...V4];
  const server = v6 ? 'fd77:2::20' : '10.77.2.20';
  const not = one('', '', '', '! ');
  return fc.oneof(
    fc.tuple(not, one(...nets)).map(([no, net]) => `${no}-s ${net}`),
    fc.tuple(not, one(server)).map(([no, to]) => `${no}-d ${to}`),
    fc
      .tuple(not, one(...PORTS.map(String), '20:25', ':1023', '60000:'))
      .map(([no, p]) => `-p tcp -m tcp ${no}--dport ${p}`),
    fc.tuple(not, one('22,80', '22,2000:3000', '443')).map(([no, p]) => `-p tcp -m multiport ${no}--dports ${p}`),
    fc
      .tuple(not, one('NEW', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,UNTRACKED'))
      .map(([no, s]) => `-m conntrack ${no}--ctstate ${s}`),
    one(
      '-p tcp --syn',
      '-p tcp ! --syn',
      '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
      '-p udp -m udp --dport 22',
      v6 ? '-p ipv6-icmp' : '-p icmp',
      '-i lo',
      '! -i lo',
      '-m comment --comment "a rule: with -j DROP in it"',
      '-m addrtype --dst-type LOCAL',
      '-m limit --limit 1000/sec --limit-burst 2000',
      '-m state --state NEW',
      '-m mark --mark 0x7',
      v6 ? '-s 2001:db8::/32' : '-m iprange --src-range 192.0.2.0-192.0.2.80',
    ),
  );
}

function rule(v6: boolean, chain: string, later: readonly string[]): fc.Arbitrary<string> {
  const rejects = v6
    ? ['REJECT', 'REJECT --reject-with icmp6-adm-prohibited', 'REJECT --reject-with icmp6-no-route']
    : ['REJECT', 'REJECT --reject-with icmp-host-prohibited', 'REJECT --reject-with icmp-net-unreachable'];
  const target = fc.oneof(
    { weight: 4, arbitrary: one('-j ACCEPT', '-j DROP') },
    { weight: 2, arbitrary: one(...rejects.map((each) => `-j ${each}`)) },
    { weight: 2, arbitrary: one('-j RETURN', '') },
    { weight: 4, arbitrary: one('-j RETURN', ...later.flatMap((name) => [`-j ${name}`, `-g ${name}`])) },
  );
  const list = fc.uniqueArray(matches(v6), {
    maxLength: 2,
    // One -p and one of each address a rule.
    selector: (match) =>
      /-p |--syn/.test(match)
        ? '-p'
        : match
            .replace(/^! /, '')
            .split(' ')
            .slice(0, 2)
            .join(' ')
            .replace(/ [\d:a-f].*/, ''),
  });
  return fc.tuple(list, target).map(([found, end]) => `-A ${chain} ${[...found, end].join(' ')}`);
}

const names = ['c1', 'c2', 'c3'];

/** Rulesets as iptables-restore(8) takes them. */
export function iptablesRuleset(v6: boolean): fc.Arbitrary<string> {
  const chains = names.map((name, i) => fc.array(rule(v6, name, names.slice(i + 1)), { maxLength: 4 }));
  return fc
    .tuple(
      one('ACCEPT', 'ACCEPT', 'DROP'),
      fc.array(rule(v6, 'INPUT', names), { minLength: 1, maxLength: 8 }),
      ...chains,
    )
    .map(([policy, input, ...rest]) =>
      [
        '*filter',
        `:INPUT ${policy} [0:0]`,
        ':FORWARD ACCEPT [0:0]',
        ':OUTPUT ACCEPT [0:0]',
        ...names.map((name) => `:${name} - [0:0]`),
        ...rest.flat(),
        ...input,
        'COMMIT',
        '',
      ].join('\n'),
    );
}
