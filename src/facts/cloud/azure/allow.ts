import { type Change, command } from '../../../model/change.ts';
import type { Remedy } from '../../../model/remedy.ts';
import { askForAddress, clientNet, cloudFix, option } from '../allow.ts';
import type { Call } from '../peer.ts';
import type { Closed } from './judge.ts';
import { nameOf, resourceGroupOf } from './place.ts';

/** Priorities that a rule may have ("Network security groups", security rules). */
const LOWEST = 4096;
const HIGHEST = 100;

/** Lets this client in by a rule in each group that closes, ahead of the rule that decides. */
export function allowByNsg(closed: readonly Closed[], call: Call): Remedy {
  if (closed.some(({ by }) => by === 'administrator'))
    return {
      refuse:
        'an administrator of the virtual networks denies it (Azure Virtual Network Manager), ahead of every group',
      manual: [
        `Ask who runs the network manager to let the address in to TCP port ${call.port}.`,
        'Or go by way of Azure Bastion (az network bastion ssh), where that is allowed.',
      ],
    };
  const net = clientNet(call);
  const names = closed.map(({ id }) => nameOf(id)).join(' and ');
  if (net === undefined || closed.length === 0)
    return askForAddress(`the network security group ${names || 'of the machine'}`, call);
  const changes: Change[] = [];
  for (const { id, priority, taken } of closed) {
    const number = freePriority(priority, taken);
    if (number === undefined)
      return {
        refuse: `the rule of ${nameOf(id)} that decides has priority ${priority}, and none ahead of it is free`,
        manual: ['Give that rule a higher number (az network nsg rule update), or take it away.'],
      };
    const name = `sshwhy-allow-${net.replace(/[^0-9a-f]+/gi, '-')}-${call.port}`;
    const rule = [
      option('resource-group', resourceGroupOf(id) ?? 'RESOURCE_GROUP'),
      option('nsg-name', nameOf(id)),
      option('name', name),
    ].join(' ');
    const what = [
      option('priority', number),
      '--direction=Inbound --access=Allow --protocol=Tcp',
      option('source-address-prefixes', net),
      option('destination-port-ranges', call.port),
    ].join(' ');
    changes.push(command(`az network nsg rule create ${rule} ${what}`, [`az network nsg rule delete ${rule}`]));
  }
  return cloudFix(`let ${call.peer.address} in to port ${call.port}, and nobody else, by a rule of ${names}`, changes);
}

/** The highest free number ahead of the rule that decides. */
export function freePriority(before: number, taken: readonly number[]): number | undefined {
  const used = new Set(taken);
  for (let number = Math.min(before - 1, LOWEST); number >= HIGHEST; number--) if (!used.has(number)) return number;
  return undefined;
}
