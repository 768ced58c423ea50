import type { Three, TraceAction } from '../../model/trace.ts';
import { apply, choose } from './effect.ts';
import type { Decision, End, Journey, Walked } from './journey.ts';
import type { Chain, Rule, Statement, Verdict } from './model.ts';
import type { Place, State } from './packet.ts';
import { holds, type SetFinder } from './test.ts';
import { near, note } from './walk-trace.ts';

/** Rules of one chain that a packet may be held against, over all calls; the kernel itself stops after 16 jumps. */
const RULES = 4_000_000;
const DEPTH = 64;

const isVerdict = (statement: Statement): statement is Verdict =>
  ['accept', 'drop', 'return', 'continue', 'reject', 'jump', 'goto', 'leave'].includes(statement.kind);

function distinct(states: readonly State[]): readonly State[] {
  if (states.length < 2) return states;
  return [...new Map(states.map((state) => [state.key, state])).values()];
}

/** Leads a packet through a chain: every way that it may take, told apart only by what the rules changed of it. */
export function walkChain(journey: Journey, place: Place, chain: Chain, entry: State, depth = 0): Walked {
  const key = `${place.hook} ${place.tracking} ${place.reply} ${place.oif} ${chain.family} ${chain.table} ${chain.name} ${chain.section} ${entry.key}`;
  const known = journey.memo.get(key);
  if (known) return known;
  const find: SetFinder = (name) =>
    journey.ruleset.sets.get(name.startsWith('ipset ') ? name : `${chain.family} ${chain.table} ${name}`);
  const ends: End[] = [];
  const returns: State[] = [];
  let states: readonly State[] = [entry];

  for (const rule of chain.rules) {
    if (states.length === 0) break;
    const by: Decision = { chain, rule };
    const next: State[] = [];
    for (const state of states) {
      if (++journey.looked > RULES) {
        ends.push({ kind: 'unknown', by, state });
        journey.conditions.push({ by, text: 'the rules are too many', settle: 'nothing from here' });
        return { ends, returns };
      }
      walkRule(journey, place, by, rule, state, depth, find, { ends, returns, next });
    }
    states = distinct(next);
  }
  returns.push(...states);
  const walked = { ends, returns: distinct(returns) };
  journey.memo.set(key, walked);
  return walked;
}

interface Out {
  readonly ends: End[];
  readonly returns: State[];
  readonly next: State[];
}

function walkRule(
  journey: Journey,
  place: Place,
  by: Decision,
  rule: Rule,
  entry: State,
  depth: number,
  find: SetFinder,
  out: Out,
): void {
  let state = entry;
  let sure: Three = true;
  const fork = (text: string, settle: string): void => {
    journey.conditions.push({ by, text, settle });
    out.next.push(state);
    sure = undefined;
  };
  const step = (action: TraceAction, detail?: string): void =>
    note(journey, place, by, rule, entry, find, action, detail);

  for (const [at, statement] of rule.statements.entries()) {
    if (isVerdict(statement)) {
      follow(journey, place, by, state, statement, depth, out, step);
      return;
    }
    switch (statement.kind) {
      case 'test': {
        const answer = holds(statement, place, state, find);
        // One match that fails is enough, however many cannot be told.
        if (answer === false || (answer === undefined && failsLater(rule, at, place, state, find))) {
          out.next.push(state);
          if (sure) near(journey, place, by, rule, entry, find);
          return;
        }
        if (answer === undefined) fork(testText(statement), settleOf(statement));
        break;
      }
      case 'limit': {
        if (statement.writes !== undefined)
          state = apply(place, state, { kind: 'write', set: statement.writes }, find)[0] ?? state;
        const kept = place.idle;
        if (kept && statement.over) {
          out.next.push(state);
          return;
        }
        if (!kept) fork(statement.text, 'how often it was matched of late');
        break;
      }
      case 'unsure':
        fork(statement.text, statement.settle);
        break;
      case 'vmap': {
        const { chosen, maybe } = choose(statement.choice, place, state, find);
        if (maybe) fork(rule.text, 'the value of the key of its map');
        if (chosen.length === 0) {
          if (!maybe) out.next.push(state);
          return;
        }
        if (chosen.length > 1)
          journey.conditions.push({ by, text: rule.text, settle: 'the value of the key of its map' });
        for (const verdict of chosen) follow(journey, place, by, state, verdict, depth, out, step);
        return;
      }
      default: {
        const results = apply(place, state, statement, find);
        if (statement.kind === 'translate') {
          step('translate');
          journey.translator = by;
          for (const result of results) out.ends.push({ kind: 'accept', by, state: result });
          if (results.length === 0) out.next.push(state);
          return;
        }
        if (statement.kind !== 'write') step(statement.kind === 'untrack' ? 'untrack' : 'mark');
        const [first, ...others] = results;
        if (first) state = first;
        out.next.push(...others);
      }
    }
  }
  out.next.push(state);
}

function follow(
  journey: Journey,
  place: Place,
  by: Decision,
  state: State,
  verdict: Verdict,
  depth: number,
  out: Out,
  step: (action: TraceAction, detail?: string) => void,
): void {
  switch (verdict.kind) {
    case 'continue':
      out.next.push(state);
      return;
    case 'return':
      step('return');
      out.returns.push(state);
      return;
    case 'accept':
    case 'drop':
      step(verdict.kind);
      out.ends.push({ kind: verdict.kind, by, state });
      return;
    case 'reject':
      // A reject that speaks ICMP of one family is no match for the other (nft(8)).
      if (verdict.of !== undefined && (verdict.of === 'ip6') !== place.v6) {
        out.next.push(state);
        return;
      }
      step('reject', verdict.how);
      out.ends.push({ kind: 'reject', how: verdict.how, by, state });
      return;
    case 'leave':
      step('unknown', verdict.text);
      journey.conditions.push({ by, text: verdict.text, settle: 'what takes over the packet there' });
      out.ends.push({ kind: 'unknown', by, state });
      return;
    case 'jump':
    case 'goto': {
      const target = journey.byName.get(`${by.chain.section} ${by.chain.family} ${by.chain.table} ${verdict.chain}`);
      step('jump', verdict.chain);
      if (!target || depth >= DEPTH) {
        journey.conditions.push({ by, text: `-> ${verdict.chain}`, settle: 'what takes over the packet there' });
        out.ends.push({ kind: 'unknown', by, state });
        return;
      }
      const inner = walkChain(journey, place, target, state, depth + 1);
      out.ends.push(...inner.ends);
      if (verdict.kind === 'goto') out.returns.push(...inner.returns);
      else out.next.push(...inner.returns);
    }
  }
}

function failsLater(rule: Rule, at: number, place: Place, state: State, find: SetFinder): boolean {
  for (const statement of rule.statements.slice(at + 1)) {
    if (statement.kind !== 'test') return false;
    if (holds(statement, place, state, find) === false) return true;
  }
  return false;
}

const testText = (test: Extract<Statement, { kind: 'test' }>): string =>
  test.fields.map(({ label }) => label).join(' . ');

function settleOf(test: Extract<Statement, { kind: 'test' }>): string {
  return test.fields.map((field) => field.settle ?? `the packet's ${field.label}`).join(', ');
}
