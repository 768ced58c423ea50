import type { TraceAction } from '../../model/trace.ts';
import type { Decision, Journey } from './journey.ts';
import type { Rule } from './model.ts';
import type { Place, State } from './packet.ts';
import { showRule } from './show.ts';
import { holds, type SetFinder } from './test.ts';

const STEPS = 200;
/** Rules about this very port that did not match and are shown all the same. */
const NEAR = 24;

/** A step of the trace. */
export function note(
  journey: Journey,
  place: Place,
  by: Decision,
  rule: Rule,
  state: State,
  find: SetFinder,
  action: TraceAction,
  detail?: string,
): void {
  if (journey.steps.length >= STEPS) return;
  journey.steps.push({
    ...showRule(by, rule, place, state, find),
    action,
    ...(detail === undefined ? {} : { detail }),
  });
}

/** A rule that speaks of the port that is asked about but does not match for another reason is worth showing. */
export function near(journey: Journey, place: Place, by: Decision, rule: Rule, state: State, find: SetFinder): void {
  if (journey.near >= NEAR) return;
  const about = rule.statements.some(
    (one) =>
      one.kind === 'test' &&
      one.op === '==' &&
      one.fields[0]?.name === (place.reply ? 'sport' : 'dport') &&
      holds(one, place, state, find) === true,
  );
  if (!about) return;
  journey.near++;
  journey.steps.push({ ...showRule(by, rule, place, state, find), action: 'pass' });
}
