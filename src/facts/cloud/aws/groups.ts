import { shellQuote } from '../../../model/remedy.ts';
import type { Three, TraceStep } from '../../../model/trace.ts';
import { type Json, num, objects, str } from '../../client/json.ts';
import { brief, concerns, type Draft, draft, eitherOf, field, holds, type Judgement } from '../judgement.ts';
import type { Lines } from '../layout.ts';
import { type Call, inRange, type Peer, peerText, some } from '../peer.ts';
import type { Interface, Place } from './place.ts';

export const GROUPS_SECTION = 'cloud:aws-security-groups';

/** What the groups are held against. */
export interface GroupsGiven {
  readonly groups: readonly Json[];
  readonly lines: Lines;
  readonly place: Place;
  /** Every interface there is to know of: a rule may name the group of the peer. */
  readonly interfaces: readonly Interface[];
  readonly prefixes: ReadonlyMap<string, readonly string[]>;
}

const STAGE = 'security group';
/** Rules shown of one group. */
const SHOWN = 12;

/**
 * Whether the security groups of the instance let the connection in. They only allow; all groups of an interface count
 * together; the answer is let out without being asked about (VPC User Guide, "Security group rules").
 */
export function judgeGroups(given: GroupsGiven, call: Call): Judgement {
  const byId = new Map(given.groups.map((group) => [str(group, 'GroupId') ?? '', group]));
  const { place } = given;
  const one = (ids: readonly string[], where: string): Judgement => union(ids, byId, given, call, where);
  if (place.by === 'unknown') {
    const each = [...byId.keys()].map((id) => one([id], 'any instance'));
    return eitherOf(each, 'which groups the instance has (aws ec2 describe-instances --instance-ids ID)');
  }
  const [first, ...more] = place.interfaces.map(({ id, groups }) => one(groups, id));
  if (!first) return { pass: 'unknown', trace: [], lacks: ['an interface of the instance'] };
  return more.length === 0 ? first : eitherOf([first, ...more], 'which of its interfaces was dialled');
}

function union(
  ids: readonly string[],
  byId: ReadonlyMap<string, Json>,
  given: GroupsGiven,
  call: Call,
  where: string,
): Judgement {
  const trace: TraceStep[] = [];
  const lacks = new Set<string>();
  let unsure = ids.length === 0;
  if (unsure) lacks.add('the security groups of the interface');
  const lone = loneList(ids, byId, given);
  for (const id of ids) {
    const group = byId.get(id);
    if (!group) {
      unsure = true;
      lacks.add(`the rules of ${id} (aws ec2 describe-security-groups --group-ids ${shellQuote(id)})`);
      const at = { stage: STAGE, place: id, section: GROUPS_SECTION, line: undefined };
      trace.push({ ...draft(at, 'its rules are not known'), action: 'unknown' });
      continue;
    }
    const permissions = objects(group, 'IpPermissions');
    let shown = 0;
    for (const permission of permissions) {
      const weighed = weigh(permission, group, given, call, lone);
      const answer = holds(weighed.draft.matches);
      if (answer === true) return { pass: 'open', trace: [{ ...weighed.draft, action: 'accept' }], lacks: [] };
      if (answer === undefined) {
        unsure = true;
        for (const what of weighed.unsure) lacks.add(what);
      } else if (!concerns(weighed.draft.matches)) continue;
      if (shown < SHOWN) {
        shown++;
        trace.push({ ...weighed.draft, action: answer === false ? 'pass' : 'unknown' });
      }
    }
    const rest = permissions.length - shown;
    if (rest > 0 || shown === 0) {
      const rule =
        rest === 0
          ? 'it has no inbound rule'
          : `${rest} ${shown > 0 ? 'other ' : ''}inbound ${rest === 1 ? 'rule' : 'rules'}`;
      trace.push({ ...draft(at(group, given, group), rule), action: 'pass' });
    }
  }
  if (unsure) return { pass: 'unknown', trace, lacks: [...lacks] };
  const last = { stage: 'security groups', place: `of ${where}`, section: GROUPS_SECTION, line: undefined };
  return {
    pass: 'closed',
    trace: [...trace, { ...draft(last, 'what no rule allows is dropped'), action: 'drop' }],
    lacks: [],
  };
}

