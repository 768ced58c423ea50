import type { TraceStep } from '../../model/trace.ts';
import { pass, type Way } from './hooks.ts';
import { clientInterface, deviceTo, dialled } from './host.ts';
import type { Condition, Decision } from './journey.ts';
import { isV6, type Question, type Ruleset } from './model.ts';
import { changed, EPHEMERAL, type State } from './packet.ts';
import { placeName } from './show.ts';
import { parseAddress, type Span, showAddress } from './value.ts';

export type { Condition, Decision } from './journey.ts';

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
