import type { Release } from './release.ts';

/** Weakest first. `info` never fails a run. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Baselines that are built in. */
export const PROFILES = ['sshwhy', 'mozilla-modern', 'mozilla-intermediate', 'cis', 'stig', 'ssh-audit'] as const;
export type ProfileName = (typeof PROFILES)[number];

/** What a profile wants of a control. */
export type Want =
  /** One of these words; the first is what a fix writes. */
  | { readonly is: readonly string[] }
  /** A number within these bounds, both included; a fix writes `atMost`, else `atLeast`. */
  | { readonly atLeast?: number | undefined; readonly atMost?: number | undefined }
  /** A list of names with no other names in it; a fix writes those that the release has, in this order. */
  | { readonly only: readonly string[] }
  /** A list of names without these. */
  | { readonly never: readonly string[] }
  /** A list with at least one of these names, best first. */
  | { readonly someOf: readonly string[] }
  /** Each field of a compound value no laxer than in this one: `10:30:60`, `1G 1h`. */
  | { readonly noLaxer: string }
  /** Permission bits of a file: none beyond these (octal). */
  | { readonly mode: string }
  /** That there is one; what it says is a person's to choose. */
  | { readonly present: true };

/** How a control is looked at; each kind has its own reader under src/reason/harden. */
export type Check =
  /** A keyword of sshd_config, in lower case. `writes`: what a fix sets where the want does not say it. */
  | { readonly kind: 'setting'; readonly keyword: string; readonly writes?: string }
  /** Owner and mode of files. */
  | { readonly kind: 'modes'; readonly of: 'sshd-config' | 'drop-ins' | 'private-host-keys' | 'public-host-keys' }
  | { readonly kind: 'host-keys'; readonly of: 'types' | 'rsa-size' }
  | { readonly kind: 'moduli' }
  | { readonly kind: 'fail2ban'; readonly of: 'bantime' | 'findtime' | 'maxretry' | 'ignoreip' }
  /** Something that keeps guessers away: fail2ban, sshguard, CrowdSec, PerSourcePenalties. */
  | { readonly kind: 'guard' }
  | { readonly kind: 'allow-list' }
  | { readonly kind: 'source-limit' }
  | { readonly kind: 'second-factor' }
  | { readonly kind: 'crypto-policy' }
  | { readonly kind: 'port' }
  | { readonly kind: 'enabled' }
  | { readonly kind: 'patched' };

/** Where a control is published. */
export interface Source {
  readonly by: 'CIS' | 'STIG' | 'Mozilla' | 'ssh-audit' | 'BSI' | 'ANSSI' | 'PCI DSS' | 'dev-sec' | 'Lynis' | 'OpenSSH';
  /** Section or rule, as the document numbers it. */
  readonly section?: string;
}

/** One thing that a baseline asks of a server, as data. */
export interface Control {
  /** Kebab-case, for ever. */
  readonly id: string;
  /** What holds when it passes; a noun phrase or short sentence, no full stop. */
  readonly title: string;
  /** One or two sentences. */
  readonly why: string;
  readonly severity: Severity;
  readonly sources: readonly Source[];
  readonly check: Check;
  /** First release that knows the keyword or the algorithm; before it the control does not apply. */
  readonly since?: Release;
  /** What is wanted where nothing else is said. */
  readonly want: Want;
  /** The profiles that hold it: with the usual want (`true`) or one of their own. */
  readonly profiles: Readonly<Partial<Record<ProfileName, Want | true>>>;
  /** Whom a fix may keep out or take something from. */
  readonly care?: string;
}
