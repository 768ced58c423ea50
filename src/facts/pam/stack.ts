import type { Family } from '../source.ts';

export type Kind = 'auth' | 'account' | 'session';

/** What a module may answer, as far as it matters here (pam(3), RETURN VALUES; names of pam.conf(5)). */
export type Answer =
  | 'success'
  | 'ignore'
  | 'new_authtok_reqd'
  | 'acct_expired'
  | 'authtok_expired'
  | 'auth_err'
  | 'perm_denied'
  | 'user_unknown'
  | 'service_err'
  | 'session_err'
  | 'system_err'
  | 'cred_err'
  | 'abort'
  | 'module_unknown';

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
  /** A line that libpam cannot make sense of, and takes for a refusal (pam_handlers.c, PAM_HT_MUST_FAIL). */
  readonly broken?: true;
}

/** The short controls spelled out (pam.conf(5)). */
const CONTROLS: Readonly<Record<string, string>> = {
  required: 'success=ok new_authtok_reqd=ok ignore=ignore default=bad',
  requisite: 'success=ok new_authtok_reqd=ok ignore=ignore default=die',
  sufficient: 'success=done new_authtok_reqd=done default=ignore',
  optional: 'success=ok new_authtok_reqd=ok default=ignore',
};

const RETURNS =
  'success|open_err|symbol_err|service_err|system_err|buf_err|perm_denied|auth_err|cred_insufficient|authinfo_unavail|user_unknown|maxtries|new_authtok_reqd|acct_expired|session_err|cred_unavail|cred_expired|cred_err|no_module_data|conv_err|authtok_err|authtok_recover_err|authtok_lock_busy|authtok_disable_aging|try_again|ignore|abort|authtok_expired|module_unknown|bad_item|conv_again|incomplete|default';
const PAIR = new RegExp(`\\s*(${RETURNS})\\s*=\\s*(ignore|ok|done|bad|die|reset|[1-9]\\d{0,3}|0+[1-9]\\d{0,3})`, 'y');

const MAX_DEPTH = 6;
const MAX_RULES = 1000;
/** Longer ones are too long for libpam before 1.6, and not for later ones. */
const MAX_LINE = 1000;

/** _pam_parse_control(): one mistake, and whatever the module answers is bad. */
function actionsOf(control: string): ReadonlyMap<string, Action> {
  const text = CONTROLS[control.toLowerCase()] ?? control;
  const actions = new Map<string, Action>();
  PAIR.lastIndex = 0;
  let end = 0;
  for (let pair = PAIR.exec(text); pair; pair = PAIR.exec(text)) {
    end = PAIR.lastIndex;
    const [, answer = '', action = ''] = pair;
    // `default` fills what is not set so far, so the first one counts.
    if (answer === 'default' && actions.has('default')) continue;
    actions.set(answer, /^\d/.test(action) ? Number(action) : (action as Action));
  }
  return text.slice(end).trim() === '' ? actions : new Map([['default', 'bad']]);
}

interface Reading {
  readonly files: Family;
  readonly kind: Kind;
  left: number;
}

/**
 * The lines of one kind (`account`, `session`, …) that PAM goes through for a service, with everything included; those of
 * the service `other` where there are none. `undefined` when a file is not known: then nothing can be said of the whole.
 */
export function stackOf(files: Family, service: string, kind: Kind): readonly Rule[] | undefined {
  const reading: Reading = { files, kind, left: MAX_RULES };
  const rules = read(reading, service, false, 0);
  if (rules === undefined || rules === 'absent') return undefined;
  if (rules.length > 0 || service === 'other') return rules;
  const others = read(reading, 'other', false, 0);
  return others === 'absent' ? [] : others;
}

/** `typed`: only lines of the kind are looked for, so that garbage counts as one of them. */
function read(reading: Reading, service: string, typed: boolean, depth: number): Rule[] | 'absent' | undefined {
  const places = service.startsWith('/') ? [service] : [`/etc/pam.d/${service}`, `/usr/lib/pam.d/${service}`];
  const path = places.find((one) => reading.files.get(one)?.status === 'ok');
  if (path === undefined)
    return places.some((one) => reading.files.get(one)?.status === 'absent') ? 'absent' : undefined;
  const found = reading.files.get(path);
  if (!found || found.detail === 'truncated' || depth > MAX_DEPTH) return undefined;
  const rules: Rule[] = [];
  for (const { line, text } of joined(found.text)) {
    if (text.length > MAX_LINE || reading.left-- <= 0) return undefined;
    const more = lineOf(reading, { file: path, line, text }, typed, depth);
    if (!more) return undefined;
    rules.push(...more);
  }
  return rules;
}

type Place = Pick<Rule, 'file' | 'line' | 'text'>;

const refusal = (place: Place, actions: Rule['actions'] = new Map()): Rule => ({
  ...place,
  actions,
  module: '',
  args: [],
  broken: true,
});

function lineOf(reading: Reading, place: Place, typed: boolean, depth: number): Rule[] | undefined {
  const { kind } = reading;
  const [type = '', control, name, ...args] = tokens(place.text);
  if (type === '@include') {
    const inner = read(reading, control ?? '', typed, depth + 1);
    // Debian's own word; what it names must be there.
    return inner === 'absent' ? undefined : inner;
  }
  const word = type.replace(/^-/, '').toLowerCase();
  const known = ['auth', 'account', 'session', 'password'].includes(word);
  if ((known ? word : typed ? kind : 'auth') !== kind) return [];
  if (!known || control === undefined) return [refusal(place, control === undefined ? new Map() : actionsOf(control))];
  if (/^(?:include|substack)$/i.test(control)) {
    const inner = read(reading, name ?? '', true, depth + 1);
    if (inner === 'absent') return [refusal(place)];
    if (!inner || control.toLowerCase() === 'include') return inner;
    return [{ ...place, actions: new Map(), module: '', args: [], substack: inner }];
  }
  const actions = actionsOf(control);
  if (name === undefined) return [refusal(place, actions)];
  return [{ ...place, actions, module: name.replace(/^.*\//, '').replace(/\.so$/, ''), args }];
}

/** _pam_tokenize(): words, or what stands in brackets, in which `\]` is a bracket. */
function tokens(text: string): readonly string[] {
  return [...text.matchAll(/\[((?:\\.|[^\]\\])*)\]?|[^\s[]\S*/g)].map(([word, inside]) =>
    inside === undefined ? word : inside.replaceAll('\\]', ']'),
  );
}

/** Lines without comments; a backslash at the end joins the next one. */
function joined(text: string): readonly { readonly line: number; readonly text: string }[] {
  const lines: { line: number; text: string }[] = [];
  let before = '';
  for (const [i, raw] of text.split('\n').entries()) {
    const whole = before + raw.replace(/#.*/s, '');
    before = whole.endsWith('\\') ? `${whole.slice(0, -1)} ` : '';
    if (before === '' && whole.trim() !== '') lines.push({ line: i + 1, text: whole.trim() });
  }
  return lines;
}
