import type { TraceStep } from '../../../model/trace.ts';
import { type Json, num, objects, str } from '../../client/json.ts';
import { draft, eitherOf, firstMatch, type Judgement, type Ordered } from '../judgement.ts';
import type { Lines } from '../layout.ts';
import type { Call } from '../peer.ts';
import { networkOf, type Place, shortName } from './place.ts';
import { ofNetwork, weighFirewall, weighPolicyRule } from './rules.ts';

export interface GcpGiven {
  readonly place: Place;
  /** VPC firewall rules and where each was read. */
  readonly rules: readonly Json[];
  readonly rulesSection: string;
  readonly lines: Lines;
  readonly policies: readonly Json[];
  /** Policies were asked for; without them nobody knows what they say. */
  readonly whole: boolean;
  /** The network has its policies before its VPC rules (BEFORE_CLASSIC_FIREWALL); absent when it is not known. */
  readonly policiesFirst?: boolean;
}

export interface GcpJudgement extends Judgement {
  readonly closed?: {
    readonly by: 'rule' | 'policy' | 'implied';
    readonly name: string;
    /** Of the rule that decides, when that is a VPC rule. */
    readonly priority: number;
    readonly network?: string;
  };
}

type Verdict = 'accept' | 'drop' | 'jump' | 'unknown';

interface Layer {
  readonly by: 'rule' | 'policy';
  readonly name: string;
  readonly trace: readonly TraceStep[];
  readonly may: ReadonlySet<Verdict>;
  readonly action: Verdict | undefined;
  readonly priority: number;
}

/** `type` of a policy in the order of evaluation ("Evaluation order for firewall policies and rules"). */
const BEFORE = ['HIERARCHY', 'SYSTEM_GLOBAL', 'SYSTEM_REGIONAL', 'SYSTEM'];
const NETWORK = ['NETWORK', 'NETWORK_GLOBAL', 'NETWORK_REGIONAL'];

/** Hierarchical policies, VPC rules, network policies, and at last the implied rule that lets nothing in. */
export function judgeGcp(given: GcpGiven, call: Call): GcpJudgement {
  const networks = [...new Set(given.rules.map((rule) => networkOf(str(rule, 'network') ?? '')))];
  if (given.place.machine || networks.length < 2) return judgeNetwork(given, call);
  const each = networks.map((name) =>
    judgeNetwork(
      { ...given, rules: given.rules.filter((rule) => networkOf(str(rule, 'network') ?? '') === name) },
      call,
    ),
  );
  const joined = eitherOf(each, 'the network of the machine (gcloud compute instances describe)');
  const closed = joined.pass === 'closed' ? each[0]?.closed : undefined;
  return { ...joined, ...(closed ? { closed } : {}) };
}

function judgeNetwork(given: GcpGiven, call: Call): GcpJudgement {
  const ofTypes = (types: readonly string[]): Json[] =>
    given.policies
      .filter((policy) => types.includes(str(policy, 'type') ?? ''))
      .sort((a, b) => types.indexOf(str(a, 'type') ?? '') - types.indexOf(str(b, 'type') ?? ''));
  const strange = given.policies.filter((policy) => ![...BEFORE, ...NETWORK].includes(str(policy, 'type') ?? ''));
  const layersOf = (policies: readonly Json[]): Layer[] => policies.map((policy) => judgePolicy(policy, given, call));
  const vpc = judgeFirewalls(given, call);
  const network = layersOf(ofTypes(NETWORK));
  const above = layersOf([...ofTypes(BEFORE), ...strange]);
  const run = (policiesFirst: boolean, before: readonly Layer[] = above): GcpJudgement =>
    descend([...before, ...(policiesFirst ? [...network, vpc] : [vpc, ...network])], given, call);
  const usual = run(given.policiesFirst ?? false);
  const doubts = [
    // Those of the organisation come before those of its folders; that the answer lists them so is not promised.
    ...(above.length > 1 && run(given.policiesFirst ?? false, above.toReversed()).pass !== usual.pass
      ? ['the order of the hierarchical policies']
      : []),
    ...(given.policiesFirst === undefined && network.length > 0 && run(true).pass !== usual.pass
      ? ['the order of policies and rules (gcloud compute networks describe)']
      : []),
  ];
  if (doubts.length === 0) return usual;
  const lacks = [...usual.lacks, ...doubts];
  if (given.policiesFirst === undefined && run(true).pass !== usual.pass)
    return { pass: 'unknown', trace: usual.trace, lacks };
  return { ...usual, lacks };
}

