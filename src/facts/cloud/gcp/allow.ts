import { command } from '../../../model/change.ts';
import { type Remedy, shellQuote } from '../../../model/remedy.ts';
import { askForAddress, clientNet, cloudFix, option } from '../allow.ts';
import type { Call } from '../peer.ts';
import type { GcpJudgement } from './judge.ts';
import type { Machine } from './place.ts';

/** Lets this client in by one more VPC firewall rule that is asked first. */
export function allowByRule(
  closed: NonNullable<GcpJudgement['closed']>,
  machine: Machine | undefined,
  call: Call,
): Remedy {
  const tunnel = `Or go through Identity-Aware Proxy: gcloud compute ssh ${machine ? shellQuote(machine.name) : 'INSTANCE'} --tunnel-through-iap (its range 35.235.240.0/20 has to be let in).`;
  if (closed.by === 'policy')
    return {
      refuse: `the firewall policy "${closed.name}" denies it, which belongs to the organisation or the network and not to this machine`,
      manual: [`Ask who runs it to let the address in to TCP port ${call.port}.`, tunnel],
    };
  const net = clientNet(call);
  const network = closed.network ?? machine?.network.slice(machine.network.lastIndexOf('/') + 1);
  if (net === undefined) return askForAddress(`a VPC firewall rule of ${network ?? 'the network'}`, call);
  if (closed.priority <= 0 || network === undefined)
    return {
      refuse:
        network === undefined
          ? 'the network of the machine is not known'
          : `the rule "${closed.name}" has the first priority that there is`,
      manual: ['Change that rule (gcloud compute firewall-rules update), or take it away.', tunnel],
    };
  const name = `sshwhy-allow-${net.replace(/[^0-9a-f]+/gi, '-')}-${call.port}`.toLowerCase();
  const [account] = machine?.accounts ?? [];
  const [tag] = machine?.tags ?? [];
  const target =
    tag !== undefined
      ? [option('target-tags', tag)]
      : account !== undefined
        ? [option('target-service-accounts', account)]
        : [];
  const words = [
    option('network', network),
    '--direction=INGRESS --action=ALLOW',
    option('rules', `tcp:${call.port}`),
    option('source-ranges', net),
    option('priority', Math.min(closed.priority - 1, 1000)),
    ...target,
  ];
  return cloudFix(
    `let ${call.peer.address} in to port ${call.port}, and nobody else, by one more VPC firewall rule of ${network}${tag === undefined ? '' : `, for the machines tagged ${tag}`}`,
    [
      command(`gcloud compute firewall-rules create ${name} ${words.join(' ')}`, [
        `gcloud compute firewall-rules delete ${name} --quiet`,
      ]),
    ],
  );
}
