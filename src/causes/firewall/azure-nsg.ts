import { allowByNsg } from '../../facts/cloud/azure/allow.ts';
import { azureGiven, azureHelps, azureRules } from '../../facts/cloud/azure/index.ts';
import { type Closed, judgeAzure } from '../../facts/cloud/azure/judge.ts';
import { nameOf } from '../../facts/cloud/azure/place.ts';
import type { Call } from '../../facts/cloud/peer.ts';
import { callFrom, callHelps, hangsOn, keptOut, whoText } from '../../facts/cloud/verdict.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly call: Call;
  readonly closed: readonly Closed[];
  readonly unsure?: string;
}

export const cause = defineCause<Data>({
  id: 'firewall/azure-nsg',
  severity: 'blocks',
  title: 'A network security group of Azure denies the connection',
  why: 'Azure asks the rules of the network manager first, then the security group of the subnet, then that of the network interface; each has to let the connection in, the lowest priority number wins within each, and what no rule of yours names is denied by rule 65500. Nothing is answered: the connection times out.',
  refs: [
    'Azure documentation, "Network security groups"',
    'Azure documentation, "Security admin rules in Azure Virtual Network Manager"',
  ],
  proofs: [
    proof({
      needs: { rules: azureRules },
      helps: { ...azureHelps, ...callHelps },
      check({ rules, ...helps }, attempt) {
        const call = callFrom(helps, attempt);
        const given = azureGiven(rules, helps, call.to);
        const kept = keptOut((asked) => judgeAzure(given, asked), call, given.place.by, helps.tcp?.probes);
        if (!kept) return [];
        const { verdict, evidence, judgement } = kept;
        const { closed, pass } = judgement;
        const names = closed.map(({ id }) => nameOf(id)).join(', ');
        const data = { call, closed, ...(pass === 'unknown' ? { unsure: hangsOn(judgement) } : {}) };
        return [{ data, ...(names === '' ? {} : { subject: names }), verdict, evidence }];
      },
    }),
  ],
  says: ({ call, closed, unsure }) => {
    if (unsure !== undefined)
      return `Azure may drop it: whether it lets ${whoText(call)} in to port ${call.port} hangs on ${unsure}.`;
    const names = closed.map(({ id, by, priority }) =>
      by === 'administrator'
        ? `the network manager (rule ${priority})`
        : `the network security group ${nameOf(id)} (rule ${priority})`,
    );
    return `Azure drops it: ${names.join(' and ')} ${names.length === 1 ? 'denies' : 'deny'} ${whoText(call)} port ${call.port}.`;
  },
  masks: ['firewall/path-filtered'],
  remedy: ({ call, closed, unsure }) =>
    unsure === undefined
      ? allowByNsg(closed, call)
      : { refuse: 'it is not known yet whether this is it', manual: [`Find out: ${unsure}.`] },
});
