import type { Evidence } from '../../model/finding.ts';
import { expiryTime } from './expiry.ts';
import { matchesHost } from './patterns.ts';

/** Options in front of a key or a principal, names in lower case, values unquoted (sshd(8), AUTHORIZED_KEYS FILE FORMAT). */
export type KeyOptions = ReadonlyMap<string, string>;

/** Length of the option list at the start of a line: up to the first white space outside of quotes. */
export function optionsEnd(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && text[i + 1] === '"') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && (text[i] === ' ' || text[i] === '\t')) return i;
  }
  return text.length;
}

const FLAG =
  /^(?:(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|pty|user-rc|touch-required|verify-required)|restrict|cert-authority)(?=,|$)/i;
/** Options that may stand once only. */
const ONCE = new Set(['command', 'principals', 'from']);
const VALUED =
  /^(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)="((?:[^"\\]|\\.)*)"(?=,|$)/i;

/** sshauthopt_parse() of auth-options.c: one option that it does not know makes it pass over the whole line. */
export function parseOptions(text: string): KeyOptions | undefined {
  const options = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const valued = VALUED.exec(rest);
    const [taken] = valued ?? FLAG.exec(rest) ?? [];
    if (taken === undefined) return undefined;
    const name = (valued?.[1] ?? taken).toLowerCase();
    if (ONCE.has(name) && options.has(name)) return undefined;
    options.set(name, (valued?.[2] ?? '').replaceAll('\\"', '"'));
    rest = rest.slice(taken.length).replace(/^,/, '');
  }
  return options;
}

/** Where and when somebody comes. */
export interface Visit {
  /** Client address; absent: any. */
  readonly from?: string | undefined;
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
}

/** Why a thing does not let the login in. */
export interface Reason {
  /** Ends a sentence that begins with the thing that is refused. */
  readonly why: string;
  readonly kind: string;
  readonly evidence?: readonly Evidence[];
}

/** `yes`, or the reason against it; `unknown` with what is not known. */
export type Answer =
  | { readonly is: 'yes' }
  | { readonly is: 'no'; readonly reason: Reason }
  | { readonly is: 'unknown'; readonly doubt: string };

export const YES: Answer = { is: 'yes' };
export const no = (kind: string, why: string): Answer => ({ is: 'no', reason: { kind, why } });
export const unknown = (doubt: string): Answer => ({ is: 'unknown', doubt });

/**
 * auth_authorise_keyopts() of auth2-pubkeyfile.c: what the options of a line say of a visit. `authority`: they stand in
 * front of the key of a CA; only there may `principals` stand, and `cert-authority` never before a principal.
 */
export function optionsAllow(options: KeyOptions, { from, now }: Visit, authority: boolean): Answer {
  const expiry = options.get('expiry-time');
  const end = expiry === undefined ? undefined : expiryTime(expiry);
  if (expiry !== undefined && !end) return no('option', 'it has an expiry-time that is no time');
  if (end && end.at + end.within < now) return no('line-expired', `it was good until ${expiry} only`);
  if (end && end.at - end.within <= now) return unknown(`whether ${expiry} has passed there`);
  if (options.has('principals') && !options.has('cert-authority'))
    return no('option', 'it has principals= without cert-authority');
  if (options.has('cert-authority') && !authority) return no('option', 'cert-authority means nothing there');
  const hosts = options.get('from');
  if (hosts === undefined) return YES;
  const matches = from === undefined ? undefined : matchesHost(hosts, from);
  if (matches === undefined) return unknown(`whether the client matches from="${hosts}"`);
  return matches ? YES : no('from', `it is for ${hosts} only, and the client comes from ${from}`);
}
