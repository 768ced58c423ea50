import { type Json, member, num, objects, str } from '../../client/json.ts';
import { draft, eitherOf, type First, firstMatch, inRow, type Judgement, type Ordered } from '../judgement.ts';
import type { Lines } from '../layout.ts';
import type { Call } from '../peer.ts';
import { type Nic, nameOf, type Place, same } from './place.ts';
import { weigh } from './rules.ts';

export interface AzureGiven {
  readonly place: Place;
  readonly groups: readonly Json[];
  readonly effective: readonly Json[];
  readonly adminRules: readonly Json[];
  readonly subnets: readonly Json[];
  readonly lines: { readonly groups: Lines; readonly effective: Lines; readonly adminRules: Lines };
}

/** A group, or an administrator's rules, that closes the way, for the remedy. */
export interface Closed {
  readonly by: 'group' | 'administrator';
  /** Resource id, or the name where there is no id. */
  readonly id: string;
  /** Priority of the rule that decides, and those that are taken. */
  readonly priority: number;
  readonly taken: readonly number[];
}

export interface AzureJudgement extends Judgement {
  readonly closed: readonly Closed[];
}

type Verdict = 'accept' | 'drop' | 'jump';

/** The rules that come with every group and cannot be removed ("Network security groups", default security rules). */
const DEFAULTS: readonly Json[] = [
  rule('AllowVnetInBound', 65000, 'Allow', 'VirtualNetwork'),
  rule('AllowAzureLoadBalancerInBound', 65001, 'Allow', 'AzureLoadBalancer'),
  rule('DenyAllInBound', 65500, 'Deny', '*'),
];

function rule(name: string, priority: number, access: string, sourceAddressPrefix: string): Json {
  const any = { protocol: '*', sourcePortRange: '*', destinationPortRange: '*', destinationAddressPrefix: '*' };
  return { name, priority, access, direction: 'Inbound', sourceAddressPrefix, ...any };
}

interface Stage extends Judgement {
  readonly closed?: Closed;
  readonly first: First<Verdict>;
}

/** Rules in one direction by priority, the lowest number first; the first that matches decides. */
function judgeRules(
  list: readonly Json[],
  o: { stage: string; place: string; section: string; lines: Lines; by: Closed['by']; id: string },
  call: Call,
  nic: Nic | undefined,
): Stage {
  const inbound = list
    .filter((one) => str(one, 'direction')?.toLowerCase() === 'inbound')
    .sort(
      (a, b) => (num(a, 'priority') ?? Number.POSITIVE_INFINITY) - (num(b, 'priority') ?? Number.POSITIVE_INFINITY),
    );
  const at = (one: object) => ({ stage: o.stage, place: o.place, section: o.section, line: o.lines.get(one) });
  function* ordered(): Generator<Ordered<Verdict>> {
    for (const one of inbound) yield { action: verdictOf(one, o.by), draft: weigh(one, at(one), call, nic) };
  }
  const otherwise: Ordered<Verdict> =
    o.by === 'administrator'
      ? { action: 'jump', draft: draft(at(list), 'no rule of the administrators matches') }
      : { action: 'drop', draft: draft(at(list), 'no rule of the group matches') };
  const first = firstMatch(ordered(), otherwise);
  const pass = first.action === undefined ? 'unknown' : first.action === 'drop' ? 'closed' : 'open';
  const lacks = pass === 'unknown' ? unsureOf(first, call) : [];
  if (pass !== 'closed') return { pass, trace: first.trace, lacks, first };
  const priority = num(inbound[first.at] ?? {}, 'priority') ?? 65500;
  const taken = inbound.flatMap((one) => num(one, 'priority') ?? []);
  return { pass, trace: first.trace, lacks, first, closed: { by: o.by, id: o.id, priority, taken } };
}

/** An administrator's Allow hands on to the groups, AlwaysAllow does not ("Security admin rules", action). */
function verdictOf(one: Json, by: Closed['by']): Verdict {
  const access = str(one, 'access')?.toLowerCase();
  if (access === 'alwaysallow') return 'accept';
  if (access === 'allow') return by === 'administrator' ? 'jump' : 'accept';
  return 'drop';
}

function unsureOf(first: First<Verdict>, call: Call): string[] {
  const fields = new Set(
    first.trace
      .flatMap(({ matches }) => matches.filter(({ holds }) => holds === undefined))
      .map((match) => match.field),
  );
  return [...fields].map((name) =>
    name === 'source' && call.peer.address === undefined
      ? 'the address that the client comes from (--from ADDRESS)'
      : name === 'source'
        ? 'which addresses a service tag or application group stands for (az network nic list-effective-nsg)'
        : `the ${name} (az network nic show)`,
  );
}

/** AVNM's rules, then the group of the subnet, then that of the interface; each has to let the connection in. */
export function judgeAzure(given: AzureGiven, call: Call): AzureJudgement {
  const { nic } = given.place;
  const stages = given.effective.length > 0 ? effectiveStages(given, call, nic) : ownStages(given, call, nic);
  const admin = stages.find((stage) => stage.first.action === 'accept' && stage.admin);
  const asked = admin ? [admin] : stages;
  const judged = inRow(asked.map(({ judgement }) => judgement));
  // Where an administrator may let it in for good, what the groups say may not be asked.
  const may = asked.some((stage) => stage.admin && stage.first.action === undefined && stage.first.may.has('accept'));
  if (may && judged.pass === 'closed') return { ...judged, pass: 'unknown', closed: [] };
  return { ...judged, closed: asked.flatMap(({ judgement, closed }) => (judgement.pass === 'closed' ? closed : [])) };
}

