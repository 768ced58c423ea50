import type { TraceStep } from '../../model/trace.ts';
import { clientInterface, deviceTo, dialled } from './host.ts';
import { type Chain, isV6, type Question, type Ruleset } from './model.ts';
import { changed, EPHEMERAL, type Place, type State } from './packet.ts';
import { placeName, policyText } from './show.ts';
import { parseAddress, type Span, showAddress } from './value.ts';
import { type Condition, type Decision, type End, type Journey, walkChain } from './walk.ts';

export type { Condition, Decision } from './walk.ts';

/** `forward`: the packet is sent on to another machine or namespace. */
export type Fate = 'accept' | 'forward' | 'drop' | 'reject' | 'unknown';

export interface Judgement {
  /** What becomes of the packet; when the first one gets through, of the answer see `reply`. */
  readonly verdict: Fate;
  /** How a reject is told, in the vendor's word. */
  readonly how?: string;
  readonly by?: Decision;
  /** Everything that may decide, when it is more than one thing. */
  readonly candidates: readonly Decision[];
  /** What could not be told and on which the verdict hangs. */
  readonly unsure: readonly Condition[];
  /** Where an accepted or forwarded packet arrives. */
  readonly at?: { readonly address?: string; readonly port?: number };
  /** The rule that gave it another destination. */
  readonly translatedBy?: Decision;
  /** What becomes of the answer to an accepted packet. */
  readonly reply?: Judgement;
  readonly steps: readonly TraceStep[];
  /** The interface that was taken for the one it came in by is a presumption. */
  readonly presumed: boolean;
}

/** Priority of conntrack on prerouting and output, and where nat has its place (linux/netfilter_ipv4.h). */
const CONNTRACK = -200;
const DNAT = -100;
const SNAT = 100;
/** Chains of one priority whose every order is tried; with more of them it cannot be told. */
const ORDERED = 4;

interface Member {
  readonly name: string;
  readonly changes: boolean;
  run(states: readonly State[]): { readonly ends: readonly End[]; readonly states: readonly State[] };
}