function at(group: Json, { lines }: GroupsGiven, rule: object) {
  const [id = '?', name] = [str(group, 'GroupId'), str(group, 'GroupName')];
  const place = name === undefined ? id : `${id} (${name})`;
  return { stage: STAGE, place, section: GROUPS_SECTION, line: lines.get(rule) };
}

/** Entries that came without the id of their list belong to the only list that is named, if there is just one. */
function loneList(
  ids: readonly string[],
  byId: ReadonlyMap<string, Json>,
  { prefixes }: GroupsGiven,
): string | undefined {
  if (!prefixes.has('')) return undefined;
  const named = new Set<string>();
  for (const id of ids)
    for (const permission of objects(byId.get(id) ?? {}, 'IpPermissions'))
      for (const list of objects(permission, 'PrefixListIds')) named.add(str(list, 'PrefixListId') ?? '?');
  return named.size === 1 ? [...named][0] : undefined;
}

function weigh(
  permission: Json,
  group: Json,
  given: GroupsGiven,
  call: Call,
  lone: string | undefined,
): { draft: Draft; unsure: readonly string[] } {
  const protocol = str(permission, 'IpProtocol')?.toLowerCase() ?? '?';
  const every = protocol === '-1';
  const [from, to] = [num(permission, 'FromPort'), num(permission, 'ToPort')];
  const ranged = !every && from !== undefined && to !== undefined && from !== -1;
  const sources = sourcesOf(permission);
  const unsure: string[] = [];
  const answers = sources.map((source) => {
    const found = matches(source, given, call.peer, lone);
    if (found === undefined) unsure.push(lacking(source, call.peer));
    return found;
  });
  const ports = ranged ? (from === to ? `${from}` : `${from}-${to}`) : 'all';
  const who = brief(sources.map(({ text }) => text)) || 'nobody';
  const tests = [
    field('protocol', every ? 'all' : protocol, 'tcp', every || protocol === 'tcp' || protocol === '6'),
    field('port', ports, `${call.port}`, !ranged || (from <= call.port && call.port <= to)),
    field('source', who, peerText(call.peer), some(answers)),
  ];
  const rule = `${every ? 'all traffic' : `${protocol} ${ports}`} from ${who}`;
  return { draft: draft(at(group, given, permission), rule, tests), unsure };
}

interface Source {
  readonly kind: 'range' | 'list' | 'group';
  readonly text: string;
}

function sourcesOf(permission: Json): Source[] {
  const of = (list: string, key: string, kind: Source['kind']): Source[] =>
    objects(permission, list).map((one) => ({ kind, text: str(one, key) ?? '?' }));
  return [
    ...of('IpRanges', 'CidrIp', 'range'),
    ...of('Ipv6Ranges', 'CidrIpv6', 'range'),
    ...of('PrefixListIds', 'PrefixListId', 'list'),
    ...of('UserIdGroupPairs', 'GroupId', 'group'),
  ];
}

function matches({ kind, text }: Source, { prefixes, interfaces }: GroupsGiven, peer: Peer, lone?: string): Three {
  if (kind === 'range') return inRange(peer, text);
  if (kind === 'list') {
    const entries = prefixes.get(text) ?? (text === lone ? prefixes.get('') : undefined);
    return entries && some(entries.map((entry) => inRange(peer, entry)));
  }
  // A group stands for the private addresses of its interfaces, so nobody from the internet is in it.
  if (peer.isPublic) return false;
  const { address } = peer;
  if (address === undefined) return undefined;
  const owner = interfaces.find(({ internal }) => internal.includes(address));
  if (owner) return owner.groups.includes(text);
  return internalOnly(address) ? undefined : false;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

function internalOnly(address: string): boolean {
  // A VPC may use public ranges of its own, and IPv6 addresses there are public ones.
  return address.includes(':') || PRIVATE.some((range) => inRange({ address }, range) === true);
}

function lacking({ kind, text }: Source, peer: Peer): string {
  if (kind === 'list')
    return `what is in ${text} (aws ec2 get-managed-prefix-list-entries --prefix-list-id ${shellQuote(text)})`;
  if (kind === 'group') return `whether the client is in ${text} (aws ec2 describe-network-interfaces)`;
  return peer.address === undefined ? 'the address that the client comes from (--from ADDRESS)' : `what "${text}" is`;
}
