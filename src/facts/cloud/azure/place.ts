import { type Json, member, objects, str, strings } from '../../client/json.ts';

/** What is known of the network interface that is meant. */
export interface Nic {
  readonly id: string;
  readonly group?: string;
  readonly subnets: readonly string[];
  readonly internal: readonly string[];
  readonly external: readonly string[];
  readonly applicationGroups: readonly string[];
}

/** Azure compares names of resources without regard to case. */
export const same = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();

/** Last part of a resource id. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** Resource group in a resource id. */
export const resourceGroupOf = (id: string): string | undefined => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1];

export function nicOf(one: Json): Nic {
  const configs = objects(one, 'ipConfigurations');
  const group = str(member(one, 'networkSecurityGroup'), 'id');
  const ids = (list: readonly Json[]): string[] => list.flatMap((each) => str(each, 'id') ?? []);
  return {
    id: str(one, 'id') ?? '?',
    ...(group === undefined ? {} : { group }),
    subnets: ids(configs.map((config) => member(config, 'subnet'))),
    internal: configs.flatMap((config) => str(config, 'privateIPAddress') ?? str(config, 'privateIpAddress') ?? []),
    external: configs.flatMap((config) => str(member(config, 'publicIPAddress'), 'ipAddress') ?? []),
    applicationGroups: ids(configs.flatMap((config) => objects(config, 'applicationSecurityGroups'))),
  };
}

export interface Place {
  readonly nic?: Nic;
  /** `dialled`: it, or its machine, has the address that was dialled. `only`: there is no other. */
  readonly by: 'dialled' | 'only' | 'unknown';
}

/** Which interface was dialled; `addresses` are answers of `az vm list-ip-addresses`. */
export function placeOf(nics: readonly Nic[], addresses: readonly Json[], to: readonly string[]): Place {
  const machines = addresses.map((one) => [
    ...strings(one, 'privateIpAddresses'),
    ...objects(one, 'publicIpAddresses').flatMap((each) => str(each, 'ipAddress') ?? []),
  ]);
  const machine = machines.find((all) => all.some((address) => to.includes(address)));
  const reached = new Set([...to, ...(machine ?? [])]);
  const dialled = nics.filter((nic) => [...nic.internal, ...nic.external].some((address) => reached.has(address)));
  if (dialled[0] && dialled.length === 1) return { nic: dialled[0], by: 'dialled' };
  if (nics[0] && nics.length === 1) return { nic: nics[0], by: machine && machines.length === 1 ? 'dialled' : 'only' };
  return { by: machine && machines.length === 1 ? 'dialled' : 'unknown' };
}
