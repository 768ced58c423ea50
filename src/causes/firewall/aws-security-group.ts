import { str } from '../../facts/client/json.ts';
import { allowByGroup } from '../../facts/cloud/aws/allow.ts';
import { judgeGroups } from '../../facts/cloud/aws/groups.ts';
import { awsHelps, groupsGiven, securityGroups } from '../../facts/cloud/aws/index.ts';
import { brief } from '../../facts/cloud/judgement.ts';
import type { Call } from '../../facts/cloud/peer.ts';
import { callFrom, callHelps, hangsOn, keptOut, whoText } from '../../facts/cloud/verdict.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly groups: readonly string[];
  readonly call: Call;
  /** What it hangs on, where it could not be told. */
  readonly unsure?: string;
}

export const cause = defineCause<Data>({
  id: 'firewall/aws-security-group',
  severity: 'blocks',
  title: 'The security group of the AWS instance lets nobody in from here',
  why: 'A security group of AWS only knows what it allows; everything else is dropped in front of the machine, without a word. The rules of all groups of an interface count together. A home or VPN address that has changed, or another port, and the connection times out while nothing is wrong on the server.',
  refs: ['Amazon VPC User Guide, "Security group rules"', 'Amazon EC2 API, DescribeSecurityGroups'],
  proofs: [
    proof({
      needs: { groups: securityGroups },
      helps: { ...awsHelps, ...callHelps },
      check({ groups, ...helps }, attempt) {
        const call = callFrom(helps, attempt);
        const given = groupsGiven(groups, helps, call.to);
        const kept = keptOut((asked) => judgeGroups(given, asked), call, given.place.by, helps.tcp?.probes);
        if (!kept) return [];
        const own = given.place.interfaces.flatMap((one) => one.groups);
        const ids = own.length > 0 ? [...new Set(own)] : given.groups.flatMap((group) => str(group, 'GroupId') ?? []);
        const unsure = kept.judgement.pass === 'unknown' ? { unsure: hangsOn(kept.judgement) } : {};
        const { verdict, evidence } = kept;
        return [{ data: { groups: ids, call, ...unsure }, subject: brief(ids, 3), verdict, evidence }];
      },
    }),
  ],
  says: ({ groups, call, unsure }) => {
    const which = `security group${groups.length === 1 ? '' : 's'} ${brief(groups, 3)}`;
    return unsure === undefined
      ? `AWS drops it: no rule of the ${which} lets ${whoText(call)} in to port ${call.port}.`
      : `AWS may drop it: whether the ${which} ${groups.length === 1 ? 'lets' : 'let'} ${whoText(call)} in to port ${call.port} hangs on ${unsure}.`;
  },
  masks: ['firewall/path-filtered'],
  remedy: ({ groups, call, unsure }) =>
    unsure === undefined || call.peer.address === undefined
      ? allowByGroup(groups[0], call)
      : { refuse: 'it is not known yet whether this is it', manual: [`Find out: ${unsure}.`] },
});