function distinct(states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [state.key, state])).values()];
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((one, i) => permutations(list.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}

/** Chains on one hook at one priority. A dump does not tell which was registered last, and so comes first. */
function together(members: readonly Member[], states: readonly State[], told: (names: string) => void) {
  const inOrder = (order: readonly Member[], from: readonly State[]) => {
    const ends: End[] = [];
    let now = from;
    for (const member of order) {
      const ran = member.run(now);
      ends.push(...ran.ends);
      now = ran.states;
    }
    return { ends, states: now };
  };
  if (members.length < 2) return inOrder(members, states);
  const orders = members.some(({ changes }) => changes)
    ? permutations(members.slice(0, ORDERED))
    : [members, ...members.map((first) => [first])];
  const ran = orders.map((order) => inOrder(order, states));
  const ends = ran.flatMap((one) => one.ends);
  const kept = members.some(({ changes }) => changes) ? ran.flatMap((one) => one.states) : (ran[0]?.states ?? []);
  const results = new Set([...ends.map(({ kind, how }) => `${kind} ${how}`)]);
  if (results.size + (kept.length > 0 ? 1 : 0) > 1 || distinct(kept).length > 1 || members.length > ORDERED)
    told(members.map(({ name }) => name).join(', '));
  return { ends, states: distinct(kept) };
}

/** Rules that change what later chains see. */
function changesSomething(ruleset: Ruleset, chain: Chain): boolean {
  return ruleset.chains.some(
    (one) =>
      one.table === chain.table &&
      one.family === chain.family &&
      one.rules.some(({ statements }) =>
        statements.some(({ kind }) => ['mark', 'untrack', 'source', 'write', 'translate'].includes(kind)),
      ),
  );
}

/** nat is passed over where nothing asks for conntrack (nf_nat_inet_fn()); a rule that asks for it brings it, per family. */
function conntrackRuns(ruleset: Ruleset, family: string): boolean {
  return ruleset.chains.some(
    (chain) =>
      (chain.family === 'inet' || chain.family === family) &&
      chain.rules.some(({ statements }) =>
        statements.some(
          (one) =>
            one.kind === 'translate' ||
            one.kind === 'source' ||
            (one.kind === 'limit' && /conn|count/.test(one.what)) ||
            (one.kind === 'mark' && (one.target === 'ct mark' || one.from === 'ct mark')) ||
            ((one.kind === 'test' || one.kind === 'vmap') &&
              (one.kind === 'test' ? one.fields : one.choice.fields).some(
                ({ name, label }) => name.startsWith('ct ') || label.startsWith('ct '),
              )),
        ),
      ),
  );
}

interface Way {
  readonly journey: Journey;
  readonly relevant: readonly Chain[];
  readonly ends: End[];
}

/** Leads the packet through every base chain of a hook, in the order of their priorities. */
function pass(
  way: Way,
  place: Omit<Place, 'tracking'>,
  hooks: readonly string[],
  entry: readonly State[],
): readonly State[] {
  const { journey, relevant, ends } = way;
  const { ruleset } = journey;
  const nat = place.hook === 'prerouting' || place.hook === 'output' ? DNAT : SNAT;
  const bases = relevant.filter(
    (chain) =>
      chain.hook !== undefined &&
      hooks.includes(chain.hook) &&
      !(chain.hook === 'ingress' || chain.hook === 'egress'
        ? chain.devices && typeof place.iif === 'string' && !chain.devices.includes(place.iif)
        : chain.family === 'netdev'),
  );
  const filters = bases.filter((chain) => !chain.nat);
  const natChains = place.reply ? [] : bases.filter((chain) => chain.nat);
  const at = (priority: number, chain?: Chain): Place => {
    const early = place.hook === 'ingress' || (chain?.family ?? '') === 'netdev';
    const seen = place.hook === 'prerouting' || place.hook === 'output';
    const tracking = early
      ? 'before'
      : !seen || priority > CONNTRACK
        ? 'after'
        : priority < CONNTRACK
          ? 'before'
          : 'at';
    return { ...place, tracking };
  };
  const member = (chain: Chain): Member => ({
    name: placeName(chain),
    changes: changesSomething(ruleset, chain),
    run: (states) => runBase(way, at(chain.priority ?? 0, chain), chain, states),
  });
  const natMember: Member = {
    name: 'nat',
    changes: true,
    run: (states) => runNat(way, at(nat), natChains, states),
  };
  const priorities = [
    ...new Set([...filters.map(({ priority = 0 }) => priority), ...(natChains.length > 0 ? [nat] : [])]),
  ];
  let states = entry;
  for (const priority of priorities.sort((a, b) => a - b)) {
    if (states.length === 0) break;
    const members = filters.filter((chain) => (chain.priority ?? 0) === priority).map(member);
    if (natChains.length > 0 && priority === nat) members.push(natMember);
    const { ends: found, states: kept } = together(members, states, (names) =>
      journey.conditions.push({
        by: { chain: filters.find((chain) => (chain.priority ?? 0) === priority) ?? (natChains[0] as Chain) },
        text: `${names} have the same priority (${priority}) on the hook ${place.hook}`,
        settle: 'the one that was registered last runs first; a listing does not tell which',
      }),
    );
    ends.push(...found);
    states = kept;
  }
  return states;
}

/** One base chain: what comes out of it by `accept`, or by its policy, goes on to the next. */
function runBase(way: Way, place: Place, chain: Chain, entry: readonly State[]) {
  const ends: End[] = [];
  const states: State[] = [];
  for (const state of entry) {
    const walked = walkChain(way.journey, place, chain, state);
    for (const end of walked.ends) {
      if (end.kind === 'accept') states.push(end.state);
      else ends.push(end);
    }
    const policy = chain.policy ?? 'accept';
    for (const left of walked.returns) {
      if (policy === 'accept') states.push(left);
      else ends.push({ kind: 'drop', by: { chain }, state: left });
    }
    if (walked.returns.length > 0 && (policy === 'drop' || chain.rules.length > 0)) {
      way.journey.steps.push({
        layer: 'host',
        packet: place.reply ? 'reply' : 'request',
        stage: place.hook,
        place: placeName(chain),
        rule: policyText(chain),
        matches: [],
        action: policy,
        section: chain.section,
        ...(chain.line === undefined ? {} : { line: chain.line }),
      });
    }
  }
  return { ends, states: distinct(states) };
}

/** Chains of nat run one after the other by the priorities that they declare, until one has translated the packet. */
function runNat(way: Way, place: Place, chains: readonly Chain[], entry: readonly State[]) {
  if (!conntrackRuns(way.journey.ruleset, place.v6 ? 'ip6' : 'ip')) return { ends: [], states: entry };
  const idle = entry.filter(({ untracked }) => untracked);
  const ends: End[] = [];
  let states = entry.filter(({ untracked }) => !untracked);
  const done: State[] = [];
  for (const priority of [...new Set(chains.map((chain) => chain.priority ?? 0))].sort((a, b) => a - b)) {
    const members = chains
      .filter((chain) => (chain.priority ?? 0) === priority)
      .map(
        (chain): Member => ({
          name: placeName(chain),
          changes: true,
          run: (from) => {
            const ran = runBase(
              way,
              place,
              chain,
              from.filter(({ mapped }) => !mapped),
            );
            return { ends: ran.ends, states: [...from.filter(({ mapped }) => mapped), ...ran.states] };
          },
        }),
      );
    const ran = together(members, states, (names) =>
      way.journey.conditions.push({
        by: { chain: chains[0] as Chain },
        text: `${names} have the same priority (${priority}) among the nat chains`,
        settle: 'the one that was registered last runs first; a listing does not tell which',
      }),
    );
    ends.push(...ran.ends);
    done.push(...ran.states.filter(({ mapped }) => mapped));
    states = ran.states.filter(({ mapped }) => !mapped);
  }
  return { ends, states: distinct([...done, ...states, ...idle]) };
}

interface Outcome {
  readonly kind: Fate;
  readonly how?: string;
  readonly by?: Decision;
  readonly at?: State;
}

function settled(way: Way, survivors: readonly Outcome[], presumed: boolean): Judgement {
  const { journey } = way;
  const outcomes: Outcome[] = [
    ...way.ends.map(({ kind, how, by }): Outcome => ({ kind, by, ...(how === undefined ? {} : { how }) })),
    ...survivors,
  ];
  const sameAs = ({ kind, at }: Outcome): string => (at ? `${kind} ${at.daddr} ${at.dport}` : kind);
  const kinds = new Set(outcomes.map(sameAs));
  const [first] = outcomes;
  const one = kinds.size === 1 && first?.kind !== 'unknown';
  const candidates = [
    ...new Map(outcomes.flatMap(({ by }) => (by ? [[by.rule ?? by.chain, by] as const] : []))).values(),
  ];
  const seen = new Set<string>();
  // The same match in two rules is one question.
  const unsure =
    one && outcomes.length < 2
      ? []
      : journey.conditions.filter(({ by, text }) => {
          const key = `${placeName(by.chain)} ${by.rule?.text} ${text}`;
          return !seen.has(key) && seen.add(key);
        });
  const address = first?.at?.daddr;
  return {
    verdict: one ? (first?.kind ?? 'accept') : 'unknown',
    ...(first?.how === undefined ? {} : { how: first.how }),
    ...(first?.by ? { by: first.by } : {}),
    candidates,
    unsure,
    ...(one && first?.at
      ? {
          at: {
            ...(address === undefined ? {} : { address: showAddress(address) }),
            ...(typeof first.at.dport === 'number' ? { port: first.at.dport } : {}),
          },
        }
      : {}),
    ...(journey.translator ? { translatedBy: journey.translator } : {}),
    steps: journey.steps,
    presumed,
  };
}

/**
 * What becomes of a new connection's first packet and of the answer to it: base chains by hook and priority, `accept`
 * ends one of them, `drop` and `reject` end everything. Where a condition cannot be told both ways are followed; when
 * they end alike that is the verdict, else it is `unknown`. Answers for the address as given, not for names.
 */
export function judge(ruleset: Ruleset, question: Question): Judgement {
  const v6 = isV6(question.from);
  const family = v6 ? 'ip6' : 'ip';
  const relevant = ruleset.chains.filter(
    (chain) => !chain.dormant && ['inet', 'netdev', family].includes(chain.family),
  );
  const byName = new Map(relevant.map((chain) => [`${chain.section} ${placeName(chain)}`, chain]));
  const start = (): Way => ({
    journey: { ruleset, byName, conditions: [], steps: [], memo: new Map(), looked: 0, near: 0 },
    relevant,
    ends: [],
  });
  const saddr = parseAddress(question.from);
  const to = dialled(ruleset.host, question);
  const daddr = to === undefined ? undefined : parseAddress(to);
  const sport: number | Span = question.sport ?? EPHEMERAL;
  const { device, presumed } = clientInterface(ruleset.host, question);
  const base = {
    v6,
    iif: device,
    host: ruleset.host,
    idle: question.idle !== false,
    known: true,
    original: { saddr: saddr ?? 0, daddr, sport, dport: question.port },
  };
  const first = changed(
    {
      saddr,
      daddr,
      sport,
      dport: question.port,
      mark: ruleset.blind.includes('tc') ? undefined : 0,
      ctMark: 0,
      untracked: false,
      translated: false,
      mapped: false,
      written: '',
      key: '',
    },
    {},
  );

  const way = start();
  const inward = { ...base, reply: false, oif: '' };
  const arrived = pass(way, { ...inward, hook: 'ingress' }, ['ingress'], [first]);
  const routed = pass(way, { ...inward, hook: 'prerouting' }, ['prerouting'], arrived);
  const local = (state: State): boolean | undefined => isOwn(ruleset, state, daddr);
  const survivors: Outcome[] = [];
  const here = routed.filter((state) => local(state) !== false);
  for (const state of pass(way, { ...inward, hook: 'input' }, ['input'], here))
    survivors.push({ kind: 'accept', at: state });
  for (const state of routed.filter((one) => local(one) !== true)) {
    const oif = state.daddr === undefined ? undefined : deviceTo(ruleset.host, state.daddr);
    for (const gone of pass(way, { ...inward, oif, hook: 'forward' }, ['forward'], [state]))
      survivors.push({ kind: 'forward', at: gone });
  }
  const request = settled(way, survivors, presumed);
  if (request.verdict !== 'accept') return request;

  const back = start();
  back.journey.steps.push(...request.steps);
  const out = ruleset.host.back?.to === question.from ? ruleset.host.back.device : device;
  const delivered = survivors.flatMap(({ at }) => at ?? []);
  const left = delivered.flatMap((state) => {
    const answer = changed(state, {
      saddr: state.daddr,
      daddr: saddr,
      sport: state.dport ?? EPHEMERAL,
      dport: sport,
      mark: 0,
      untracked: false,
    });
    const outward = { ...base, reply: true, known: !state.untracked, iif: '', oif: out };
    const sent = pass(back, { ...outward, hook: 'output' }, ['output'], [answer]);
    const behind = pass(back, { ...outward, hook: 'postrouting' }, ['postrouting'], sent);
    return pass(back, { ...outward, iif: out, hook: 'egress' }, ['egress'], behind);
  });
  const reply = settled(
    back,
    left.map((state) => ({ kind: 'accept', at: state })),
    presumed,
  );
  return { ...request, reply, steps: reply.steps };
}

/** Whether the machine itself is where the packet goes; the address that was dialled counts as its own. */
function isOwn(
  ruleset: Ruleset,
  { daddr, translated }: State,
  dialled: number | bigint | undefined,
): boolean | undefined {
  if (!translated || (daddr !== undefined && daddr === dialled)) return true;
  if (daddr === undefined) return undefined;
  if (typeof daddr === 'number' && Math.floor(daddr / 2 ** 24) === 127) return true;
  return ruleset.host.addresses?.some(({ address }) => parseAddress(address) === daddr);
}
