import { command } from '../../../model/change.ts';
import type { Remedy } from '../../../model/remedy.ts';
import { type Json, num, objects, str } from '../../client/json.ts';
import { askForAddress, clientNet, cloudFix, option } from '../allow.ts';
import type { Call } from '../peer.ts';
import type { AclJudgement } from './acl.ts';

/** Lets this client in by one more rule of one of the groups. */
export function allowByGroup(group: string | undefined, call: Call): Remedy {
  const net = clientNet(call);
  if (net === undefined) return askForAddress(`the security group ${group ?? 'of the instance'}`, call);
  if (group === undefined)
    return {
      refuse: 'which security groups the instance has is not known',
      manual: ['Look: aws ec2 describe-instances --instance-ids ID, and give that to --cloud too.'],
    };
  const range = net.includes(':') ? `Ipv6Ranges=[{CidrIpv6=${net}}]` : `IpRanges=[{CidrIp=${net}}]`;
  const permission = `IpProtocol=tcp,FromPort=${call.port},ToPort=${call.port},${range}`;
  const words = [option('group-id', group), option('ip-permissions', permission)].join(' ');
  return cloudFix(`let ${call.peer.address} in to port ${call.port}, and nobody else, by one more rule of ${group}`, [
    command(`aws ec2 authorize-security-group-ingress ${words}`, [`aws ec2 revoke-security-group-ingress ${words}`]),
  ]);
}

/** Lets this client in, or its answers out, by an entry ahead of the one that decides. */
export function allowByEntry(closed: NonNullable<AclJudgement['closed']>, call: Call): Remedy {
  const { acl, egress, before } = closed;
  const id = str(acl, 'NetworkAclId') ?? '';
  const net = clientNet(call);
  if (net === undefined) return askForAddress(`the network ACL ${id}`, call);
  const number = freeNumber(acl, egress, before);
  if (number === undefined)
    return {
      refuse: `the entry that decides is number ${before}, and there is no free number ahead of it`,
      manual: ['Give that entry a higher number (aws ec2 replace-network-acl-entry), or take it away.'],
    };
  const way = egress ? '--egress' : '--ingress';
  const ports = egress ? 'From=1024,To=65535' : `From=${call.port},To=${call.port}`;
  const range = option(net.includes(':') ? 'ipv6-cidr-block' : 'cidr-block', net);
  const entry = `${option('network-acl-id', id)} ${way} ${option('rule-number', number)}`;
  const what = egress ? `let answers to ${call.peer.address} out` : `let ${call.peer.address} in to port ${call.port}`;
  return cloudFix(
    `${what}, and nobody else, by entry ${number} of ${id}, ahead of ${before === 32767 ? 'the last one' : `entry ${before}`}`,
    [
      command(
        `aws ec2 create-network-acl-entry ${entry} --protocol=tcp ${option('port-range', ports)} ${range} --rule-action=allow`,
        [`aws ec2 delete-network-acl-entry ${entry}`],
      ),
    ],
  );
}

/** The highest number below `before` that no entry of that direction has, in round steps where there is room. */
export function freeNumber(acl: Json, egress: boolean, before: number): number | undefined {
  const taken = new Set(
    objects(acl, 'Entries')
      .filter((entry) => (entry['Egress'] === true) === egress)
      .map((entry) => num(entry, 'RuleNumber')),
  );
  // 32766 is the highest number that can be given.
  const below = Math.min(before, 32767) - 1;
  for (const step of [10, 1])
    for (let number = below - (below % step); number >= 1; number -= step) if (!taken.has(number)) return number;
  return undefined;
}
