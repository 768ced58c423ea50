import { type Json, member, objects, str, strings } from '../../client/json.ts';

/** One interface of a machine, with what rules aim at. */
export interface Machine {
  readonly name: string;
  readonly nic: string;
  readonly network: string;
  readonly internal: readonly string[];
  readonly external: readonly string[];
  readonly tags: readonly string[];
  readonly accounts: readonly string[];
}

/** `projects/P/global/networks/N` of a URL, so that two ways of writing it compare equal. */
export const networkOf = (url: string): string => /projects\/[^/]+\/global\/networks\/[^/]+$/.exec(url)?.[0] ?? url;

export const shortName = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

export function machinesOf(instances: readonly Json[]): Machine[] {
  return instances.flatMap((one) =>
    objects(one, 'networkInterfaces').map((nic) => ({
      name: str(one, 'name') ?? '?',
      nic: str(nic, 'name') ?? 'nic0',
      network: networkOf(str(nic, 'network') ?? ''),
      internal: [str(nic, 'networkIP'), str(nic, 'ipv6Address')].filter((address) => address !== undefined),
      external: [
        ...objects(nic, 'accessConfigs').flatMap((access) => str(access, 'natIP') ?? []),
        ...objects(nic, 'ipv6AccessConfigs').flatMap((access) => str(access, 'externalIpv6') ?? []),
      ],
      tags: strings(member(one, 'tags'), 'items'),
      accounts: objects(one, 'serviceAccounts').flatMap((account) => str(account, 'email') ?? []),
    })),
  );
}

export interface Place {
  readonly machine?: Machine;
  readonly by: 'dialled' | 'only' | 'unknown';
}

export function placeOf(machines: readonly Machine[], to: readonly string[]): Place {
  const dialled = machines.find((one) => [...one.internal, ...one.external].some((address) => to.includes(address)));
  if (dialled) return { machine: dialled, by: 'dialled' };
  const [only, ...more] = machines;
  return only && more.length === 0 ? { machine: only, by: 'only' } : { by: 'unknown' };
}
