import { anyOf, cloudItems, type Items, NO_ITEMS } from '../items.ts';
import type { AzureGiven } from './judge.ts';
import { nicOf, placeOf } from './place.ts';

/** Rules in force on the interface, else the groups as they are written. */
export const azureRules = anyOf(
  'azure-rules',
  'network security groups: az network nic list-effective-nsg, az network nsg show',
  [
    cloudItems('azure-effective', 'rules in force: az network nic list-effective-nsg'),
    cloudItems('azure-nsgs', 'network security groups: az network nsg show'),
  ],
);

/** What says which interface is meant, and what stands before and beside the groups. */
export const azureHelps = {
  nics: cloudItems('azure-nics', 'interfaces: az network nic show'),
  machines: cloudItems('azure-addresses', 'addresses of machines: az vm list-ip-addresses'),
  subnets: cloudItems('azure-subnets', 'subnets: az network vnet subnet show'),
  adminRules: cloudItems(
    'azure-admin-rules',
    "an administrator's rules: az network manager list-effective-security-admin-rule",
  ),
};

type Helps = { readonly [K in keyof typeof azureHelps]?: Items | undefined };

export function azureGiven(rules: readonly (Items | undefined)[], helps: Helps, to: readonly string[]): AzureGiven {
  const [effective = NO_ITEMS, groups = NO_ITEMS] = rules;
  const { nics = NO_ITEMS, machines = NO_ITEMS, subnets = NO_ITEMS, adminRules = NO_ITEMS } = helps;
  return {
    place: placeOf(nics.items.map(nicOf), machines.items, to),
    groups: groups.items,
    effective: effective.items,
    adminRules: adminRules.items,
    subnets: subnets.items,
    lines: { groups: groups.lines, effective: effective.lines, adminRules: adminRules.lines },
  };
}
