import { KEY_SEVERITIES, type KeySeverity } from '../../model/key-severity.ts';
import type { Grant, HostKeyring, KeyFinding, Keyring } from '../../model/keys.ts';

/** What the user of the audit wants held. */
export interface KeyPolicy {
  /** Epoch milliseconds. */
  readonly now: number;
  /** A key that was not used for so many days is told; absent: none is. */
  readonly unusedDays?: number | undefined;
  /** A line that has stood for so many days is told; absent: none is. */
  readonly maxAgeDays?: number | undefined;
}

export const DAY_MS = 86_400_000;

/** One thing that can be wrong, whatever it is found on. */
export interface KeyRule {
  readonly id: string;
  readonly why: string;
  check(all: Keyring, policy: KeyPolicy): readonly Occurrence[];
}

/** Where a rule is broken; id and why are the rule's. */
export type Occurrence = Omit<KeyFinding, 'id' | 'why'> & { readonly why?: string };

/** A host's line of keys. */
export interface Held {
  readonly host: HostKeyring;
  readonly grant: Grant;
}

export const grantsOf = ({ hosts }: Keyring): readonly Held[] =>
  hosts.flatMap((host) => host.grants.map((grant) => ({ host, grant })));

/** `ED25519 SHA256:…  (comment)`, as people know a key. */
export function keyName({ type, fingerprint, comment }: Pick<Grant, 'type' | 'fingerprint' | 'comment'>): string {
  return `${type} ${fingerprint}${comment === '' ? '' : ` (${comment})`}`;
}

export const accountName = ({ host, grant }: Held): string => `${grant.account}@${host.name}`;

/** The line as evidence; the key itself by its fingerprint. */
export function lineEvidence({ host, grant }: Held): KeyFinding['evidence'][number] {
  const options = grant.options.map(({ name, value }) => (value === '' ? name : `${name}="${value}"`)).join(',');
  const text = `${options === '' ? '' : `${options} `}${keyName(grant)}`;
  return { host: host.name, file: grant.file, line: grant.line, text };
}

/** What every finding about one line has. */
export function about(
  held: Held,
): Pick<KeyFinding, 'host' | 'account' | 'fingerprint'> & { evidence: KeyFinding['evidence'] } {
  const { host, grant } = held;
  return { host: host.name, account: grant.account, fingerprint: grant.fingerprint, evidence: [lineEvidence(held)] };
}

const rank = (severity: KeySeverity): number => KEY_SEVERITIES.indexOf(severity);

/** A line that lets nobody in is no door, only one that somebody may open again. */
export function graded({ grant }: Held, severity: KeySeverity): KeySeverity {
  return grant.standing === 'closed' && rank(severity) > rank('low') ? 'low' : severity;
}

/** One finding for each key that a rule is broken by, however many accounts it opens; of the gravest of its lines. */
export function perKey(
  held: readonly Held[],
  severity: KeySeverity,
  says: (key: Grant, where: string) => Pick<Occurrence, 'text' | 'action'>,
): readonly Occurrence[] {
  const keys = new Map<string, Held[]>();
  for (const one of held) keys.set(one.grant.fingerprint, [...(keys.get(one.grant.fingerprint) ?? []), one]);
  return [...keys.values()].flatMap((lines) => {
    const [first] = lines;
    if (!first) return [];
    const names = [...new Set(lines.map(accountName))];
    const where = names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    const open = lines.find(({ grant }) => grant.standing !== 'closed') ?? first;
    return [
      {
        ...(names.length === 1 ? { host: first.host.name, account: first.grant.account } : {}),
        fingerprint: first.grant.fingerprint,
        severity: graded(open, severity),
        evidence: lines.slice(0, EVIDENCE_MAX).map(lineEvidence),
        ...says(first.grant, where),
      },
    ];
  });
}

const EVIDENCE_MAX = 50;

export const atLeast = (severity: KeySeverity, least: KeySeverity): boolean => rank(severity) >= rank(least);

export const option = ({ options }: Grant, name: string): string | undefined =>
  options.find((one) => one.name === name)?.value;

export const dayOf = (instant: string): string => instant.slice(0, 10);
