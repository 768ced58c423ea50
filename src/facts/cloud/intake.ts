import type { Section } from '../../model/bundle.ts';
import { isObject, type Json, objects, str } from '../client/json.ts';
import { layOut } from './layout.ts';
import { type CloudKind, SHAPES, type Shape } from './shapes.ts';

/** Names, ids and ranges are short; what is longer is none. */
const TEXT_LIMIT = 1000;

/** The parts of a value that a shape names. The depth is that of the shape. */
function pick(value: unknown, shape: Shape): unknown {
  if (shape === true) {
    if (typeof value === 'string') return value.length <= TEXT_LIMIT ? value : undefined;
    return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return undefined;
    return value.map((one) => pick(one, shape[0])).filter((one) => one !== undefined);
  }
  if (!isObject(value)) return undefined;
  // Azure's REST puts members under `properties`, its command line does not.
  const from: Json = isObject(value['properties']) ? { ...value, ...value['properties'] } : value;
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(shape)) {
    const found = Object.hasOwn(from, key) ? pick(from[key], inner) : undefined;
    if (found !== undefined) kept[key] = found;
  }
  return kept;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** Members that hold the elements of an answer. */
const CONTAINERS = [
  'SecurityGroups',
  'NetworkAcls',
  'Reservations',
  'Instances',
  'NetworkInterfaces',
  'PrefixLists',
  'Subnets',
  'value',
  'items',
] as const;

type Test = (one: Json, has: (...keys: string[]) => boolean) => boolean;

/** How each kind is told from what it holds; the first that fits. */
const KINDS: readonly (readonly [CloudKind, Test])[] = [
  ['aws-security-groups', (_, has) => has('GroupId', 'IpPermissions')],
  ['aws-network-acls', (_, has) => has('NetworkAclId', 'Entries')],
  ['aws-instances', (_, has) => has('InstanceId', 'State') || has('InstanceId', 'NetworkInterfaces')],
  ['aws-network-interfaces', (_, has) => has('NetworkInterfaceId', 'Groups')],
  ['aws-prefix-lists', (_, has) => has('PrefixListId')],
  ['aws-prefix-lists', (one) => objects(one, 'Entries').some((entry) => typeof entry['Cidr'] === 'string')],
  ['aws-subnets', (_, has) => has('SubnetId', 'CidrBlock')],
  ['azure-effective', (_, has) => has('effectiveSecurityRules')],
  ['azure-nsgs', (_, has) => has('securityRules') || has('defaultSecurityRules')],
  ['azure-nics', (_, has) => has('ipConfigurations')],
  ['azure-admin-rules', (_, has) => has('access', 'direction', 'sources', 'destinations')],
  [
    'azure-subnets',
    (one, has) => /\/subnets\/[^/]+$/.test(str(one, 'id') ?? '') && (has('addressPrefix') || has('addressPrefixes')),
  ],
  ['azure-addresses', (one) => isObject(one['network']) && 'privateIpAddresses' in one['network']],
  ['gcp-effective', (_, has) => has('firewalls') || has('firewallPolicys')],
  ['gcp-firewall-rules', (_, has) => has('direction', 'network') && (has('allowed') || has('denied'))],
  ['gcp-instances', (one) => objects(one, 'networkInterfaces').some((nic) => 'networkIP' in nic)],
  ['gcp-networks', (_, has) => has('networkFirewallPolicyEnforcementOrder')],
];

function kindOf(one: Json): CloudKind | undefined {
  const inner = isObject(one['properties']) ? one['properties'] : {};
  const has = (...keys: string[]): boolean => keys.every((key) => Object.hasOwn(one, key) || Object.hasOwn(inner, key));
  return KINDS.find(([, test]) => test(one, has))?.[0];
}

/** How deep the elements may lie in their containers. */
const DEPTH = 6;

/** The objects of known kinds in an answer, wherever it or jq(1) has put them. */
function* elements(value: unknown, depth: number): Generator<readonly [CloudKind, Json]> {
  if (Array.isArray(value)) {
    if (depth < DEPTH) for (const one of value) yield* elements(one, depth + 1);
    return;
  }
  if (!isObject(value)) return;
  const kind = kindOf(value);
  if (kind) {
    yield [kind, value];
    return;
  }
  if (depth >= DEPTH) return;
  if (isObject(value['virtualMachine'])) yield* elements(value['virtualMachine'], depth + 1);
  for (const key of CONTAINERS) if (Array.isArray(value[key])) yield* elements(value[key], depth + 1);
}

/** The kept part of one object; where a kind wraps its members once more, that wrapping is taken off. */
function kept(kind: CloudKind, one: Json): Json {
  const from = kind === 'azure-addresses' && isObject(one['network']) ? { ...one, ...one['network'] } : one;
  return pick(from, SHAPES[kind]) as Json;
}

/** Containers whose being empty says something: that there is no such thing. */
function emptyKinds(value: unknown): CloudKind[] {
  if (!isObject(value)) return [];
  const empty = (key: string): boolean => Array.isArray(value[key]) && value[key].length === 0;
  return [
    ...(empty('SecurityGroups') ? (['aws-security-groups'] as const) : []),
    ...(empty('NetworkAcls') ? (['aws-network-acls'] as const) : []),
    ...(empty('Reservations') ? (['aws-instances'] as const) : []),
  ];
}

/** Items by kind. */
export type Intake = ReadonlyMap<CloudKind, readonly Json[]>;

/** Takes from an answer of a cloud's command line, parsed, what decides. Empty when there is nothing of a cloud in it. */
export function takeIn(value: unknown): Intake {
  const found = new Map<CloudKind, Json[]>();
  for (const [kind, one] of elements(value, 0)) {
    const list = found.get(kind);
    if (list) list.push(kept(kind, one));
    else found.set(kind, [kept(kind, one)]);
  }
  for (const kind of emptyKinds(value)) if (!found.has(kind)) found.set(kind, []);
  return found;
}

/** Sections of a Bundle for everything that was taken in; what several answers hold of one kind is joined. */
export function cloudSections(taken: readonly Intake[]): Record<string, Section> {
  const all = new Map<CloudKind, Json[]>();
  for (const one of taken) for (const [kind, items] of one) all.set(kind, [...(all.get(kind) ?? []), ...items]);
  const sections: Record<string, Section> = {};
  for (const [kind, items] of all) sections[`cloud:${kind}`] = { status: 'ok', text: layOut(items).text };
  return sections;
}
