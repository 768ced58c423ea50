import type { Severity, Source, Want } from './control.ts';
import type { Gap } from './fact.ts';
import type { Evidence } from './finding.ts';

export const STATUSES = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'] as const;
export type Status = (typeof STATUSES)[number];

/** What would satisfy a control that failed. */
export type Repair =
  /** Lines of sshd_config: what the control wants of this keyword. */
  | { readonly kind: 'line'; readonly keyword: string }
  | { readonly kind: 'mode'; readonly path: string; readonly mode: string }
  | { readonly kind: 'owner'; readonly path: string; readonly owner: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly do: 'enable' }
  /** Nothing for a machine to do; what a person should. */
  | { readonly kind: 'manual'; readonly steps: readonly string[] };

/** What was found of one control, at one place. */
export interface Judged {
  readonly status: Exclude<Status, 'waived'>;
  /** Tells several results of one control apart: a Match block, a file. */
  readonly subject?: string;
  /** The value that is in force; as foreign as what it was read from. */
  readonly now?: string;
  /** One clause on why, where the values do not say it. */
  readonly detail?: string;
  readonly evidence: readonly Evidence[];
  /** Where it matters less than the control usually does. */
  readonly severity?: Severity;
  /** Why it is unknown, and the section that would tell. */
  readonly gap?: { readonly gap: Gap; readonly section: string };
  readonly repair?: Repair;
}

/** A result as it is reported. */
export interface ControlResult extends Omit<Judged, 'status' | 'severity'> {
  readonly control: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: Status;
  readonly want: Want;
  /** `want` in words. */
  readonly wanted: string;
  readonly sources: readonly Source[];
  readonly care?: string;
  /** Command that would settle what is unknown. */
  readonly settleWith?: string;
  readonly waiver?: { readonly reason: string; readonly until: string };
}

/** An exception that somebody has decided on; from the day after `until` it counts no more. */
export interface Waiver {
  readonly control: string;
  /** Only this place of it; everywhere when absent. */
  readonly subject?: string | undefined;
  readonly reason: string;
  /** ISO date, the last day. */
  readonly until: string;
}

/** What is asked of a server. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly wants: ReadonlyMap<string, Want>;
  readonly waivers: readonly Waiver[];
}

/** What tells two results apart, in one run and from one run to the next. */
export function resultKey({
  control,
  subject,
}: {
  readonly control: string;
  readonly subject?: string | undefined;
}): string {
  return subject === undefined ? control : `${control} @ ${subject}`;
}

/** The smallest things that hardening changes on a server, in the order in which they are done. */
export type HardenChange =
  | {
      readonly kind: 'write';
      readonly file: string;
      readonly text: string;
      readonly mode: string;
      readonly owner: string;
    }
  | { readonly kind: 'prepend'; readonly file: string; readonly lines: readonly string[] }
  | { readonly kind: 'mode'; readonly path: string; readonly mode: string }
  | { readonly kind: 'owner'; readonly path: string; readonly owner: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly action: 'reload' | 'enable'; readonly check?: true };

/** A login by key, named by what lets it in. */
export interface KeyLogin {
  readonly user: string;
  /** `SHA256:…` */
  readonly key: string;
}

export interface HardenPlan {
  readonly changes: readonly HardenChange[];
  /** Results, by their keys, that the changes turn into passes, by our own evaluator. */
  readonly satisfies: readonly string[];
  /** What is left for a person, and how. */
  readonly left: readonly { readonly result: string; readonly steps: readonly string[] }[];
  /** Whether a password alone let somebody in before and lets nobody in afterwards. */
  readonly endsPasswords: boolean;
  /** Logins by key that would no longer get in. */
  readonly shutOut: readonly KeyLogin[];
  /** Logins by key that get in afterwards and can become root: one of them has to be proved before passwords end. */
  readonly keepers: readonly KeyLogin[];
}
