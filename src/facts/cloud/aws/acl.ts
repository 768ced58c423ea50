import type { Three, TraceStep } from '../../../model/trace.ts';
import { type Json, member, num, objects, str } from '../../client/json.ts';
import { draft, eitherOf, field, firstMatch, inRow, type Judgement, type Ordered } from '../judgement.ts';
import type { Lines } from '../layout.ts';
import { type Call, inRange, isInternal, type Peer, peerText, some } from '../peer.ts';
import type { Interface, Place } from './place.ts';

export const ACLS_SECTION = 'cloud:aws-network-acls';

export interface AclsGiven {
  readonly acls: readonly Json[];
  readonly lines: Lines;
  readonly place: Place;
  readonly interfaces: readonly Interface[];
  readonly subnets: readonly Json[];
}

export interface AclJudgement extends Judgement {
  /** The list that decides and the direction in which it is closed; for the remedy. */
  readonly closed?: { readonly acl: Json; readonly egress: boolean; readonly before: number };
}

const STAGE = 'network ACL';
/** A list has at most 40 entries in each direction (Amazon VPC quotas); far more is no such list. */
const ENTRIES_MAX = 200;
/** Port from which Linux takes a connection's own end (ip_local_port_range), and whatever else a client or NAT may take. */
const LINUX: Span = [32768, 60999];
const ANY_CLIENT: Span = [1024, 65535];

type Span = readonly [number, number];

/**
 * Whether the network ACL of the instance's subnet lets the connection in and its answers out. It is stateless: the
 * entries are tried in ascending order, the first that matches decides, once for each direction. Traffic within the
 * subnet never meets it (VPC User Guide, "Network ACL basics").
 */
export function judgeAcls(given: AclsGiven, call: Call): AclJudgement {
  const { place, acls } = given;
  const subnets = [...new Set(place.interfaces.flatMap(({ subnet }) => subnet ?? []))];
  const [subnet] = subnets;
  if (place.by === 'unknown' || subnet === undefined || subnets.length > 1)
    return eitherOf(
      acls.map((acl) => one(acl, given, call)),
      'the subnet of the instance (aws ec2 describe-instances --instance-ids ID)',
    );
  const acl = acls.find((each) => objects(each, 'Associations').some((link) => str(link, 'SubnetId') === subnet));
  if (!acl)
    return {
      pass: 'unknown',
      trace: [],
      lacks: [
        `the network ACL of ${subnet} (aws ec2 describe-network-acls --filters Name=association.subnet-id,Values=${subnet})`,
      ],
    };
  const judged = one(acl, given, call);
  const near = inSubnet(call.peer, subnet, given);
  if (judged.pass === 'open' || near === false) return judged;
  const within: TraceStep = {
    ...draft(at(acl, given, acl), 'traffic within one subnet does not meet it', [
      field('subnet', subnet, peerText(call.peer), near),
    ]),
    action: near === true ? 'accept' : 'unknown',
  };
  if (near === true) return { pass: 'open', trace: [within], lacks: [] };
  const lacks = [
    ...judged.lacks,
    `whether the client is in ${subnet} too (aws ec2 describe-subnets --subnet-ids ${subnet})`,
  ];
  return { ...judged, trace: [within, ...judged.trace], lacks };
}

function inSubnet(peer: Peer, subnet: string, { interfaces, subnets }: AclsGiven): Three {
  if (peer.isPublic || (peer.address !== undefined && !isInternal(peer.address) && peer.family !== 6)) return false;
  const { address } = peer;
  if (address === undefined) return undefined;
  const known = interfaces.find((each) => [...each.internal, ...each.external].includes(address));
  if (known?.subnet !== undefined) return known.subnet === subnet;
  const one = subnets.find((each) => str(each, 'SubnetId') === subnet);
  if (!one) return undefined;
  const ranges = [
    str(one, 'CidrBlock'),
    ...objects(one, 'Ipv6CidrBlockAssociationSet').map((each) => str(each, 'Ipv6CidrBlock')),
  ];
  return some(ranges.flatMap((range) => (range === undefined ? [] : [inRange(peer, range)])));
}

function one(acl: Json, given: AclsGiven, call: Call): AclJudgement {
  const entries = objects(acl, 'Entries');
  if (entries.length > 2 * ENTRIES_MAX)
    return { pass: 'unknown', trace: [], lacks: ['a network ACL of credible size'] };
  const way = (egress: boolean): Json[] =>
    entries
      .filter((entry) => (entry['Egress'] === true) === egress)
      .sort((a, b) => (num(a, 'RuleNumber') ?? Infinity) - (num(b, 'RuleNumber') ?? Infinity));
  const inbound = through(acl, way(false), [call.port, call.port], 'from', given, call);
  const wanted = call.own ? LINUX : ANY_CLIENT;
  const outbound = through(acl, way(true), wanted, 'to', given, call);
  const judged = inRow([inbound, outbound]);
  const at = inbound.pass === 'closed' ? inbound.at : outbound.at;
  if (judged.pass !== 'closed') return judged;
  return { ...judged, closed: { acl, egress: inbound.pass !== 'closed', before: at } };
}

