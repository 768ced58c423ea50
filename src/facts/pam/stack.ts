import type { Family } from '../source.ts';

/** What a module may answer, as far as it matters here (pam(3), RETURN VALUES; names of pam.conf(5)). */
export type Answer =
  | 'success'
  | 'ignore'
  | 'new_authtok_reqd'
  | 'acct_expired'
  | 'authtok_expired'
  | 'auth_err'
  | 'perm_denied'
  | 'user_unknown';

/** What to do on an answer: a word, or how many lines to skip. */
type Action = 'ok' | 'done' | 'bad' | 'die' | 'ignore' | 'reset' | number;

export interface Rule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly actions: ReadonlyMap<string, Action>;
  /** Without its folder and `.so`. */
  readonly module: string;
  readonly args: readonly string[];
  /** Lines of a substack; then there is no module to ask. */
  readonly substack?: readonly Rule[];
}

/** The short controls spelled out (pam.conf(5)). */
const CONTROLS: Readonly<Record<string, string>> = {
  required: 'success=ok new_authtok_reqd=ok ignore=ignore default=bad',
  requisite: 'success=ok new_authtok_reqd=ok ignore=ignore default=die',
  sufficient: 'success=done new_authtok_reqd=done default=ignore',
  optional: 'success=ok new_authtok_reqd=ok default=ignore',
};

const WORDS = new Set(['ok', 'done', 'bad', 'die', 'ignore', 'reset']);
const MAX_DEPTH = 6;

function actionsOf(control: string): ReadonlyMap<string, Action> | undefined {
  const text = CONTROLS[control.toLowerCase()] ?? /^\[(.*)\]$/.exec(control)?.[1];
  if (text === undefined) return undefined;
  const pairs = text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split('='));
  const actions = new Map<string, Action>();
  for (const [answer, action = ''] of pairs) {
    if (answer === undefined || !(WORDS.has(action) || /^\d{1,3}$/.test(action))) return undefined;
    actions.set(answer, WORDS.has(action) ? (action as Action) : Number(action));
  }
  return actions;
}

/**
 * The lines of one kind (`account`, `session`, …) that PAM goes through for a service, with everything included.
 * `undefined` when a file or a line of it is not known: then nothing can be said of the whole.
 */
export function stackOf(files: Family, service: string, kind: string, depth = 0): readonly Rule[] | undefined {
  const path = [`/etc/pam.d/${service}`, `/usr/lib/pam.d/${service}`].find((one) => files.get(one)?.status === 'ok');
  const found = path === undefined ? undefined : files.get(path);
  if (path === undefined || !found || found.detail === 'truncated' || depth > MAX_DEPTH) return undefined;
  const rules: Rule[] = [];
  for (const { line, text } of joined(found.text)) {
    const [, whole] = /^@include\s+(\S+)/.exec(text) ?? [];
    if (whole !== undefined) {
      const inner = stackOf(files, whole, kind, depth + 1);
      if (!inner) return undefined;
      rules.push(...inner);
      continue;
    }
    const [, type = '', control = '', name = '', rest = ''] =
      /^(-?\w+)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/.exec(text) ?? [];
    if (type.replace(/^-/, '').toLowerCase() !== kind) continue;
    if (/^(?:include|substack)$/i.test(control)) {
      const inner = stackOf(files, name, kind, depth + 1);
      if (!inner) return undefined;
      if (control.toLowerCase() === 'include') rules.push(...inner);
      else rules.push({ file: path, line, text, actions: new Map(), module: '', args: [], substack: inner });
      continue;
    }
    const actions = actionsOf(control);
    if (!actions) return undefined;
    const module = name.replace(/^.*\//, '').replace(/\.so$/, '');
    rules.push({ file: path, line, text, actions, module, args: rest.split(/\s+/).filter((word) => word !== '') });
  }
  return rules;
}

/** Lines without comments; a backslash at the end joins the next one. */
function joined(text: string): readonly { readonly line: number; readonly text: string }[] {
  const lines: { line: number; text: string }[] = [];
  let before = '';
  for (const [i, raw] of text.split('\n').entries()) {
    const whole = before + raw.replace(/#.*$/, '');
    before = whole.endsWith('\\') ? `${whole.slice(0, -1)} ` : '';
    if (before === '' && whole.trim() !== '') lines.push({ line: i + 1, text: whole.trim() });
  }
  return lines;
}