interface Asked {
  readonly judgement: Judgement;
  readonly closed: readonly Closed[];
  readonly first: Pick<First<Verdict>, 'action' | 'may'>;
  readonly admin: boolean;
}

const asStage = (stage: Stage, admin: boolean): Asked => {
  const { closed, first, ...judgement } = stage;
  return { judgement, closed: closed ? [closed] : [], first, admin };
};

const unknown = (lacks: string): Asked => ({
  judgement: { pass: 'unknown', trace: [], lacks: [lacks] },
  closed: [],
  first: { action: undefined, may: new Set() },
  admin: false,
});

/** What `az network nic list-effective-nsg` says is in force on the interface, tags expanded. */
function effectiveStages({ effective, lines }: AzureGiven, call: Call, nic: Nic | undefined): Asked[] {
  const order = ['networkManager', 'subnet', 'networkInterface'] as const;
  const named = { networkManager: 'admin rules', subnet: 'subnet NSG', networkInterface: 'NIC NSG' } as const;
  return order.flatMap((kind) =>
    effective
      .filter((one) => str(member(member(one, 'association'), kind), 'id') !== undefined)
      .map((one) => {
        const id =
          str(member(one, 'networkSecurityGroup'), 'id') ?? str(member(member(one, 'association'), kind), 'id') ?? '?';
        const by = kind === 'networkManager' ? 'administrator' : 'group';
        const where = {
          stage: named[kind],
          place: nameOf(id),
          section: 'cloud:azure-effective',
          lines: lines.effective,
          by,
          id,
        } as const;
        return asStage(judgeRules(objects(one, 'effectiveSecurityRules'), where, call, nic), by === 'administrator');
      }),
  );
}

/** The groups as they are written, with what is known of where they are associated. */
function ownStages(given: AzureGiven, call: Call, nic: Nic | undefined): Asked[] {
  const { groups, adminRules, subnets, lines } = given;
  const judge = (group: Json, stage: string): Asked => {
    const id = str(group, 'id') ?? str(group, 'name') ?? '?';
    const own = objects(group, 'defaultSecurityRules');
    const list = [...objects(group, 'securityRules'), ...(own.length > 0 ? own : DEFAULTS)];
    const where = {
      stage,
      place: nameOf(id),
      section: 'cloud:azure-nsgs',
      lines: lines.groups,
      by: 'group',
      id,
    } as const;
    return asStage(judgeRules(list, where, call, nic), false);
  };
  const admin = adminRules.length === 0 ? [] : [judgeAdmin(adminRules, lines.adminRules, call, nic)];
  const find = (id: string): Json | undefined => groups.find((group) => same(str(group, 'id'), id));
  if (!nic) {
    const stages = groups.map((group) => judge(group, objects(group, 'subnets').length > 0 ? 'subnet NSG' : 'NSG'));
    if (stages.length <= 1) return [...admin, ...stages];
    const joined = eitherOf(
      stages.map(({ judgement }) => judgement),
      'which groups the interface has (az network nic show)',
    );
    return [
      ...admin,
      {
        judgement: joined,
        closed: stages.flatMap(({ closed }) => closed),
        first: { action: undefined, may: new Set() },
        admin: false,
      },
    ];
  }
  const own = nic.group === undefined ? undefined : find(nic.group);
  const ofSubnets = nic.subnets.flatMap((subnet): Asked[] => {
    const group = groups.find((one) => objects(one, 'subnets').some((link) => same(str(link, 'id'), subnet)));
    if (group) return [judge(group, 'subnet NSG')];
    const described = subnets.find((one) => same(str(one, 'id'), subnet));
    const id = str(member(described ?? {}, 'networkSecurityGroup'), 'id');
    if (described && id === undefined) return [];
    const there = id === undefined ? undefined : find(id);
    return [
      there
        ? judge(there, 'subnet NSG')
        : unknown(`the group of the subnet ${nameOf(subnet)} (az network nic list-effective-nsg)`),
    ];
  });
  const ofNic =
    nic.group === undefined
      ? []
      : [own ? judge(own, 'NIC NSG') : unknown(`the rules of ${nameOf(nic.group)} (az network nsg show)`)];
  const all = [...admin, ...ofSubnets, ...ofNic];
  return all.length > 0
    ? all
    : [unknown('a network security group: none is given, and none is associated with the interface')];
}

function judgeAdmin(rules: readonly Json[], lines: Lines, call: Call, nic: Nic | undefined): Asked {
  const where = {
    stage: 'admin rules',
    place: 'network manager',
    section: 'cloud:azure-admin-rules',
    lines,
    by: 'administrator',
    id: 'network manager',
  } as const;
  return asStage(judgeRules(rules, where, call, nic), true);
}
