import type { Three, TraceMatch } from '../../../model/trace.ts';
import { type Json, member, num, objects, str, strings } from '../../client/json.ts';
import { brief, type Draft, draft, field, inPorts } from '../judgement.ts';
import { type Call, inRange, isOutside, type Peer, peerText, some } from '../peer.ts';
import { type Machine, networkOf } from './place.ts';

type At = { stage: string; place: string; section: string; line: number | undefined };

const isTcp = (name: string | undefined): boolean => /^(all|tcp|6)$/i.test(name ?? '');

/** One of the protocol and port lines has to match; one without ports stands for all of them. */
function layer4(
  lines: readonly { readonly protocol?: string | undefined; readonly ports: readonly string[] }[],
  port: number,
): TraceMatch[] {
  const tcp = lines.filter(({ protocol }) => isTcp(protocol));
  const wanted = brief(
    lines.map(({ protocol, ports }) => `${protocol ?? '?'}${ports.length > 0 ? `:${ports.join(',')}` : ''}`),
  );
  return [
    field('protocol', wanted, 'tcp', tcp.length > 0),
    field('port', wanted, `${port}`, some(tcp.map(({ ports }) => ports.length === 0 || inPorts(port, ports)))),
  ];
}

const ranges = (peer: Peer, list: readonly string[]): Three => some(list.map((range) => inRange(peer, range)));

/** Members of a tag or account are machines of the network, by their internal addresses. */
const byMembership = (peer: Peer): Three => (isOutside(peer) ? false : undefined);

function aimed(wanted: readonly string[], has: readonly string[] | undefined): Three {
  return wanted.length === 0 || (has && wanted.some((one) => has.includes(one)));
}

/** A VPC firewall rule ("VPC firewall rules", rule components). */
export function weighFirewall(rule: Json, at: At, { peer, port }: Call, machine: Machine | undefined): Draft {
  const lines = [...objects(rule, 'allowed'), ...objects(rule, 'denied')].map((one) => ({
    protocol: str(one, 'IPProtocol'),
    ports: strings(one, 'ports'),
  }));
  const [from, tags, accounts] = [
    strings(rule, 'sourceRanges'),
    strings(rule, 'sourceTags'),
    strings(rule, 'sourceServiceAccounts'),
  ];
  const [toTags, toAccounts] = [strings(rule, 'targetTags'), strings(rule, 'targetServiceAccounts')];
  const to = strings(rule, 'destinationRanges');
  const named = [...from, ...tags.map((tag) => `tag ${tag}`), ...accounts.map((account) => `account ${account}`)];
  const source =
    named.length === 0
      ? inRange(peer, '0.0.0.0/0')
      : some([ranges(peer, from), ...[...tags, ...accounts].map(() => byMembership(peer))]);
  const who = brief(named) || '0.0.0.0/0';
  const tests = [
    ...layer4(lines, port),
    field('source', who, peerText(peer), source),
    ...(toTags.length > 0
      ? [field('target tag', brief(toTags), machine && (brief(machine.tags) || 'no tag'), aimed(toTags, machine?.tags))]
      : []),
    ...(toAccounts.length > 0
      ? [
          field(
            'target service account',
            brief(toAccounts),
            machine && brief(machine.accounts),
            aimed(toAccounts, machine?.accounts),
          ),
        ]
      : []),
    ...(to.length > 0 ? [destination(to, machine)] : []),
  ];
  const verb = objects(rule, 'denied').length > 0 ? 'deny' : 'allow';
  return draft(
    at,
    `${num(rule, 'priority') ?? 1000} ${str(rule, 'name') ?? ''}: ${verb} ${tests[0]?.wanted ?? ''} from ${who}`,
    tests,
  );
}

function destination(list: readonly string[], machine: Machine | undefined): TraceMatch {
  const own = machine?.internal ?? [];
  return field(
    'destination',
    brief(list),
    own.length === 0 ? undefined : own.join(', '),
    own.length === 0 ? undefined : some(own.map((address) => ranges({ address }, list))),
  );
}

/** What a rule of a policy may name besides ranges, none of which can be decided from here. */
const OTHER_SOURCES = [
  'srcAddressGroups',
  'srcFqdns',
  'srcRegionCodes',
  'srcThreatIntelligences',
  'srcNetworks',
] as const;
const OTHER_TARGETS = ['destAddressGroups', 'destFqdns', 'destRegionCodes', 'destThreatIntelligences'] as const;

/** A rule of a hierarchical or network firewall policy ("Firewall policy rules", components). */
export function weighPolicyRule(rule: Json, at: At, { peer, port }: Call, machine: Machine | undefined): Draft {
  const match = member(rule, 'match');
  const lines = objects(match, 'layer4Configs').map((one) => ({
    protocol: str(one, 'ipProtocol'),
    ports: strings(one, 'ports'),
  }));
  const from = strings(match, 'srcIpRanges');
  const secure = objects(match, 'srcSecureTags');
  const others = OTHER_SOURCES.filter((key) => strings(match, key).length > 0);
  const kinds = ['srcNetworkScope', 'srcNetworkType', 'srcNetworkContext'].filter(
    (key) => str(match, key) !== undefined,
  );
  const named = [...from, ...secure.map(() => 'a secure tag'), ...others.map((key) => key.slice(3)), ...kinds];
  const any = from.length + secure.length + others.length === 0;
  const listed = any
    ? true
    : some([ranges(peer, from), ...secure.map(() => byMembership(peer)), ...others.map(() => undefined)]);
  // The kind of network narrows whatever else is named.
  const source = kinds.length > 0 && listed !== false ? undefined : listed;
  const to = strings(match, 'destIpRanges');
  const toAccounts = strings(rule, 'targetServiceAccounts');
  const toSecure = objects(rule, 'targetSecureTags');
  const toOthers = OTHER_TARGETS.filter((key) => strings(match, key).length > 0);
  const who = brief(named) || 'anywhere';
  const tests = [
    ...layer4(lines.length > 0 ? lines : [{ protocol: 'all', ports: [] }], port),
    field('source', who, peerText(peer), source),
    ...(toAccounts.length > 0
      ? [
          field(
            'target service account',
            brief(toAccounts),
            machine && brief(machine.accounts),
            aimed(toAccounts, machine?.accounts),
          ),
        ]
      : []),
    ...(toSecure.length > 0
      ? [field('target secure tag', brief(toSecure.map((tag) => str(tag, 'name') ?? '?')), undefined, undefined)]
      : []),
    ...(toOthers.length > 0 ? [field('destination', toOthers.join(', '), undefined, undefined)] : []),
    ...(to.length > 0 ? [destination(to, machine)] : []),
  ];
  const text = `${num(rule, 'priority') ?? '?'}${str(rule, 'ruleName') === undefined ? '' : ` ${str(rule, 'ruleName')}`}: ${str(rule, 'action') ?? '?'} ${tests[0]?.wanted ?? ''} from ${who}`;
  return draft(at, text, tests);
}

/** Whether a VPC rule is one of the machine's network; not to be told where the machine is not known. */
export function ofNetwork(rule: Json, machine: Machine | undefined): boolean {
  const network = str(rule, 'network');
  return (
    machine === undefined || network === undefined || machine.network === '' || networkOf(network) === machine.network
  );
}
