import { isObject, member, objects, str } from '../../facts/client/json.ts';
import { takeIn } from '../../facts/cloud/intake.ts';
import type { CloudKind } from '../../facts/cloud/shapes.ts';
import { UsageError } from '../../model/errors.ts';
import type { Collected } from './collected.ts';
import { type Ask, ask } from './command.ts';

export interface AzureMachine {
  readonly group: string;
  readonly name: string;
}

/** @throws UsageError unless `RESOURCE_GROUP/VM`. */
export function azureMachine(text: string): AzureMachine {
  const found = /^([\p{L}\p{N}_(][\p{L}\p{N}_().-]{0,89})\/([A-Za-z0-9_][\w.-]{0,63})$/u.exec(text);
  if (!found?.[1] || !found[2]) throw new UsageError(`--cloud azure:${text}: say azure:RESOURCE_GROUP/VM`);
  return { group: found[1], name: found[2] };
}

const az = (...words: string[]): string[] => ['az', ...words, '--output', 'json'];

/** Commands that are run, as far as they can be written without the answers. */
export function azureCommands({ group, name }: AzureMachine): string[][] {
  return [
    az('vm', 'nic', 'list', '--resource-group', group, '--vm-name', name),
    az('vm', 'list-ip-addresses', '--resource-group', group, '--name', name),
    az('network', 'nic', 'show', '--ids', 'NIC'),
    az('network', 'nic', 'list-effective-nsg', '--ids', 'NIC'),
    az('network', 'nsg', 'show', '--ids', 'NSG'),
    az('network', 'vnet', 'subnet', 'show', '--ids', 'SUBNET'),
  ];
}

/** A resource id that can be a word of a command. */
const isId = (id: string | undefined): id is string =>
  id !== undefined && /^\/subscriptions\/[^\s'"]{10,600}$/.test(id);

/** Asks Azure about a machine: its first interface and the rules in force there; without those, the groups themselves. */
export async function lookAtAzure({ group, name }: AzureMachine, o: Ask): Promise<Collected[]> {
  const [list, addresses] = await Promise.all([
    ask('azure', az('vm', 'nic', 'list', '--resource-group', group, '--vm-name', name), o),
    ask('azure', az('vm', 'list-ip-addresses', '--resource-group', group, '--name', name), o),
  ]);
  const collected: Collected[] = [{ kind: 'azure-addresses', answer: addresses }];
  const links = 'value' in list && Array.isArray(list.value) ? list.value.filter(isObject) : [];
  const nic = str(links.find((link) => link['primary'] === true) ?? links[0] ?? {}, 'id');
  if (!isId(nic)) {
    const gap =
      'value' in list
        ? { argv: list.argv, gap: 'unsupported' as const, detail: `Azure knows no interface of ${name}` }
        : list;
    return [...collected, { kind: 'azure-nics', answer: gap }, { kind: 'azure-effective', answer: gap }];
  }
  const [shown, effective] = await Promise.all([
    ask('azure', az('network', 'nic', 'show', '--ids', nic), o),
    ask('azure', az('network', 'nic', 'list-effective-nsg', '--ids', nic), o),
  ]);
  collected.push({ kind: 'azure-nics', answer: shown }, { kind: 'azure-effective', answer: effective });
  if ('value' in effective || !('value' in shown)) return collected;
  const known = takeIn(shown.value).get('azure-nics')?.[0] ?? {};
  const subnet = objects(known, 'ipConfigurations')
    .map((config) => str(member(config, 'subnet'), 'id'))
    .find(isId);
  const subnetAnswer =
    subnet === undefined ? undefined : await ask('azure', az('network', 'vnet', 'subnet', 'show', '--ids', subnet), o);
  if (subnetAnswer) collected.push({ kind: 'azure-subnets', answer: subnetAnswer });
  const described =
    subnetAnswer && 'value' in subnetAnswer ? takeIn(subnetAnswer.value).get('azure-subnets')?.[0] : undefined;
  const groups = [known, described ?? {}].map((one) => str(member(one, 'networkSecurityGroup'), 'id')).filter(isId);
  const nsgs = await Promise.all(groups.map((id) => ask('azure', az('network', 'nsg', 'show', '--ids', id), o)));
  return [...collected, ...nsgs.map((answer) => ({ kind: 'azure-nsgs' as CloudKind, answer }))];
}