/** One direction: the ports of a span, cut where entries begin and end; all have to be let through. */
function through(
  acl: Json,
  entries: readonly Json[],
  span: Span,
  direction: 'from' | 'to',
  given: AclsGiven,
  call: Call,
): Judgement & { at: number } {
  const parts = cut(span, entries).map((part) => ({
    part,
    first: firstMatch(rulesOf(acl, entries, part, direction, given, call), implicit(acl, given, direction)),
  }));
  const may = (action: string) => parts.filter(({ first }) => first.action === action);
  const [denied, allowed] = [may('drop'), may('accept')];
  const shown = denied[0] ?? parts.find(({ first }) => first.action === undefined) ?? parts[0];
  const trace = shown?.first.trace ?? [];
  // What mends it has to come before every entry that denies a part.
  const at = Math.min(...denied.map(({ first }) => num(entries[first.at] ?? {}, 'RuleNumber') ?? 32767), 32767);
  const lacks = parts.some(({ first }) => first.action === undefined)
    ? ['the address that the client comes from (--from ADDRESS)']
    : [];
  if (allowed.length === parts.length) return { pass: 'open', trace, lacks, at };
  if (denied.length === parts.length) return { pass: 'closed', trace, lacks, at };
  const ports = (list: typeof parts) =>
    list.map(({ part: [low, high] }) => (low === high ? `${low}` : `${low}-${high}`)).join(', ');
  if (allowed.length > 0 && denied.length > 0)
    return {
      pass: 'unknown',
      trace,
      at,
      lacks: [
        ...lacks,
        `which port the client takes on its side: answers are let out to ${ports(allowed)}, not to ${ports(denied)}`,
      ],
    };
  return { pass: 'unknown', trace, lacks, at };
}

function cut([low, high]: Span, entries: readonly Json[]): Span[] {
  const starts = new Set([low]);
  for (const entry of entries) {
    const range = portsOf(entry);
    for (const start of [range[0], range[1] + 1]) if (start > low && start <= high) starts.add(start);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, i) => [start, (sorted[i + 1] ?? high + 1) - 1] as const);
}

function portsOf(entry: Json): Span {
  const range = member(entry, 'PortRange');
  const [from, to] = [num(range, 'From'), num(range, 'To')];
  return from === undefined || to === undefined || str(entry, 'Protocol') === '-1' ? [0, 65535] : [from, to];
}

function* rulesOf(
  acl: Json,
  entries: readonly Json[],
  [low, high]: Span,
  direction: 'from' | 'to',
  given: AclsGiven,
  { peer }: Call,
): Generator<Ordered<'accept' | 'drop'>> {
  for (const entry of entries) {
    const protocol = str(entry, 'Protocol') ?? '?';
    const [from, to] = portsOf(entry);
    const range = str(entry, 'CidrBlock') ?? str(entry, 'Ipv6CidrBlock') ?? '?';
    const action = str(entry, 'RuleAction') === 'allow' ? 'accept' : 'drop';
    const number = num(entry, 'RuleNumber');
    const ports = from === 0 && to === 65535 ? 'all' : from === to ? `${from}` : `${from}-${to}`;
    const asked = low === high ? `${low}` : `${low}-${high}`;
    const matches = [
      field('protocol', protocol === '-1' ? 'all' : protocol, '6 (tcp)', protocol === '-1' || protocol === '6'),
      field('port', ports, asked, from <= low && high <= to),
      field(direction === 'from' ? 'source' : 'destination', range, peerText(peer), inRange(peer, range)),
    ];
    const name = `entry ${number === 32767 ? '*' : (number ?? '?')}`;
    const what = protocol === '-1' ? 'all traffic' : `${protocol === '6' ? 'tcp' : `protocol ${protocol}`} ${ports}`;
    const verb = action === 'accept' ? 'allow' : 'deny';
    const rule = `${name}: ${verb} ${what} ${direction} ${range}`;
    yield { action, draft: draft(at(acl, given, entry), rule, matches, packetOf(direction)) };
  }
}

const packetOf = (direction: 'from' | 'to') => (direction === 'from' ? 'request' : 'reply');

function at(acl: Json, { lines }: AclsGiven, entry: object) {
  return { stage: STAGE, place: str(acl, 'NetworkAclId') ?? '?', section: ACLS_SECTION, line: lines.get(entry) };
}

function implicit(acl: Json, given: AclsGiven, direction: 'from' | 'to'): Ordered<'drop'> {
  return {
    action: 'drop',
    draft: draft(at(acl, given, acl), 'what no entry names is denied', [], packetOf(direction)),
  };
}
