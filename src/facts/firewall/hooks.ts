import type { End, Journey } from './journey.ts';
import type { Chain, Ruleset } from './model.ts';
import type { Place, State } from './packet.ts';
import { placeName, policyText } from './show.ts';
import { walkChain } from './walk.ts';

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

/** A packet on its way through the hooks: what may end it is gathered. */
export interface Way {
  readonly journey: Journey;
  readonly relevant: readonly Chain[];
  readonly ends: End[];
}

/** Leads the packet through every base chain of a hook, in the order of their priorities. */
export function pass(
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
