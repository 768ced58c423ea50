import { type Json, member, objects, str, strings } from '../../client/json.ts';

/** One network interface of an instance. */
export interface Interface {
  readonly id: string;
  readonly instance?: string;
  readonly groups: readonly string[];
  readonly subnet?: string;
  readonly internal: readonly string[];
  readonly external: readonly string[];
}

function interfaceOf(one: Json, instance?: string): Interface {
  const addresses = objects(one, 'PrivateIpAddresses');
  const owner = instance ?? str(member(one, 'Attachment'), 'InstanceId');
  const subnet = str(one, 'SubnetId');
  const texts = (values: readonly (string | undefined)[]): string[] => [
    ...new Set(values.filter((value) => value !== undefined)),
  ];
  return {
    id: str(one, 'NetworkInterfaceId') ?? owner ?? '?',
    ...(owner === undefined ? {} : { instance: owner }),
    groups: texts([...objects(one, 'Groups'), ...objects(one, 'SecurityGroups')].map((group) => str(group, 'GroupId'))),
    ...(subnet === undefined ? {} : { subnet }),
    internal: texts([str(one, 'PrivateIpAddress'), ...addresses.map((each) => str(each, 'PrivateIpAddress'))]),
    external: texts([
      str(one, 'PublicIpAddress'),
      str(member(one, 'Association'), 'PublicIp'),
      ...addresses.map((each) => str(member(each, 'Association'), 'PublicIp')),
      ...objects(one, 'Ipv6Addresses').map((each) => str(each, 'Ipv6Address')),
    ]),
  };
}

/** All interfaces that the answers about instances and interfaces tell of. */
export function interfacesOf(instances: readonly Json[], interfaces: readonly Json[]): Interface[] {
  const found = new Map<string, Interface>();
  for (const instance of instances) {
    const id = str(instance, 'InstanceId');
    const own = objects(instance, 'NetworkInterfaces');
    for (const one of own.length > 0 ? own.map((each) => interfaceOf(each, id)) : [interfaceOf(instance, id)])
      found.set(one.id, one);
  }
  for (const one of interfaces.map((each) => interfaceOf(each))) if (!found.has(one.id)) found.set(one.id, one);
  return [...found.values()];
}

/** The interfaces that are meant, and how that is known. */
export interface Place {
  readonly interfaces: readonly Interface[];
  /** `dialled`: one has the address that was dialled. `only`: there is no other instance. `unknown`. */
  readonly by: 'dialled' | 'only' | 'unknown';
}

/** Which of them was dialled; `to` are the addresses. */
export function placeOf(all: readonly Interface[], to: readonly string[]): Place {
  const dialled = all.filter((one) => [...one.internal, ...one.external].some((address) => to.includes(address)));
  if (dialled.length > 0) return { interfaces: dialled, by: 'dialled' };
  const owners = new Set(all.map(({ instance, id }) => instance ?? id));
  return owners.size === 1 ? { interfaces: all, by: 'only' } : { interfaces: [], by: 'unknown' };
}

/** Entries of the prefix lists by id; those that came without an id stand under `''`. */
export function prefixLists(lists: readonly Json[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const list of lists) {
    const entries = [
      ...objects(list, 'Entries').flatMap((entry) => str(entry, 'Cidr') ?? []),
      ...strings(list, 'Cidrs'),
    ];
    // describe-managed-prefix-lists names lists without what is in them.
    if (!Array.isArray(list['Entries']) && !Array.isArray(list['Cidrs'])) continue;
    const id = str(list, 'PrefixListId') ?? '';
    found.set(id, [...(found.get(id) ?? []), ...entries]);
  }
  return found;
}
