import { attemptLog } from '../facts/client/attempt.ts';
import { closedHop, HOP_PREFIX, type Hop, hops } from '../facts/client/hops.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { commandsOf } from '../model/change.ts';
import type { Finding } from '../model/finding.ts';
import type { ReportedGate } from '../model/report.ts';

/** What is concluded of a jump host as a target of its own. */
export interface HopConclusion {
  readonly name: string;
  /** The way ends at this hop. */
  readonly closed: boolean;
  readonly gates: readonly ReportedGate[];
  readonly findings: readonly Finding[];
}

function attemptAt({ user, host, port, bundle }: Hop, at: string): Attempt {
  const log = attemptLog.read(bundle);
  const keys = log.known ? log.value.offered.flatMap(({ fingerprint }) => fingerprint ?? []) : [];
  const known = { user, host, port, keys: keys.length === 0 ? undefined : keys };
  return { ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)), at };
}

/** Each jump host of a Bundle, put through the same gates by `conclude`. */
export function concludeHops(
  bundle: Bundle,
  conclude: (part: Bundle, attempt: Attempt) => Omit<HopConclusion, 'name' | 'closed'>,
): HopConclusion[] {
  const all = hops.read(bundle);
  if (!all.known) return [];
  const failed = closedHop(all.value);
  return all.value.map((hop) => ({
    name: hop.name,
    closed: hop === failed,
    ...conclude(hop.bundle, attemptAt(hop, bundle.takenAt)),
  }));
}

/** A finding about a jump host says what was found there, and cites it by the names that its sections have in the whole. */
export function explainHops(findings: readonly Finding[], concluded: readonly HopConclusion[]): Finding[] {
  return findings.map((finding) => {
    const at = finding.id === 'client/jump-host-failed' ? concluded.findIndex(({ closed }) => closed) : -1;
    const hop = concluded[at];
    const inner = hop?.findings.find(({ role }) => role === 'blocking');
    if (!hop || !inner) return finding;
    const there = inner.evidence.map((seen) => ({ ...seen, section: `${HOP_PREFIX}${at + 1}:${seen.section}` }));
    return {
      ...finding,
      text: `At the jump host ${hop.name}: ${inner.text} (${inner.id})`,
      verdict: inner.verdict === 'possible' ? 'likely' : inner.verdict,
      evidence: [...there, ...finding.evidence.filter(({ text }) => !there.some((seen) => seen.text === text))],
      ...fixOf(finding, inner, hop.name),
    };
  });
}

function fixOf(finding: Finding, inner: Finding, name: string): Pick<Finding, 'fix'> {
  if (!inner.fix) return {};
  if (!('refuse' in inner.fix) && inner.fix.where === 'client') return { fix: inner.fix };
  const steps = 'refuse' in inner.fix ? inner.fix.manual : inner.fix.changes.flatMap(commandsOf);
  const own = finding.fix && 'refuse' in finding.fix ? finding.fix : undefined;
  return {
    fix: {
      refuse: own?.refuse ?? 'the fault is at the jump host, not at the target',
      manual: [...steps.map((step) => `For ${name}: ${step}`), ...(own?.manual ?? [])],
    },
  };
}
