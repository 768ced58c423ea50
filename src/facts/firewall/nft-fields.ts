import type { Field } from './model.ts';
import { isObject, type Json, wishOf } from './nft-values.ts';

const known = (name: Field['name'], label: string, of?: 'ip' | 'ip6'): Field => ({
  name,
  label,
  ...(of ? { of } : {}),
});
const unknown = (label: string, settle?: string): Field => ({
  name: 'other',
  label,
  ...(settle === undefined ? {} : { settle }),
});

const META: Readonly<Record<string, Field['name']>> = {
  l4proto: 'l4proto',
  nfproto: 'nfproto',
  protocol: 'ethertype',
  iif: 'iif',
  iifname: 'iif',
  oif: 'oif',
  oifname: 'oif',
  mark: 'mark',
  pkttype: 'pkttype',
  hour: 'hour',
  day: 'day',
  time: 'time',
};
const CT: Readonly<Record<string, Field['name']>> = {
  state: 'ct state',
  status: 'ct status',
  mark: 'ct mark',
  direction: 'ct direction',
};
const CT_TUPLE: Readonly<Record<string, 'saddr' | 'daddr' | 'sport' | 'dport'>> = {
  saddr: 'saddr',
  daddr: 'daddr',
  'proto-src': 'sport',
  'proto-dst': 'dport',
};
/** Other protocols than that of the packet. */
const STRANGERS = [
  'udp',
  'icmp',
  'icmpv6',
  'sctp',
  'dccp',
  'udplite',
  'igmp',
  'arp',
  'esp',
  'ah',
  'comp',
  'gre',
  'vxlan',
];

function payload({ protocol, field }: Json): Field {
  const label = `${protocol} ${field}`;
  if (protocol === 'ip' || protocol === 'ip6') {
    if (field === 'saddr' || field === 'daddr') return known(field, label, protocol);
    if (field === 'protocol' || field === 'nexthdr') return known('l4proto', label, protocol);
    return { ...unknown(label), of: protocol };
  }
  if (protocol === 'tcp' || protocol === 'th') {
    if (field === 'sport' || field === 'dport') return known(field, label);
    if (field === 'flags' && protocol === 'tcp') return known('tcp flags', label);
    return unknown(label);
  }
  if (STRANGERS.includes(String(protocol))) return { ...unknown(label), of: 'none' };
  if (protocol === 'ether') return unknown(label, 'the hardware address of the last hop');
  return unknown(label === 'undefined undefined' ? 'raw payload' : label);
}

function fib({ result, flags }: Json): Field {
  const list = Array.isArray(flags) ? flags.map(String) : [String(flags)];
  const label = `fib ${list.join(' . ')} ${result}`;
  // With an interface or a mark the answer is another one than that for the address alone.
  const alone = list.length === 1;
  if (result === 'type' && list.includes('daddr')) return alone ? known('fib daddr', label) : unknown(label);
  if (result === 'type' && list.includes('saddr')) return alone ? known('fib saddr', label) : unknown(label);
  if (result === 'oif' && list.includes('saddr') && list.includes('iif')) return known('fib oif', label);
  return unknown(label, 'what the routing table says of the address (ip route get)');
}

/** What the left side of a match, a key of a map or an element speaks of; several for a concatenation. */
export function fieldsOf(left: unknown): readonly Field[] {
  if (!isObject(left)) return [unknown('a constant')];
  const { payload: header, meta, ct, concat, elem } = left;
  if (Array.isArray(concat)) return concat.flatMap(fieldsOf);
  if (isObject(elem)) return fieldsOf(elem['val']);
  if (isObject(header)) return [payload(header)];
  if (isObject(meta)) {
    const key = String(meta['key']);
    const name = META[key];
    return [
      name
        ? known(name, `meta ${key}`)
        : unknown(`meta ${key}`, key.startsWith('sk') ? 'the owner of the socket' : undefined),
    ];
  }
  if (isObject(ct)) {
    const label = `ct ${ct['dir'] === undefined ? '' : `${ct['dir']} `}${ct['key']}`;
    const [family, key] = /^(?:(ip6?) )?(.{1,20})$/.exec(String(ct['key']))?.slice(1) ?? [];
    const tuple = CT_TUPLE[key ?? ''];
    const of = family === 'ip' || family === 'ip6' ? family : undefined;
    if (tuple && (ct['dir'] === 'original' || ct['dir'] === 'reply'))
      return [known(`ct ${ct['dir']} ${tuple}`, label, of)];
    const name = ct['dir'] === undefined ? CT[String(ct['key'])] : undefined;
    return [name ? known(name, label) : unknown(label)];
  }
  if (isObject(left['fib'])) return [fib(left['fib'])];
  const mask = left['&'];
  if (Array.isArray(mask)) {
    const [inner] = fieldsOf(mask[0]);
    const wish = inner && wishOf(inner, mask[1]);
    const bits = wish && 'low' in wish && wish.low === wish.high ? wish.low : undefined;
    return [
      inner && bits !== undefined && inner.mask === undefined ? { ...inner, mask: bits } : unknown(inner?.label ?? '&'),
    ];
  }
  const [name = ''] = Object.keys(left);
  return [unknown(name, name === 'numgen' ? 'chance' : undefined)];
}

const TYPES: Readonly<Record<string, Field>> = {
  ipv4_addr: known('saddr', 'saddr', 'ip'),
  ipv6_addr: known('saddr', 'saddr', 'ip6'),
  inet_service: known('dport', 'dport'),
  inet_proto: known('l4proto', 'l4proto'),
  mark: known('mark', 'mark'),
  ifname: known('iif', 'iifname'),
  iface_index: known('iif', 'iif'),
  ct_state: known('ct state', 'ct state'),
  ct_status: known('ct status', 'ct status'),
  nf_proto: known('nfproto', 'nfproto'),
  ether_type: known('ethertype', 'ethertype'),
  tcp_flag: known('tcp flags', 'tcp flags'),
};

/** The fields that elements of a named set are written like. */
export function fieldsOfType(type: unknown): readonly Field[] {
  // Newer versions also name a type by the expression that it is of.
  if (isObject(type) && 'typeof' in type) return fieldsOf(type['typeof']);
  if (Array.isArray(type)) return type.flatMap(fieldsOfType);
  const field = TYPES[String(type)];
  return [field ?? (isObject(type) ? (fieldsOf(type)[0] ?? unknown('typeof')) : unknown(String(type)))];
}
