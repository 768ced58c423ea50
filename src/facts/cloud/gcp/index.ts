import { objects, str } from '../../client/json.ts';
import { anyOf, cloudItems, type Items, NO_ITEMS } from '../items.ts';
import type { GcpGiven } from './judge.ts';
import { machinesOf, placeOf, shortName } from './place.ts';

/** Rules and policies in force on the interface, else the VPC rules alone. */
export const gcpRules = anyOf(
  'gcp-rules',
  'firewalls: gcloud compute instances network-interfaces get-effective-firewalls, gcloud compute firewall-rules list',
  [
    cloudItems('gcp-effective', 'rules in force: gcloud compute instances network-interfaces get-effective-firewalls'),
    cloudItems('gcp-firewall-rules', 'VPC rules: gcloud compute firewall-rules list'),
  ],
);

export const gcpHelps = {
  machines: cloudItems('gcp-instances', 'machines: gcloud compute instances describe'),
  networks: cloudItems('gcp-networks', 'networks: gcloud compute networks describe'),
};

type Helps = { readonly [K in keyof typeof gcpHelps]?: Items | undefined };

const POLICIES_FIRST = 'BEFORE_CLASSIC_FIREWALL';

export function gcpGiven(rules: readonly (Items | undefined)[], helps: Helps, to: readonly string[]): GcpGiven {
  const [effective, listed = NO_ITEMS] = rules;
  const place = placeOf(machinesOf(helps.machines?.items ?? []), to);
  const name = place.machine && shortName(place.machine.network);
  const networks = helps.networks?.items ?? [];
  const network =
    networks.find((one) => str(one, 'name') === name) ?? (networks.length === 1 ? networks[0] : undefined);
  const order = network && str(network, 'networkFirewallPolicyEnforcementOrder');
  return {
    place,
    rules: effective ? effective.items.flatMap((one) => objects(one, 'firewalls')) : listed.items,
    rulesSection: effective ? 'cloud:gcp-effective' : 'cloud:gcp-firewall-rules',
    lines: effective?.lines ?? listed.lines,
    policies: effective?.items.flatMap((one) => objects(one, 'firewallPolicys')) ?? [],
    whole: effective !== undefined,
    ...(order === undefined ? {} : { policiesFirst: order === POLICIES_FIRST }),
  };
}
