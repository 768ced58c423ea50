import { type Action, all, type Chain, isV6, type Rule, type Ruleset, type Syn } from './model.ts';

export type Verdict = 'accept' | 'drop' | 'reject' | 'unknown';

/** What decided: a rule, or the policy of a base chain. */
export interface Decision {
  readonly chain: Chain;
  readonly rule?: Rule;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** How a reject is told to the client, in the vendor's word. */
  readonly how?: string;
  readonly by?: Decision;
  /** Conditions that could not be decided and on which the verdict hangs. */
  readonly unsure: readonly string[];
}

interface End {
  readonly action: Action;
  readonly by: Decision;
}

/** Before its own priority in prerouting conntrack has not seen the packet (nf_conntrack; NF_IP_PRI_CONNTRACK). */
function conntrack({ hook, priority = 0 }: Chain): 'new' | 'invalid' | 'unknown' {
  if (hook !== 'prerouting' || priority > CONNTRACK) return 'new';
  return priority < CONNTRACK ? 'invalid' : 'unknown';
}

const CONNTRACK = -200;
const DEPTH = 64;
const STEPS = 200_000;

/**
 * Verdict on a new connection that enters the input hook: base chains by hook and priority, `accept` ends one of them,
 * `drop` and `reject` end everything (nft(8); docs of netfilter hooks). Where a condition cannot be decided both ways
 * are followed; when they end alike that is the verdict, else it is `unknown`. Rate limits count as not exceeded.
 */
export function judge(ruleset: Ruleset, syn: Syn): Judgement {
  const family = isV6(syn.from) ? 'ip6' : 'ip';
  const relevant = ruleset.chains.filter((chain) => chain.family === 'inet' || chain.family === family);
  const byName = new Map(relevant.map((chain) => [`${chain.family} ${chain.table} ${chain.name}`, chain]));
  const unsure: string[] = [];
  let steps = 0;

  let seen: Syn = syn;

  /** Ends that a chain may come to; an end with `return` gives control back to the caller. */
  const walk = (chain: Chain, depth: number): { ends: End[]; falls: boolean } => {
    const ends: End[] = [];
    let mayFall = false;
    for (const rule of chain.rules) {
      if (++steps > STEPS) {
        ends.push({ action: { kind: 'unknown', text: 'the ruleset is too large' }, by: { chain, rule } });
        return { ends, falls: true };
      }
      const { holds, unsure: conditions } = all(rule.matches, seen);
      const { action } = rule;
      if (holds === false || action.kind === 'continue') continue;
      if (holds === undefined) unsure.push(...conditions);
      // What this rule itself may lead to, and whether control can come back to the chain that called this one by it.
      let leaves = true;
      let falls = false;
      if (action.kind === 'return') falls = true;
      else if (action.kind === 'jump' || action.kind === 'goto') {
        const target = byName.get(`${chain.family} ${chain.table} ${action.chain}`);
        const inner = target && depth < DEPTH ? walk(target, depth + 1) : undefined;
        ends.push(...(inner?.ends ?? [{ action: { kind: 'unknown', text: rule.text }, by: { chain, rule } } as const]));
        if (action.kind === 'goto') falls = inner?.falls ?? true;
        else leaves = inner !== undefined && !inner.falls;
      } else ends.push({ action, by: { chain, rule } });
      mayFall ||= falls;
      if (holds && leaves) return { ends, falls: mayFall };
    }
    return { ends, falls: true };
  };

  const order = (chain: Chain): number => (chain.hook === 'prerouting' ? -1e6 : 0) + (chain.priority ?? 0);
  const bases = relevant
    .filter(({ hook }) => hook === 'prerouting' || hook === 'input')
    .sort((a, b) => order(a) - order(b));
  for (const base of bases) {
    seen = { ...syn, ct: conntrack(base) };
    const { ends, falls } = walk(base, 0);
    if (falls) ends.push({ action: { kind: base.policy ?? 'accept' }, by: { chain: base } });
    const kinds = new Set(ends.map(({ action }) => action.kind));
    const last = ends.at(-1);
    if (kinds.size > 1 || kinds.has('unknown')) return { verdict: 'unknown', unsure, ...(last ? { by: last.by } : {}) };
    if (!last || last.action.kind === 'accept') continue;
    const how = last.action.kind === 'reject' ? { how: last.action.how } : {};
    return {
      verdict: last.action.kind as Verdict,
      by: ends[0]?.by ?? last.by,
      unsure: ends.length > 1 ? unsure : [],
      ...how,
    };
  }
  return { verdict: 'accept', unsure: [] };
}
