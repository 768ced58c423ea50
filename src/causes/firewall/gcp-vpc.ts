import { allowByRule } from '../../facts/cloud/gcp/allow.ts';
import { gcpGiven, gcpHelps, gcpRules } from '../../facts/cloud/gcp/index.ts';
import { type GcpJudgement, judgeGcp } from '../../facts/cloud/gcp/judge.ts';
import type { Machine } from '../../facts/cloud/gcp/place.ts';
import type { Call } from '../../facts/cloud/peer.ts';
import { callFrom, callHelps, hangsOn, keptOut, whoText } from '../../facts/cloud/verdict.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly call: Call;
  readonly closed?: GcpJudgement['closed'];
  readonly machine?: Machine | undefined;
  readonly unsure: string;
}

export const cause = defineCause<Data>({
  id: 'firewall/gcp-vpc',
  severity: 'blocks',
  title: "Google Cloud's firewall denies the connection",
  why: 'Google Cloud asks the policies of the organisation and its folders, then the VPC firewall rules, then the policies of the network; the lowest number decides, a denial before an allowance of the same number. What nothing allows is denied by an implied rule that no list shows. A rule aims at machines by tag or service account: a machine without the tag is not let in by it.',
  refs: [
    'Google Cloud documentation, "VPC firewall rules"',
    'Google Cloud documentation, "Evaluation order for firewall policies and rules"',
  ],
  proofs: [
    proof({
      needs: { rules: gcpRules },
      helps: { ...gcpHelps, ...callHelps },
      check({ rules, ...helps }, attempt) {
        const call = callFrom(helps, attempt);
        const given = gcpGiven(rules, helps, call.to);
        const kept = keptOut((asked) => judgeGcp(given, asked), call, given.place.by, helps.tcp?.probes);
        if (!kept) return [];
        const { verdict, evidence, judgement } = kept;
        const { closed } = judgement;
        const data = { call, machine: given.place.machine, unsure: hangsOn(judgement), ...(closed ? { closed } : {}) };
        return [{ data, ...(closed ? { subject: closed.name } : {}), verdict, evidence }];
      },
    }),
  ],
  says: ({ call, closed, unsure }) => {
    const who = whoText(call);
    if (!closed) return `Google Cloud may drop it: whether it lets ${who} in to port ${call.port} hangs on ${unsure}.`;
    const by = {
      rule: `the VPC firewall rule "${closed.name}" denies`,
      policy: `the firewall policy "${closed.name}" denies`,
      implied: 'no rule allows it, and the implied one denies',
    }[closed.by];
    return `Google Cloud drops it: ${by} ${who} port ${call.port}.`;
  },
  masks: ['firewall/path-filtered'],
  remedy: ({ call, closed, machine, unsure }) =>
    closed
      ? allowByRule(closed, machine, call)
      : { refuse: 'it is not known yet whether this is it', manual: [`Find out: ${unsure}.`] },
});
