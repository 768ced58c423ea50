import { cloudItems, type Items, NO_ITEMS } from '../items.ts';
import type { AclsGiven } from './acl.ts';
import type { GroupsGiven } from './groups.ts';
import { interfacesOf, type Place, placeOf, prefixLists } from './place.ts';

/** Groups that filter what reaches an instance. */
export const securityGroups = cloudItems('aws-security-groups', 'security groups: aws ec2 describe-security-groups');

/** Lists that filter what enters and leaves a subnet. */
export const networkAcls = cloudItems('aws-network-acls', 'network ACLs: aws ec2 describe-network-acls');

/** What says which interface is meant, who is behind a reference, and what a list holds. */
export const awsHelps = {
  instances: cloudItems('aws-instances', 'instances: aws ec2 describe-instances'),
  interfaces: cloudItems('aws-network-interfaces', 'interfaces: aws ec2 describe-network-interfaces'),
  lists: cloudItems('aws-prefix-lists', 'prefix lists: aws ec2 get-managed-prefix-list-entries'),
  subnets: cloudItems('aws-subnets', 'subnets: aws ec2 describe-subnets'),
};

type Helps = { readonly [K in keyof typeof awsHelps]?: Items | undefined };

function around(helps: Helps, to: readonly string[]): { place: Place; interfaces: GroupsGiven['interfaces'] } {
  const { instances = NO_ITEMS, interfaces = NO_ITEMS } = helps;
  const all = interfacesOf(instances.items, interfaces.items);
  // Where instances were asked for, other interfaces only tell who the peers are.
  const own = instances.items.length > 0 ? all.filter(({ instance }) => isOneOf(instances, instance)) : all;
  return { place: placeOf(own, to), interfaces: all };
}

const isOneOf = ({ items }: Items, instance: string | undefined): boolean =>
  items.some((one) => one['InstanceId'] === instance);

export function groupsGiven({ items, lines }: Items, helps: Helps, to: readonly string[]): GroupsGiven {
  return { groups: items, lines, prefixes: prefixLists(helps.lists?.items ?? []), ...around(helps, to) };
}

export function aclsGiven({ items, lines }: Items, helps: Helps, to: readonly string[]): AclsGiven {
  return { acls: items, lines, subnets: helps.subnets?.items ?? [], ...around(helps, to) };
}