function descend(layers: readonly Layer[], given: GcpGiven, call: Call): GcpJudgement {
  const trace: TraceStep[] = [];
  const may = new Set<Verdict>();
  let last: Layer | undefined;
  for (const layer of layers) {
    trace.push(...layer.trace);
    for (const action of layer.may) if (action !== 'jump') may.add(action);
    if (!layer.may.has('jump')) {
      last = layer;
      break;
    }
  }
  if (!last) {
    may.add('drop');
    const at = {
      stage: 'implied rule',
      place: networkName(given) ?? 'network',
      section: given.rulesSection,
      line: undefined,
    };
    trace.push({ ...draft(at, '65535: deny all from anywhere'), action: 'drop' });
  }
  if (may.size !== 1 || may.has('unknown')) return { pass: 'unknown', trace, lacks: missing(trace, given, call) };
  // Whatever could not be told, it comes to the same.
  const lacks = given.whole ? [] : [HIERARCHICAL];
  // A policy that nobody has seen may have let it in, or kept it out, before all of this.
  if (may.has('accept')) return { pass: given.whole || last?.by === 'policy' ? 'open' : 'unknown', trace, lacks };
  const [by, name] = last ? [last.by, last.name] : (['implied', 'implied deny'] as const);
  const inNetwork = networkName(given);
  return {
    pass: 'closed',
    trace,
    lacks,
    closed: { by, name, priority: last?.priority ?? 65535, ...(inNetwork === undefined ? {} : { network: inNetwork }) },
  };
}

function networkName({ place, rules }: GcpGiven): string | undefined {
  const network = place.machine?.network || networkOf(str(rules[0] ?? {}, 'network') ?? '');
  return network === '' ? undefined : shortName(network);
}

const HIERARCHICAL = 'the firewall policies (gcloud compute instances network-interfaces get-effective-firewalls)';

function missing(trace: readonly TraceStep[], given: GcpGiven, call: Call): string[] {
  const fields = new Set(
    trace.flatMap(({ matches }) => matches.filter(({ holds }) => holds === undefined).map((match) => match.field)),
  );
  const words = [...fields].map((name) =>
    name === 'source' && call.peer.address === undefined
      ? 'the address that the client comes from (--from ADDRESS)'
      : name.startsWith('target') && !given.place.machine
        ? 'the tags and accounts of the machine (gcloud compute instances describe)'
        : `what the ${name} of a rule stands for`,
  );
  return [...words, ...(given.whole ? [] : [HIERARCHICAL])];
}

const rank = (rule: Json, otherwise: number): number => num(rule, 'priority') ?? otherwise;

/** Lowest number first; of two with the same number the one that denies ("VPC firewall rules", priority). */
function judgeFirewalls(given: GcpGiven, call: Call): Layer {
  const { machine } = given.place;
  const denies = (rule: Json): number => (objects(rule, 'denied').length > 0 ? 0 : 1);
  const list = given.rules
    .filter((rule) => str(rule, 'direction') !== 'EGRESS' && rule['disabled'] !== true && ofNetwork(rule, machine))
    .sort((a, b) => rank(a, 1000) - rank(b, 1000) || denies(a) - denies(b));
  const at = (rule: Json) => ({
    stage: 'VPC firewall rule',
    place: shortName(str(rule, 'network') ?? 'network'),
    section: given.rulesSection,
    line: given.lines.get(rule),
  });
  function* ordered(): Generator<Ordered<Verdict>> {
    for (const rule of list)
      yield { action: denies(rule) === 0 ? 'drop' : 'accept', draft: weighFirewall(rule, at(rule), call, machine) };
  }
  const none: Ordered<Verdict> = {
    action: 'jump',
    draft: draft({ ...at({}), place: networkName(given) ?? 'network' }, 'no VPC firewall rule matches'),
  };
  const first = firstMatch(ordered(), none);
  const decides = list[first.at];
  return { by: 'rule', name: str(decides ?? {}, 'name') ?? '?', ...first, priority: rank(decides ?? {}, 65535) };
}

function judgePolicy(policy: Json, given: GcpGiven, call: Call): Layer {
  const type = str(policy, 'type') ?? '?';
  const name = str(policy, 'displayName') ?? str(policy, 'shortName') ?? str(policy, 'name') ?? '?';
  const stage = type === 'HIERARCHY' ? 'hierarchical policy' : 'firewall policy';
  const list = objects(policy, 'rules')
    .filter((rule) => str(rule, 'direction') !== 'EGRESS' && rule['disabled'] !== true)
    .sort((a, b) => rank(a, 2147483647) - rank(b, 2147483647));
  const at = (rule: Json) => ({ stage, place: name, section: 'cloud:gcp-effective', line: given.lines.get(rule) });
  function* ordered(): Generator<Ordered<Verdict>> {
    for (const rule of list)
      yield { action: verdictOf(rule), draft: weighPolicyRule(rule, at(rule), call, given.place.machine) };
  }
  const first = firstMatch(ordered(), { action: 'jump', draft: draft(at(policy), 'no rule of it matches') });
  return { by: 'policy', name, ...first, priority: rank(list[first.at] ?? {}, 2147483647) };
}

function verdictOf(rule: Json): Verdict {
  switch (str(rule, 'action')?.toLowerCase()) {
    case 'allow':
      return 'accept';
    case 'deny':
      return 'drop';
    case 'goto_next':
      return 'jump';
    default:
      // apply_security_profile_group looks into the traffic, and may still drop it.
      return 'unknown';
  }
}
