import type { Answer, Kind, Rule } from './stack.ts';

/** What a stack comes to. `by`: the line that decided. */
export interface Outcome {
  readonly answer: Answer;
  readonly by?: Rule;
}

interface State {
  impression: 'none' | 'good' | 'bad';
  answer: Answer;
  by?: Rule | undefined;
}

/** How many modules whose answer is not known are tried in each way. */
const MAX_OPEN = 7;
const WAYS: readonly Answer[] = ['success', 'auth_err', 'ignore'];

/** Whether the login goes on after it. sshd asks for a new password itself when the account stack wants one. */
export function isGood(answer: Answer, kind: Kind = 'account'): boolean {
  return answer === 'success' || (answer === 'new_authtok_reqd' && kind === 'account');
}

type Ask = (rule: Rule) => Answer | undefined;

/**
 * Goes through a stack as libpam does (pam_dispatch.c, _pam_dispatch_aux()). `asks` says what a module answers, or
 * `undefined` when that is not known; then each way is tried, and `undefined` comes out unless they end alike.
 * `sets`: what modules answer to pam_setcred(), which follows an auth stack that let in and must not fail either.
 */
export function runStack(rules: readonly Rule[], kind: Kind, asks: Ask, sets?: Ask): Outcome | undefined {
  const open: Rule[] = [];
  const known = new Map<Rule, Answer>();
  const visit = (list: readonly Rule[]): void => {
    for (const rule of list) {
      if (rule.substack) visit(rule.substack);
      else {
        const answer = rule.broken ? 'perm_denied' : asks(rule);
        if (answer === undefined) open.push(rule);
        else known.set(rule, answer);
      }
    }
  };
  visit(rules);
  if (open.length > MAX_OPEN) return undefined;
  let whole: Outcome | undefined;
  for (let way = 0; way < WAYS.length ** open.length; way++) {
    const answers = new Map(known);
    for (const [i, rule] of open.entries())
      answers.set(rule, WAYS[Math.floor(way / WAYS.length ** i) % WAYS.length] ?? 'success');
    const outcome = once(rules, answers, kind, sets);
    if (whole && isGood(whole.answer, kind) !== isGood(outcome.answer, kind)) return undefined;
    whole ??= outcome;
  }
  return whole;
}

function once(rules: readonly Rule[], answers: ReadonlyMap<Rule, Answer>, kind: Kind, sets?: Ask): Outcome {
  const asked = new Set<Rule>();
  const first = ended(rules, (rule) => {
    asked.add(rule);
    const answer = answers.get(rule) ?? 'success';
    return { answer, cached: answer };
  });
  if (!sets || !isGood(first.answer, kind)) return first;
  // The actions are those of the answers from before; modules that were not asked then decide by what they say now.
  return ended(rules, (rule) => {
    const answer = rule.broken ? 'perm_denied' : (sets(rule) ?? 'success');
    return { answer, cached: asked.has(rule) ? (answers.get(rule) ?? 'success') : answer };
  });
}

type Given = (rule: Rule) => { readonly answer: Answer; readonly cached: Answer };

function ended(rules: readonly Rule[], given: Given): Outcome {
  const state: State = { impression: 'none', answer: 'perm_denied' };
  walk(rules, given, state);
  // A stack in which nothing was decided refuses (PAM_MUST_FAIL_CODE).
  const answer = state.answer === 'success' && state.impression !== 'good' ? 'perm_denied' : state.answer;
  return { answer, ...(state.by ? { by: state.by } : {}) };
}

/** `done` and `die` end the list they stand in: a substack alone, or the whole. */
function walk(rules: readonly Rule[], given: Given, state: State): void {
  const before = { ...state };
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (!rule) break;
    if (rule.substack) {
      walk(rule.substack, given, state);
      continue;
    }
    const { answer, cached } = given(rule);
    const action = rule.actions.get(cached) ?? rule.actions.get('default') ?? 'bad';
    const decide = (impression: State['impression'], what: Answer): void => {
      Object.assign(state, { impression, answer: what, by: rule });
    };
    if (typeof action === 'number') {
      // To jump further than there are lines is a mistake that refuses.
      if (action > rules.length - 1 - i) decide('bad', 'perm_denied');
      i += action;
    } else if (action === 'reset') {
      Object.assign(state, { by: undefined }, before);
    } else if (action === 'ok' || action === 'done') {
      const free = state.impression === 'none' || (state.impression === 'good' && state.answer === 'success');
      if (free && (answer !== 'ignore' || cached === answer)) decide('good', answer);
      if (action === 'done' && state.impression === 'good') return;
    } else if (action !== 'ignore') {
      // A wish for a new password comes through a refusal unharmed, and sshd takes it for one.
      if (state.impression !== 'bad') decide('bad', answer === 'ignore' ? 'perm_denied' : answer);
      if (action === 'die') return;
    }
  }
}
