import { pathOfSection } from '../facts/bundle.ts';
import type { Blind, Outcome, Report } from '../model/report.ts';

/** A sign for each outcome; never the only thing that tells it. */
export const MARK: Readonly<Record<Outcome, string>> = {
  open: '✔',
  closed: '✖',
  degraded: '!',
  unknown: '?',
  'not-reached': '·',
};

export const RISK = { safe: '', interrupts: 'interrupts', 'may-lock-out': 'may lock out' } as const;

export const PROMISE = 'sshwhy fix does it, proves it by a login, and takes it back if that fails.';

// What stands in these sentences is foreign: each output escapes it in its own way.

/** `alice@web1`, or the machine that was looked at. */
export function targetName({ target: { input, user, host } }: Report): string {
  return input || `${user ?? ''}${user === undefined ? '' : '@'}${host ?? 'this server'}`;
}

/** The answer in one line. */
export function headline(report: Report): string {
  const { host, port } = report.target;
  const target = targetName(report);
  const where = host === undefined || port === undefined ? target : `${target} (${host} port ${port})`;
  const blocking = report.causes.filter((cause) => cause.role === 'blocking');
  const closed = report.gates.find((gate) => gate.outcome === 'closed');
  const at = closed ? ` at the gate "${closed.gate}"` : '';
  // Who waits longer than the login may take is kept out by what only slows others down.
  const slowed = report.causes.some(({ role, id }) => role === 'degrading' && id.startsWith(`${closed?.gate}/`));
  if (blocking.length > 0 || (closed && slowed)) return `${where}: closed${at}`;
  if (closed) return `${where}: closed${at}, for a reason that was not found`;
  if (report.causes.some((cause) => cause.role === 'degrading')) return `${where}: open, but not well`;
  const open = report.gates.filter((gate) => gate.outcome === 'open').length;
  return `${where}: ${open > 0 ? 'nothing found that keeps this login out' : 'could not tell'}`;
}

/** `/etc/ssh/sshd_config:91`, or the section of the bundle. */
export function placeOf({ section, line }: { readonly section: string; readonly line?: number | undefined }): string {
  return `${pathOfSection(section) ?? section}${line === undefined ? '' : `:${line}`}`;
}

/** What could not be seen, and why. */
export function blindWhat({ section, gap, detail }: Blind): string {
  const what = section === 'server' || section === 'client' ? `the ${section}'s side` : section;
  return `${what} (${gap}${detail === undefined ? '' : `: ${detail}`})`;
}

export function blindHides({ hides }: Blind): string {
  return `could hide ${hides.length} cause${hides.length === 1 ? '' : 's'}`;
}

/** What became of a jump host. */
export function hopOutcome({ closed, gates }: NonNullable<Report['hops']>[number]): {
  readonly outcome: Outcome;
  readonly detail: string;
} {
  const shut = gates.find(({ outcome }) => outcome === 'closed');
  if (closed && shut) return { outcome: 'closed', detail: `closed at its gate "${shut.gate}": ${shut.detail}` };
  const auth = gates.find(({ gate, outcome }) => gate === 'auth' && outcome === 'open');
  return { outcome: closed ? 'closed' : auth ? 'open' : 'unknown', detail: auth?.detail ?? '' };
}

/** `open in 4 ms` */
export function vantageOutcome({ outcome, ms }: NonNullable<Report['vantages']>['seen'][number]): string {
  return outcome === undefined ? 'could not look' : `${outcome}${ms === undefined ? '' : ` in ${ms} ms`}`;
}

/** Steps of the login that were reached, with their milliseconds. */
export function timeSteps({ timing }: Report): readonly (readonly [string, number])[] {
  return Object.entries(timing ?? {}).filter((step): step is [string, number] => step[1] !== undefined);
}
