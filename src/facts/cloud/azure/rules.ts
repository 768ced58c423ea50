import type { Three } from '../../../model/trace.ts';
import { type Json, num, objects, str, strings } from '../../client/json.ts';
import { brief, type Draft, draft, field, inPorts } from '../judgement.ts';
import { type Call, inRange, isOutside, type Peer, peerText, some } from '../peer.ts';
import { type Nic, same } from './place.ts';

/** Health probes of Azure's load balancer come from here, and nothing else does ("What is IP address 168.63.129.16?"). */
const LOAD_BALANCER = '168.63.129.16';

/** One string or a list of them, whichever is filled. */
function texts(rule: Json, one: string, many: string): string[] {
  const single = str(rule, one);
  // What is in force is told both ways.
  return [...new Set([...(single === undefined || single === '' ? [] : [single]), ...strings(rule, many)])];
}

/** A prefix, an address, `*`, or a service tag as the source of a rule. */
function fromPrefix(peer: Peer, text: string): Three {
  switch (text.toLowerCase()) {
    case '*':
    case 'any':
      return true;
    case 'azureloadbalancer':
      return peer.address === undefined ? (peer.isPublic ? false : undefined) : peer.address === LOAD_BALANCER;
    case 'internet':
      return isOutside(peer);
    case 'virtualnetwork': {
      // The tag also holds what is peered or reached over a gateway: only a public address is surely not in it.
      const outside = isOutside(peer);
      return outside ? false : undefined;
    }
    default:
      return inRange(peer, text);
  }
}

function toPrefix(text: string, nic: Nic | undefined): Three {
  if (/^(\*|any|virtualnetwork)$/i.test(text)) return true;
  if (/^(internet|azureloadbalancer)$/i.test(text)) return false;
  // The address has been translated by then: rules see the private one ("Network security groups", destination).
  return nic && nic.internal.length > 0
    ? some(nic.internal.map((address) => inRange({ address }, text)))
    : inRange({}, text);
}

/** The fields of one rule held against the connection. */
export function weigh(
  rule: Json,
  at: { stage: string; place: string; section: string; line: number | undefined },
  { peer, port }: Call,
  nic: Nic | undefined,
): Draft {
  const protocol = str(rule, 'protocol') ?? '?';
  const expanded = strings(rule, 'expandedSourceAddressPrefix');
  const sources = [
    ...texts(rule, 'sourceAddressPrefix', 'sourceAddressPrefixes'),
    ...objects(rule, 'sources').flatMap((each) => str(each, 'addressPrefix') ?? []),
  ];
  const groups = objects(rule, 'sourceApplicationSecurityGroups');
  const from = [
    ...(expanded.length > 0 ? expanded : sources).map((text) => fromPrefix(peer, text)),
    // The members of an application group are private addresses of machines.
    ...groups.map(() => (isOutside(peer) ? false : undefined)),
  ];
  const destinations = [
    ...texts(rule, 'destinationAddressPrefix', 'destinationAddressPrefixes'),
    ...objects(rule, 'destinations').flatMap((each) => str(each, 'addressPrefix') ?? []),
  ];
  const targets = objects(rule, 'destinationApplicationSecurityGroups').flatMap((each) => str(each, 'id') ?? []);
  const to = [
    ...destinations.map((text) => toPrefix(text, nic)),
    ...targets.map((id) => nic?.applicationGroups.some((own) => same(own, id))),
  ];
  const ports = texts(rule, 'destinationPortRange', 'destinationPortRanges');
  const fromPorts = texts(rule, 'sourcePortRange', 'sourcePortRanges');
  const said = (words: readonly string[], named: readonly unknown[]): string =>
    brief([...words, ...named.map(() => 'an application security group')]);
  const tests = [
    field('protocol', protocol, 'Tcp', /^(\*|any|all|tcp|6)$/i.test(protocol)),
    field('port', brief(ports), `${port}`, inPorts(port, ports)),
    field('source', said(sources, groups), peerText(peer), some(from)),
    field('destination', said(destinations, targets), nic?.internal.join(', '), to.length === 0 ? true : some(to)),
    field('source port', brief(fromPorts), undefined, allPorts(fromPorts)),
  ];
  const text = `${num(rule, 'priority') ?? '?'} ${str(rule, 'name') ?? ''}: ${str(rule, 'access') ?? '?'} ${protocol} ${brief(ports)} from ${said(sources, groups) || 'nowhere'}`;
  return draft(at, text, tests);
}

function allPorts(ranges: readonly string[]): Three {
  return ranges.length === 0 || ranges.some((text) => /^(\*|any|0-65535)$/i.test(text)) || undefined;
}
