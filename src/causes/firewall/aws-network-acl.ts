import { str } from '../../facts/client/json.ts';
import { type AclJudgement, judgeAcls } from '../../facts/cloud/aws/acl.ts';
import { allowByEntry } from '../../facts/cloud/aws/allow.ts';
import { aclsGiven, awsHelps, networkAcls } from '../../facts/cloud/aws/index.ts';
import type { Call } from '../../facts/cloud/peer.ts';
import { callFrom, callHelps, hangsOn, keptOut, whoText } from '../../facts/cloud/verdict.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly call: Call;
  readonly closed?: AclJudgement['closed'];
  readonly unsure: string;
}

export const cause = defineCause<Data>({
  id: 'firewall/aws-network-acl',
  severity: 'blocks',
  title: 'The network ACL of the AWS subnet drops the connection or its answers',
  why: 'A network ACL filters what enters and leaves a subnet of AWS, entry by entry in ascending order, and remembers nothing: besides the way in to port 22, the answers need a way out to the high port that the client has taken. Either one missing, the connection times out whatever the security group allows.',
  refs: ['Amazon VPC User Guide, "Network ACLs"', 'Amazon EC2 API, DescribeNetworkAcls'],
  proofs: [
    proof({
      needs: { acls: networkAcls },
      helps: { ...awsHelps, ...callHelps },
      check({ acls, ...helps }, attempt) {
        const call = callFrom(helps, attempt);
        const given = aclsGiven(acls, helps, call.to);
        const kept = keptOut((asked) => judgeAcls(given, asked), call, given.place.by, helps.tcp?.probes);
        if (!kept) return [];
        const { verdict, evidence, judgement } = kept;
        const { closed } = judgement;
        const data = { call, unsure: hangsOn(judgement), ...(closed ? { closed } : {}) };
        const id = closed && str(closed.acl, 'NetworkAclId');
        return [{ data, ...(id === undefined ? {} : { subject: id }), verdict, evidence }];
      },
    }),
  ],
  says: ({ call, closed, unsure }) => {
    const who = whoText(call);
    if (!closed)
      return `AWS may drop it: whether the network ACL lets ${who} in to port ${call.port}, and the answers out, hangs on ${unsure}.`;
    const id = str(closed.acl, 'NetworkAclId') ?? '?';
    return closed.egress
      ? `AWS drops the answers: the network ACL ${id} lets nothing out to the ports of ${who} above 1023.`
      : `AWS drops it: the network ACL ${id} denies ${who} port ${call.port}, by ${closed.before === 32767 ? 'its last entry' : `entry ${closed.before}`}.`;
  },
  masks: ['firewall/path-filtered'],
  remedy: ({ call, closed, unsure }) =>
    closed
      ? allowByEntry(closed, call)
      : { refuse: 'it is not known yet whether this is it', manual: [`Find out: ${unsure}.`] },
});
