import type { Answer, Rule } from './stack.ts';

/** What a stack comes to. `by`: the line that decided. */
export interface Outcome {
  readonly answer: Answer;
  readonly by?: Rule;
}

interface State {
  impression: 'none' | 'good' | 'bad';
  answer: Answer;
  by?: Rule;
}

/** How many modules whose answer is not known are tried both ways. */
const MAX_OPEN = 8;

/**
 * Goes through a stack as libpam does (pam_dispatch.c, _pam_dispatch_aux()). `asks` says what a module answers, or
 * `undefined` when that is not known; then both ways are tried, and `undefined` comes out unless they end alike.
 */
export function runStack(rules: readonly Rule[], asks: (rule: Rule) => Answer | undefined): Outcome | undefined {
  const open: Rule[] = [];
  const known = new Map<Rule, Answer>();
  const visit = (list: readonly Rule[]): void => {
    for (const rule of list) {
      if (rule.substack) visit(rule.substack);
      else {
        const answer = asks(rule);
        if (answer === undefined) open.push(rule);
        else known.set(rule, answer);
      }
    }
  };
  visit(rules);
  if (open.length > MAX_OPEN) return undefined;
  let whole: Outcome | undefined;
  for (let way = 0; way < 2 ** open.length; way++) {
    const answers = new Map(known);
    for (const [i, rule] of open.entries()) answers.set(rule, (way >> i) % 2 === 0 ? 'success' : 'auth_err');
    const outcome = once(rules, answers);
    if (whole && isGood(whole.answer) !== isGood(outcome.answer)) return undefined;
    whole ??= outcome;
  }
  return whole;
}

/** Whether the login goes on after it: sshd then asks for the new password itself. */
export function isGood(answer: Answer): boolean {
  return answer === 'success' || answer === 'new_authtok_reqd';
}

function once(rules: readonly Rule[], answers: ReadonlyMap<Rule, Answer>): Outcome {
  const state: State = { impression: 'none', answer: 'perm_denied' };
  walk(rules, answers, state);
  // A stack in which nothing was decided refuses (PAM_MUST_FAIL_CODE).
  const answer = state.impression === 'none' ? 'perm_denied' : state.answer;
  return { answer, ...(state.by ? { by: state.by } : {}) };
}

/** True when the whole stack ends here. */
function walk(rules: readonly Rule[], answers: ReadonlyMap<Rule, Answer>, state: State): boolean {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (!rule) break;
    if (rule.substack) {
      // `done` and `die` end the substack alone.
      walk(rule.substack, answers, state);
      continue;
    }
    const answer = answers.get(rule) ?? 'success';
    const action = rule.actions.get(answer) ?? rule.actions.get('default') ?? 'bad';
    if (typeof action === 'number') {
      i += action;
      continue;
    }
    if (action === 'ignore') continue;
    if (action === 'reset') {
      state.impression = 'none';
      continue;
    }
    if (action === 'ok' || action === 'done') {
      if (state.impression === 'none' || (state.impression === 'good' && state.answer === 'success')) {
        if (answer !== 'ignore' || action === 'done') {
          state.impression = 'good';
          state.answer = answer;
          state.by = rule;
        }
      }
      if (action === 'done' && state.impression === 'good') return true;
    } else {
      if (state.impression !== 'bad') {
        state.impression = 'bad';
        state.answer = isGood(answer) || answer === 'ignore' ? 'perm_denied' : answer;
        state.by = rule;
      }
      if (action === 'die') return true;
    }
  }
  return false;
}
