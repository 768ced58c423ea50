import { objects, str } from '../../facts/client/json.ts';
import { takeIn } from '../../facts/cloud/intake.ts';
import { UsageError } from '../../model/errors.ts';
import type { Collected } from './collected.ts';
import { type Ask, ask } from './command.ts';

export interface GcpMachine {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
}

/** @throws UsageError unless `PROJECT/ZONE/INSTANCE`. */
export function gcpMachine(text: string): GcpMachine {
  const found = /^([a-z][a-z0-9.:-]{1,100})\/([a-z][a-z0-9-]{1,62})\/([a-z][a-z0-9-]{0,62})$/.exec(text);
  if (!found?.[1] || !found[2] || !found[3])
    throw new UsageError(`--cloud gcp:${text}: say gcp:PROJECT/ZONE/INSTANCE, e.g. gcp:my-project/europe-west3-a/web1`);
  return { project: found[1], zone: found[2], name: found[3] };
}

const gcloud = (...words: string[]): string[] => ['gcloud', 'compute', ...words, '--format=json'];

/** Commands that are run, as far as they can be written without the answers. */
export function gcpCommands({ project, zone, name }: GcpMachine): string[][] {
  const where = [`--zone=${zone}`, `--project=${project}`];
  return [
    gcloud('instances', 'describe', name, ...where),
    gcloud('instances', 'network-interfaces', 'get-effective-firewalls', name, '--network-interface=nic0', ...where),
    gcloud('networks', 'describe', 'NETWORK', `--project=${project}`),
    gcloud('firewall-rules', 'list', `--project=${project}`),
  ];
}

/** Asks Google Cloud about a machine and the rules in force there, then about its network; without those, the VPC rules. */
export async function lookAtGcp(machine: GcpMachine, o: Ask): Promise<Collected[]> {
  const [describe = [], inForce = [], , list = []] = gcpCommands(machine);
  const [instance, effective] = await Promise.all([ask('gcp', describe, o), ask('gcp', inForce, o)]);
  const collected: Collected[] = [
    { kind: 'gcp-instances', answer: instance },
    { kind: 'gcp-effective', answer: effective },
  ];
  const known = 'value' in instance ? takeIn(instance.value).get('gcp-instances')?.[0] : undefined;
  const url = str(objects(known ?? {}, 'networkInterfaces')[0] ?? {}, 'network') ?? '';
  const network = /projects\/([a-z][a-z0-9.:-]{1,100})\/global\/networks\/([a-z][a-z0-9-]{0,62})$/.exec(url);
  const [, project = '', name = ''] = network ?? [];
  const [described, listed] = await Promise.all([
    network ? ask('gcp', gcloud('networks', 'describe', name, `--project=${project}`), o) : undefined,
    known && !('value' in effective) ? ask('gcp', list, o) : undefined,
  ]);
  if (described) collected.push({ kind: 'gcp-networks', answer: described });
  if (listed) collected.push({ kind: 'gcp-firewall-rules', answer: listed });
  return collected;
}
